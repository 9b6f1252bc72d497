import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountOfRole, defaultSessionName, partitionOfRegion, partitionOfRole } from '../../../src/access/role.ts';
import { readSessionName } from '../../../src/access/setting-values.ts';
import { anyCharacter } from '../../support/any-character.ts';

describe('the default session name', () => {
  test('the default session name says which run it is, and is always one that AWS accepts', () => {
    expect(defaultSessionName({ GITHUB_REPOSITORY: 'acme/widgets', GITHUB_RUN_ID: '1658821493' })).toBe(
      'acme-widgets@1658821493',
    );
    expect(defaultSessionName({})).toBe('codeartifact-keyring@local');
    expect(defaultSessionName({ GITHUB_REPOSITORY: 'x'.repeat(100), GITHUB_RUN_ID: '1'.repeat(30) })).toBe(
      `${'x'.repeat(40)}@${'1'.repeat(23)}`,
    );
    const text = fc.string({ unit: anyCharacter, maxLength: 120 });
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
  ['us-gov-west-1', 'aws-us-gov'],
  ['eu-central-1', 'aws'],
])('the region %s is in the partition %s', (region, partition) => {
  expect(partitionOfRegion(region)).toBe(partition);
});

test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'])('a role of the partition %s', (partition) => {
  const role = { arn: `arn:${partition}:iam::111111111111:role/ci` };
  expect([partitionOfRole(role), accountOfRole(role)]).toEqual([partition, '111111111111']);
});
