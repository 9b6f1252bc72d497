import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { Identity } from '../../../src/access/identity.ts';
import { openCredentialFiles } from '../../../src/aws/credential-files.ts';
import { hasProcess, readProfiles } from '../../../src/aws/profiles.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { Problems } from '../../../src/messages/problems.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { sampleRequest } from '../../support/sample-request.ts';
import { profileIdentity } from '../../support/sample-setup.ts';
import { printedByAsync } from '../../support/step-output.ts';
import { NO_PIPES, testUnless } from '../../support/test-unless.ts';

const ODD = 'a pipe, a socket or a device';
const CHAIN: Identity = { kind: 'source', source: { kind: 'default-chain' } };
const KEYS: Identity = {
  kind: 'source',
  source: { kind: 'keys', keys: { accessKeyId: 'AKIA', secretAccessKey: 'x' }, from: 'the inputs' },
};

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** A home with files; the SDK looks at the variables of this process. */
function homeWith(files: Readonly<Record<string, string | undefined>>, variables: Record<string, string> = {}): string {
  const home = freshFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content === undefined) execFileSync('mkfifo', [path]);
    else writeFileSync(path, content);
  }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, { HOME: home, USERPROFILE: home }, variables);
  return home;
}

/** What is wrong, and what is masked, for requests with these identities. */
async function open(...identities: Identity[]) {
  const requests = identities.map((identity) => sampleRequest({ identity }));
  const { result, masks } = await printedByAsync(() =>
    openCredentialFiles(requests, { environment: process.env as Environment }).then(
      () => [],
      (error: unknown) => (error instanceof Problems ? error.list : Promise.reject(error)),
    ),
  );
  return { problems: result, masks };
}

test('whose profile assumes a role by itself, and in which region', async () => {
  homeWith({
    '.aws/config':
      '[profile ci]\nrole_arn = arn:aws:iam::111122223333:role/ci\nregion = eu-west-1\n' +
      '[profile bare]\nrole_arn = arn:aws:iam::111122223333:role/ci\n[profile keys]\nregion = eu-west-1\n',
  });
  const identities = [profileIdentity('ci'), profileIdentity('bare'), profileIdentity('keys'), KEYS];
  const requests = identities.map((identity) => sampleRequest({ identity }));
  expect(await openCredentialFiles(requests, { environment: process.env as Environment })).toEqual([
    { request: requests[0], region: 'eu-west-1' },
    { request: requests[1], region: undefined },
  ]);
});

