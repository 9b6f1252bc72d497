import { describe, expect, test } from '@jest/globals';
import { chooseIdentity as chooseIdentityIn, describeIdentity, type Identity, identityKey } from '../src/identity.ts';
import { NO_ROLE } from './support/sample-inputs.ts';
import { choiceIn } from './support/section-choice.ts';

/** Without a role, in a job without variables. */
const chooseIdentity = (
  inputs: Omit<Parameters<typeof chooseIdentityIn>[0], 'role'>,
  choice: Parameters<typeof chooseIdentityIn>[1],
) => chooseIdentityIn({ ...inputs, role: NO_ROLE }, choice, {});

const KEYS = { accessKeyId: 'AKIAOFINPUTS', secretAccessKey: 'secret of inputs' };
const NO_INPUTS = { keys: undefined, profileName: undefined, role: NO_ROLE };

const KEY_ID = 'aws_access_key_id = AKIAOFFILE';
const SECRET = 'aws_secret_access_key = secret/of/file';
const PROFILE = 'profile_name = file-profile';
const HEADER = '[codeartifact domain="acme"]';
const file = (...lines: string[]) => choiceIn([HEADER, ...lines].join('\n'));
const FROM = HEADER;

const OF_INPUTS = { source: { kind: 'keys', keys: KEYS, from: 'the inputs' } };
const OF_INPUT_PROFILE = { source: { kind: 'profile', profile: 'in', from: 'the input profile-name' } };
const OF_SECTION = {
  source: { kind: 'keys', keys: { accessKeyId: 'AKIAOFFILE', secretAccessKey: 'secret/of/file' }, from: FROM },
};
const OF_SECTION_PROFILE = { source: { kind: 'profile', profile: 'file-profile', from: FROM } };
const OF_NOBODY = { source: { kind: 'default-chain' } };

describe('the first that applies', () => {
  const all = file(KEY_ID, SECRET, PROFILE);

  test('1. keys of the inputs, whole: nothing of the section is mixed in', () => {
    expect(chooseIdentity({ keys: KEYS, profileName: 'in' }, all)).toEqual(OF_INPUTS);
    const withSession = { ...KEYS, sessionToken: 'session' };
    expect(chooseIdentity({ keys: withSession, profileName: undefined }, all)).toEqual({
      source: { kind: 'keys', keys: withSession, from: 'the inputs' },
    });
  });

  test('2. the input profile-name', () => {
    expect(chooseIdentity({ keys: undefined, profileName: 'in' }, all)).toEqual(OF_INPUT_PROFILE);
  });

  test("3. the section's keys", () => {
    expect(chooseIdentity(NO_INPUTS, all)).toEqual(OF_SECTION);
  });

  test("4. the section's profile, also beside half a pair of keys", () => {
    for (const lines of [
      [],
      [KEY_ID],
      [SECRET],
      [KEY_ID, 'aws_secret_access_key ='],
      ['aws_access_key_id =', SECRET],
    ]) {
      expect(chooseIdentity(NO_INPUTS, file(...lines, PROFILE))).toEqual(OF_SECTION_PROFILE);
    }
  });

  test('5. the default chain, also beside half a pair of keys or an empty profile', () => {
    for (const lines of [
      [],
      [KEY_ID],
      [SECRET],
      ['profile_name ='],
      [KEY_ID, 'aws_secret_access_key =', 'profile_name ='],
    ]) {
      expect(chooseIdentity(NO_INPUTS, file(...lines))).toEqual(OF_NOBODY);
    }
    expect(chooseIdentity(NO_INPUTS, choiceIn(undefined))).toEqual(OF_NOBODY);
  });

  test('what a section inherits from [codeartifact] is its own: keys beat its profile, and a pair may be of both', () => {
    const inherited = choiceIn(`[codeartifact]\n${KEY_ID}\n${SECRET}\n${HEADER}\n${PROFILE}`);
    expect(chooseIdentity(NO_INPUTS, inherited)).toEqual(OF_SECTION);
    const both = choiceIn(`[codeartifact]\n${KEY_ID}\n${HEADER}\n${SECRET}`);
    expect(chooseIdentity(NO_INPUTS, both)).toEqual(OF_SECTION);
    const emptied = choiceIn(`[codeartifact]\n${KEY_ID}\n${SECRET}\n${HEADER}\naws_access_key_id =\n${PROFILE}`);
    expect(chooseIdentity(NO_INPUTS, emptied)).toEqual(OF_SECTION_PROFILE);
  });

  test('a section for other repositories says nothing', () => {
    expect(chooseIdentity(NO_INPUTS, choiceIn(`[codeartifact domain="other"]\n${PROFILE}`))).toEqual(OF_NOBODY);
  });
});

describe('in words', () => {
  const describeIn = (identity: Identity, environment: NodeJS.ProcessEnv = {}) =>
    describeIdentity(identity, environment);

  test('names what named it, and no key', () => {
    const ofInputs = chooseIdentity({ keys: KEYS, profileName: undefined }, file());
    const ofSection = chooseIdentity(NO_INPUTS, file(KEY_ID, SECRET));
    expect(describeIn(ofInputs)).toBe('the access keys of the inputs');
    expect(describeIn(ofSection)).toBe('the access keys of [codeartifact domain="acme"]');
    expect(describeIn(chooseIdentity({ keys: undefined, profileName: 'in' }, file()))).toBe(
      'profile in (the input profile-name)',
    );
    expect(describeIn(chooseIdentity(NO_INPUTS, file(PROFILE)))).toBe(
      'profile file-profile ([codeartifact domain="acme"])',
    );
  });

  test.each<[NodeJS.ProcessEnv, string]>([
    [{}, "the AWS SDK's default chain"],
    [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }, 'the access keys of AWS_ACCESS_KEY_ID'],
    [{ AWS_ACCESS_KEY_ID: 'AKIA' }, "the AWS SDK's default chain"],
    [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: '' }, "the AWS SDK's default chain"],
    [{ AWS_PROFILE: 'p', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }, 'profile p (AWS_PROFILE)'],
    [{ AWS_PROFILE: '' }, "the AWS SDK's default chain"],
  ])('the default chain with %j', (environment, words) => {
    expect(describeIn({ source: { kind: 'default-chain' } }, environment)).toBe(words);
  });
});

test('a key for each identity, whatever named it', () => {
  const keys = (accessKeyId: string, secretAccessKey: string, sessionToken?: string): Identity => ({
    source: {
      kind: 'keys',
      keys: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
      from: 'a',
    },
  });
  const profile = (name: string): Identity => ({ source: { kind: 'profile', profile: name, from: 'a' } });
  const different = [
    keys('a', 'b'),
    keys('b', 'a'),
    keys('a', 'b', 'c'),
    keys('a', 'b,c'),
    keys('a,b', 'c'),
    profile('a'),
    profile('A'),
    profile('["a"]'),
    profile(''),
    profile('[]'),
    { source: { kind: 'default-chain' } } satisfies Identity,
  ];
  expect(new Set(different.map(identityKey)).size).toBe(different.length);
  for (const identity of different) {
    const { source } = identity;
    const named = source.kind === 'default-chain' ? source : { ...source, from: 'something else' };
    expect(identityKey({ source: named })).toBe(identityKey(identity));
  }
});
