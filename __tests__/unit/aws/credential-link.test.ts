import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { afterEach, expect, test } from '@jest/globals';
import { describeLink } from '../../../src/aws/credential-link.ts';
import { freshFolder } from '../../support/fresh-folder.ts';

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** What the SDK's own chain gives on a machine with these variables and this file of profiles. */
async function linkWith(variables: Record<string, string>, profiles = ''): Promise<string> {
  const home = freshFolder();
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'credentials'), profiles);
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, { HOME: home, USERPROFILE: home, ...variables });
  return describeLink(await fromNodeProviderChain()(), variables);
}

test('each link that the SDK took is told', async () => {
  const answer = {
    AccessKeyId: 'ASIA',
    SecretAccessKey: 'secret',
    Token: 'token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/security-credentials/')) response.end('role');
    else response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = 'aws_access_key_id = AKIA\naws_secret_access_key = secret\n';

  expect(await linkWith({ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x' })).toBe('AWS_ACCESS_KEY_ID');
  expect(await linkWith({}, `[default]\n${keys}`)).toBe('the profile default');
  expect(await linkWith({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/x` })).toBe('the container endpoint');
  expect(await linkWith({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url })).toBe('the metadata of the instance');
  server.closeAllConnections();
  server.close();
});

test('a web identity, and a profile that starts from somewhere else', () => {
  const webIdentity = { CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: 'k', CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN: 'h' };
  expect(describeLink({ $source: webIdentity }, {})).toBe('the web identity of AWS_WEB_IDENTITY_TOKEN_FILE');
  const container = { CREDENTIALS_HTTP: 'z', CREDENTIALS_PROFILE_NAMED_PROVIDER: 'p' };
  expect(describeLink({ $source: container }, {})).toBe('the profile default');
  expect(describeLink({}, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' })).toBe('the container endpoint');
});

test.each([
  'MY_CREDENTIALS_PROFILE',
  ...['MY_CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN', 'CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKENS'],
  ...['MY_CREDENTIALS_ENV_VARS', 'CREDENTIALS_ENV_VARS_OTHER', 'MY_CREDENTIALS_HTTP', 'CREDENTIALS_HTTPS'],
])('a note that only looks like one of these says nothing: %s', (note) => {
  expect(describeLink({ $source: { [note]: 'x' } }, {})).toBe('the metadata of the instance');
});