describe('the files of profiles', () => {
  testUnless(NO_PIPES)('a pipe in the place of one is told where it is needed', async () => {
    const home = homeWith({ '.aws/config': undefined });
    for (const identity of [CHAIN, profileIdentity('team')]) {
      expect((await open(identity)).problems).toEqual([
        `The file ${join(home, '.aws', 'config')} is ${ODD}; put another file there.`,
      ]);
    }
  });

  testUnless(NO_PIPES)('it is as good as empty to keys, for which the SDK looks into it too', async () => {
    homeWith({ '.aws/config': undefined, '.aws/credentials': undefined });
    expect(await open(KEYS)).toEqual({ problems: [], masks: [] });
    expect(await loadSharedConfigFiles()).toEqual({ configFile: {}, credentialsFile: {} });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret-in-a-variable' });
    expect((await open(CHAIN)).problems).toEqual([]);
    process.env['AWS_PROFILE'] = 'team';
    expect((await open(CHAIN)).problems).toHaveLength(2);
  });

  testUnless(NO_PIPES)('named by a variable, also by ~/', async () => {
    const home = homeWith({ pipe: undefined }, { AWS_CONFIG_FILE: '~/pipe', AWS_SHARED_CREDENTIALS_FILE: '/dev/zero' });
    expect((await open(CHAIN)).problems).toEqual([
      `The variable AWS_CONFIG_FILE names ${join(home, 'pipe')}, which is ${ODD}; name another file.`,
      `The variable AWS_SHARED_CREDENTIALS_FILE names /dev/zero, which is ${ODD}; name another file.`,
    ]);
  });

  test('one that is too large is told', async () => {
    const home = homeWith({ '.aws/config': '#'.repeat(1024 * 1024 + 1) });
    expect((await open(CHAIN)).problems).toEqual([
      `The file ${join(home, '.aws', 'config')} is larger than 1024 KiB; put another file there.`,
    ]);
    expect((await open(KEYS)).problems).toEqual([]);
  });

  test('what is missing, a folder or the null device is for the SDK to judge', async () => {
    const home = homeWith({ '.aws/config/a-file': '' }, { AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
    expect(await open(CHAIN)).toEqual({ problems: [], masks: [] });
    Object.assign(process.env, { AWS_CONFIG_FILE: join(home, 'missing') });
    expect(await open(CHAIN)).toEqual({ problems: [], masks: [] });
  });

  test('the SDK gets their text, and what is secret in them and in the variables is masked', async () => {
    homeWith(
      {
        '.aws/config': '[profile a]\nregion = eu-west-1\n',
        '.aws/credentials': '[b]\naws_secret_access_key = key-of-b\n',
      },
      { AWS_SESSION_TOKEN: 'session-of-a-variable', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token-of-a-variable' },
    );
    const { problems, masks } = await open(profileIdentity('a'));
    expect(problems).toEqual([]);
    expect(masks).toEqual(expect.arrayContaining(['key-of-b', 'session-of-a-variable', 'token-of-a-variable']));
    expect((await readProfiles()).get('a')).toEqual({ region: 'eu-west-1' });
  });
});

describe('the files of tokens', () => {
  const ROLE = 'role_arn = arn:aws:iam::111122223333:role/x\n';

  testUnless(NO_PIPES)('of the default chain, by the variables', async () => {
    const home = homeWith({ pipe: undefined });
    const names = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
    for (const name of names) process.env[name] = join(home, 'pipe');
    expect((await open(CHAIN)).problems).toEqual(
      names.map((name) => `The variable ${name} names ${join(home, 'pipe')}, which is ${ODD}; name another file.`),
    );
    expect((await open(KEYS)).problems).toEqual([]);
  });

  testUnless(NO_PIPES)('of a profile, or one that it starts from; no other profile matters', async () => {
    const home = homeWith({ pipe: undefined, '.aws/config': '' });
    writeFileSync(
      join(home, '.aws/config'),
      `[profile outer]\n${ROLE}source_profile = inner\n[profile inner]\n` +
        `${ROLE}web_identity_token_file = ${home}/pipe\n` +
        `[profile plain]\nregion = x\n[profile container]\n${ROLE}credential_source = EcsContainer\n`,
    );
    process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] = join(home, 'pipe');
    const problem = `The profile inner names ${home}/pipe, which is ${ODD}; name another file.`;
    expect((await open(profileIdentity('outer'))).problems).toEqual([problem]);
    expect((await open(profileIdentity('plain'))).problems).toEqual([]);
    expect((await open(profileIdentity('container'))).problems).toEqual([
      `The variable AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names ${join(home, 'pipe')}, which is ${ODD}; name ` +
        'another file.',
    ]);
  });

  testUnless(NO_PIPES)('of sign-ins', async () => {
    const sso = `.aws/sso/cache/${createHash('sha1').update('work').digest('hex')}.json`;
    const login = `.aws/login/cache/${createHash('sha256').update('me').digest('hex')}.json`;
    const config =
      '[profile s]\nsso_session = work\n[sso-session work]\nsso_region = x\n[profile l]\nlogin_session = me\n';
    const home = homeWith({ [sso]: undefined, [login]: undefined, '.aws/config': config });
    expect((await open(profileIdentity('s'), profileIdentity('l'))).problems).toEqual([
      `The file ${join(home, sso)}, where the profile s keeps its sign-in, is ${ODD}; sign in again.`,
      `The file ${join(home, login)}, where the profile l keeps its sign-in, is ${ODD}; sign in again.`,
    ]);
    const folder = freshFolder();
    process.env['AWS_LOGIN_CACHE_DIRECTORY'] = folder;
    expect((await open(profileIdentity('l'))).problems).toEqual([]);
    symlinkSync(join(home, login), join(folder, login.slice('.aws/login/cache/'.length)));
    expect((await open(profileIdentity('l'))).problems).toHaveLength(1);
  });

  test('are masked, those of sign-ins by their parts', async () => {
    const sso = `.aws/sso/cache/${createHash('sha1').update('https://start').digest('hex')}.json`;
    const home = homeWith({
      token: 'token-of-the-file\n',
      [sso]: JSON.stringify({
        accessToken: 'access-of-sso',
        nested: { clientSecret: 'secret-of-sso' },
        region: 'eu-west-1',
      }),
    });
    mkdirSync(join(home, '.aws'), { recursive: true });
    writeFileSync(
      join(home, '.aws', 'config'),
      `[profile w]\n${ROLE}web_identity_token_file = ${join(home, 'token')}\n[profile s]\n` +
        'sso_start_url = https://start\n',
    );
    const { masks } = await open(profileIdentity('w'), profileIdentity('s'));
    for (const secret of ['token-of-the-file', 'access-of-sso', 'secret-of-sso']) expect(masks).toContain(secret);
    expect(masks.join()).not.toContain('eu-west-1');
  });
});

describe('profiles', () => {
  test('of both files, by name, without what is no profile', async () => {
    homeWith({
      '.aws/config':
        '[profile a]\nregion = x\n[sso-session s]\nsso_region = x\n[services v]\nx = y\n[profile b]\nregion = y\n',
      '.aws/credentials': '[a]\naws_access_key_id = AKIA\n',
    });
    const profiles = await readProfiles();
    expect([...profiles.keys()].toSorted()).toEqual(['a', 'b']);
    expect(profiles.get('a')).toMatchObject({ region: 'x', aws_access_key_id: 'AKIA' });
  });

  test('with a program, by themselves or by those that they start from, also in a circle', async () => {
    homeWith({
      '.aws/config':
        '[profile a]\nsource_profile = b\n[profile b]\ncredential_process = x\n[profile c]\nsource_profile = d\n' +
        '[profile d]\nsource_profile = c\n',
    });
    expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(hasProcess))).toEqual([true, true, false, false, false]);
  });
});
