import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  defaultSessionName,
  partitionOf,
  readExternalId,
  readRoleArn,
  readSessionName,
} from '../../../src/access/role.ts';
import { problemsOf } from '../../support/problems-of.ts';

describe('what names a role', () => {
  test.each([
    'arn:aws:iam::111111111111:role/ci',
    'arn:aws:iam::111111111111:role/path/of/Ci_+=,.@-1',
    'arn:aws-cn:iam::111111111111:role/ci',
    'arn:aws-us-gov:iam::111111111111:role/ci',
  ])('the ARN %s', (arn) => {
    expect(readRoleArn(arn, 'here')).toBe(arn);
  });

  test.each([
    ...[
      '',
      'ci',
      'role/ci',
      'arn:aws:iam::111111111111:user/ci',
      'arn:aws:iam::1:role/ci',
      'arn:aws:iam::111111111111:role/',
    ],
    ...[
      'arn:aws:sts::111111111111:assumed-role/ci/x',
      'arn:aws:iam:us-east-1:111111111111:role/ci',
      'arn:aws:iam::111111111111:role/c i',
    ],
    ...[
      'arn:aws:iam::111111111111:role/ci\n',
      ' arn:aws:iam::111111111111:role/ci',
      'arn:evil:iam::111111111111:role/ci',
    ],
    `arn:aws:iam::111111111111:role/${'x'.repeat(577)}`,
  ])('%j is no ARN of a role', (text) => {
    expect(problemsOf(() => readRoleArn(text, 'f.cfg line 2: role_arn'))).toEqual([
      'f.cfg line 2: role_arn must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME.',
    ]);
  });

  test('session names and external ids, within their bounds', () => {
    for (const name of ['ab', 'x'.repeat(64), 'a_+=,.@-9']) expect(readSessionName(name, 'here')).toBe(name);
    for (const name of ['', 'a', 'x'.repeat(65), 'a b', 'a/b', 'é1', 'ab\n']) {
      expect(problemsOf(() => readSessionName(name, 'here'))).toEqual([
        expect.stringMatching(/^here must be 2 to 64 letters/),
      ]);
    }
    for (const id of ['ab', 'x'.repeat(1224), 'a_+=,.@:/-9']) expect(readExternalId(id, 'here')).toBe(id);
    for (const id of ['', 'a', 'x'.repeat(1225), 'a b', 'é1']) {
      expect(problemsOf(() => readExternalId(id, 'here'))).toEqual([
        expect.stringMatching(/^here must be 2 to 1224 letters/),
      ]);
    }
  });

  test('the default session name says which run it is, and is always one that AWS accepts', () => {
    expect(defaultSessionName({ GITHUB_REPOSITORY: 'acme/widgets', GITHUB_RUN_ID: '1658821493' })).toBe(
      'acme-widgets@1658821493',
    );
    expect(defaultSessionName({})).toBe('codeartifact-keyring@local');
    expect(defaultSessionName({ GITHUB_REPOSITORY: 'x'.repeat(100), GITHUB_RUN_ID: '1'.repeat(30) })).toBe(
      `${'x'.repeat(40)}@${'1'.repeat(23)}`,
    );
    const text = fc.string({ unit: 'binary', maxLength: 120 });
    fc.assert(
      fc.property(text, text, (GITHUB_REPOSITORY, GITHUB_RUN_ID) => {
        const name = defaultSessionName({ GITHUB_REPOSITORY, GITHUB_RUN_ID });
        expect(readSessionName(name, 'here')).toBe(name);
      }),
    );
  });
});

test.each([
  ['us-east-1', 'aws'],
  ['ap-southeast-2', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['eu-central-1', 'aws'],
])('the region %s is of the partition %s', (region, partition) => {
  expect(partitionOf({ region })).toBe(partition);
  expect(partitionOf({ arn: `arn:${partition}:iam::111111111111:role/ci` })).toBe(partition);
});
