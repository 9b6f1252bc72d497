import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkCredentialFiles, readProfiles } from '../../../src/aws/credential-files.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { NO_LINKS, NO_PERMISSION_BITS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

const NAMES = [
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
] as const;
const check = (path: string) =>
  problemsOf(() => checkCredentialFiles({ environment: Object.fromEntries(NAMES.map((name) => [name, path])) }));

describe('what the variables name', () => {
  testUnless(NO_PIPES)('a pipe is told, for every variable', () => {
    const pipe = join(freshFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(check(pipe)).toEqual(
      NAMES.map((name) => `The variable ${name} names ${pipe}, which is a pipe or a socket; name a file.`),
    );
  });

  testUnless(NO_PIPES)('a socket is told', async () => {
    const socket = join(freshFolder(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    expect(check(socket)).toHaveLength(NAMES.length);
    server.close();
  });

  test('files, folders, nothing and what does not exist are for the SDK to judge', () => {
    const folder = freshFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const path of [file, folder, join(folder, 'missing'), '', join(file, 'below'), 'x'.repeat(5000)]) {
      expect(check(path)).toEqual([]);
    }
    expect(problemsOf(() => checkCredentialFiles({ environment: {} }))).toEqual([]);
  });

  testUnless(NO_LINKS)('so are links in a circle', () => {
    const folder = freshFolder();
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    symlinkSync(one, other);
    symlinkSync(other, one);
    expect(check(one)).toEqual([]);
  });

  testUnless(NO_PERMISSION_BITS)('so is what this user may not look at', () => {
    const folder = freshFolder();
    const file = join(folder, 'config');
    writeFileSync(file, '');
    chmodSync(folder, 0);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(check(file)).toEqual([]);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    }
  });
});

describe('profiles', () => {
  afterEach(() => {
    for (const name of NAMES) delete process.env[name];
  });

  test('of both files, by name, without what is no profile', async () => {
    const folder = freshFolder();
    const [config, credentials] = [join(folder, 'config'), join(folder, 'credentials')];
    writeFileSync(
      config,
      '[profile a]\nregion = x\n[sso-session s]\nsso_region = x\n[services v]\nx = y\n[profile b]\nregion = y\n',
    );
    writeFileSync(credentials, '[a]\naws_access_key_id = AKIA\n');
    process.env['AWS_CONFIG_FILE'] = config;
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = credentials;
    const profiles = await readProfiles();
    expect([...profiles.keys()].toSorted()).toEqual(['a', 'b']);
    expect(profiles.get('a')).toMatchObject({ region: 'x', aws_access_key_id: 'AKIA' });
  });
});
