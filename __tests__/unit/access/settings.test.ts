import { describe, expect, test } from '@jest/globals';
import {
  overriddenBy,
  readSettings,
  SETTINGS,
  type SettingName,
  type Settings,
  type Written,
} from '../../../src/access/settings.ts';
import { OPTION_NAMES } from '../../../src/keyringrc/section.ts';
import { problemsOf } from '../../support/problems-of.ts';

/** A source that says these texts. */
const source =
  (texts: Partial<Record<SettingName, string>>) =>
  (name: SettingName): Written | undefined => {
    const text = texts[name];
    return text === undefined ? undefined : { text, place: name };
  };

const ARN = 'arn:aws:iam::111111111111:role/ci';
const ALL: Settings = {
  profile: 'team',
  accessKeyId: 'AKIA',
  secretAccessKey: 'secret',
  roleArn: ARN,
  roleSessionName: 'nightly',
  externalId: 'agreed',
  roleChaining: true,
  tokenDuration: 900,
  verify: { caFile: 'ca.pem' },
};

describe('readSettings', () => {
  test('each setting as a typed value', () => {
    const texts = {
      ...{ profile: 'team', accessKeyId: 'AKIA', secretAccessKey: 'secret', roleArn: ARN },
      ...{ roleSessionName: 'nightly', externalId: 'agreed', roleChaining: 'yes' },
      ...{ tokenDuration: '900', verify: 'ca.pem' },
    };
    expect(readSettings(source(texts))).toEqual(ALL);
  });

  test('what a source does not say is not there, also where another value would be false or 0', () => {
    expect(readSettings(source({}))).toEqual({});
    expect(readSettings(source({ roleChaining: 'no', tokenDuration: '0', verify: 'off' }))).toEqual({
      roleChaining: false,
      tokenDuration: 0,
      verify: false,
    });
  });

  test('all that is wrong at once, by its place', () => {
    const wrong = {
      roleArn: 'ci',
      roleSessionName: 'a b',
      externalId: 'x',
      roleChaining: 'maybe',
      tokenDuration: '1h',
    };
    const found = problemsOf(() => readSettings(source({ ...wrong, accessKeyId: 'A B', verify: '""' })));
    expect(found.map((problem) => problem.split(' ')[0])).toEqual([
      'accessKeyId',
      'roleArn',
      'roleSessionName',
      'externalId',
      'roleChaining',
      'tokenDuration',
      'verify',
    ]);
  });

  test('each input and each option is one setting', () => {
    const settings = Object.values(SETTINGS);
    expect(settings.map(({ option }) => option).toSorted()).toEqual([...OPTION_NAMES].toSorted());
    expect(new Set(settings.map(({ input }) => input)).size).toBe(settings.length);
  });

  test('the two parts of an access key are never shown, all else is', () => {
    const hidden = Object.values(SETTINGS).filter(({ secret }) => secret);
    expect(hidden.map(({ input }) => input)).toEqual(['aws-access-key-id', 'aws-secret-access-key']);
  });
});

describe('what the inputs override in a section', () => {
  const overridden = (inputs: Settings) => [...overriddenBy(inputs)].toSorted();
  const IDENTITY = ['accessKeyId', 'profile', 'secretAccessKey'];
  const ROLE = ['externalId', 'roleArn', 'roleChaining', 'roleSessionName'];

  test('nothing, where they say nothing', () => {
    expect(overridden({})).toEqual([]);
    expect(overridden({ profile: undefined, verify: undefined })).toEqual([]);
  });

  test.each(['tokenDuration', 'verify', 'roleSessionName', 'externalId', 'roleChaining'] as const)(
    '%s: itself alone',
    (name) => {
      expect(overridden({ [name]: ALL[name] })).toEqual([name]);
    },
  );

  test('a role: the role and what belongs to it', () => {
    expect(overridden({ roleArn: ARN })).toEqual(ROLE);
  });

  test.each(['profile', 'accessKeyId', 'secretAccessKey'] as const)('%s: the whole identity', (name) => {
    expect(overridden({ [name]: ALL[name] })).toEqual([...IDENTITY, ...ROLE].toSorted());
  });

  test('false and 0 are said as well', () => {
    expect(overridden({ verify: false, tokenDuration: 0 })).toEqual(['tokenDuration', 'verify']);
  });
});
