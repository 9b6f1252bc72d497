import { describe, expect, test } from '@jest/globals';
import { mayHaveCredentials } from '../../../src/access/forks.ts';
import { planTokenRequests } from '../../../src/access/token-request.ts';
import { readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { sampleInputs } from '../../support/sample-inputs.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

const HOSTED = { RUNNER_ENVIRONMENT: 'github-hosted' };

/** Whether there may be credentials for the repositories, with this file and these files on the disk. */
function mayHave(
  environment: Environment,
  text = '',
  files: Record<string, string> = {},
  repositories = [sampleRepository()],
): boolean {
  const machine = sampleMachine({ environment });
  const file = { name: 'keyringrc.cfg', content: readKeyringrc(text) };
  const { requests } = planTokenRequests(sampleInputs({ repositories }), file, machine, sampleDisk());
  return mayHaveCredentials(requests, machine, sampleDisk(files));
}

describe('a pull request from a fork', () => {
  test.each([
    ['nothing', ''],
    ['a role', '[codeartifact]\nrole_arn = arn:aws:iam::111111111111:role/ci\n'],
    ['a profile', '[codeartifact]\nprofile_name = team\n'],
    ['half a pair of keys', '[codeartifact]\naws_access_key_id = AKIA\n'],
  ])("has none on GitHub's own machines, with %s named", (_, text) => {
    expect(mayHave(HOSTED, text)).toBe(false);
  });

  test.each<[string, Environment]>([
    ['a machine of the team', { RUNNER_ENVIRONMENT: 'self-hosted' }],
    ['a machine that does not say what it is', {}],
    ['an OIDC token', { ...HOSTED, ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' }],
    ['keys of an earlier step', { ...HOSTED, AWS_ACCESS_KEY_ID: 'x' }],
    ['a profile of an earlier step', { ...HOSTED, AWS_PROFILE: 'x' }],
    ['a web identity', { ...HOSTED, AWS_WEB_IDENTITY_TOKEN_FILE: 'x' }],
    ['a container', { ...HOSTED, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'x' }],
  ])('may have some with %s', (_, environment) => {
    expect(mayHave(environment)).toBe(true);
  });

  test('may have some with keys in the file', () => {
    expect(mayHave(HOSTED, '[codeartifact]\naws_access_key_id = AKIA\naws_secret_access_key = x\n')).toBe(true);
  });

  test('may have some with keys for one repository of several', () => {
    const text = '[codeartifact name="staging"]\naws_access_key_id = AKIA\naws_secret_access_key = x\n';
    expect(mayHave(HOSTED, text, {}, [sampleRepository(), sampleRepository({ name: 'staging' })])).toBe(true);
    expect(mayHave(HOSTED, text)).toBe(false);
  });

  test('may have some with profiles on the machine', () => {
    expect(mayHave(HOSTED, '', { '/home/user/.aws/config': '' })).toBe(true);
    expect(mayHave(HOSTED, '', { '/home/user/.aws/credentials': '' })).toBe(true);
    expect(mayHave({ ...HOSTED, AWS_CONFIG_FILE: '/c' }, '', { '/c': '' })).toBe(true);
    expect(mayHave({ ...HOSTED, AWS_CONFIG_FILE: '/c' }, '', { '/home/user/.aws/config': '' })).toBe(false);
  });
});
