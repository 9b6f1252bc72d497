import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkHome, homeVariable, type Machine, readMachine } from '../../../src/machine/machine.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { testUnless } from '../../support/test-unless.ts';

const NOT_ROOT = process.getuid?.() === 0 ? undefined : 'Only root can turn into a user without an entry.';
/** Nobody has it. */
const STRANGER = 54_321;

const workspace = process.env['GITHUB_WORKSPACE'];

afterEach(() => {
  if (workspace === undefined) delete process.env['GITHUB_WORKSPACE'];
  else process.env['GITHUB_WORKSPACE'] = workspace;
});

/** What another process reads: jest's own has variables that its system does not know. */
function readElsewhere(environment: NodeJS.ProcessEnv, before = ''): Machine {
  const url = new URL('../../../src/machine/machine.ts', import.meta.url);
  const program = `import { readMachine } from ${JSON.stringify(url)}; ${before}
    console.log(JSON.stringify(readMachine()));`;
  const { NODE_V8_COVERAGE: _, ...rest } = process.env;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: { ...rest, ...environment },
    }),
  );
}

test('the variables, the home and the system of this process', () => {
  const { environment, home, platform } = readMachine();
  expect(environment).toBe(process.env);
  expect(home).toBe(homedir());
  expect(platform).toBe(process.platform);
});

describe('the home', () => {
  test('is the folder that the variable names', () => {
    const home = freshFolder();
    const machine = readElsewhere({ [homeVariable(process)]: home });
    expect(machine.home).toBe(home);
    expect(machine.environment[homeVariable(machine)]).toBe(home);
  });

  // More than Node.js has room for.
  test('is empty where the system can name none', () => {
    expect(readElsewhere({ [homeVariable(process)]: join('/', 'x'.repeat(10_000)) }).home).toBe('');
  });

  testUnless(NOT_ROOT)('is empty without HOME for a user without an entry in /etc/passwd', () => {
    expect(readElsewhere({}, `delete process.env.HOME; process.seteuid(${STRANGER});`).home).toBe('');
    expect(readElsewhere({}, 'delete process.env.HOME;').home).not.toBe('');
  });
});

test('a home is an absolute path, or a message says what to set', () => {
  for (const home of ['', '.', 'home/user', '~']) {
    expect(problemsOf(() => checkHome({ home, platform: 'linux' }))).toEqual([
      'The variable HOME names no absolute path, so nothing says where the files of this user are; set HOME.',
    ]);
  }
  expect(problemsOf(() => checkHome({ home: '', platform: 'win32' }))).toEqual([
    expect.stringMatching(/^The variable USERPROFILE .* set USERPROFILE\.$/),
  ]);
  checkHome({ home: homedir(), platform: 'linux' });
});

test('the workspace is an absolute path, that of this folder where the job names none', () => {
  const workspaceWith = (value: string) => {
    process.env['GITHUB_WORKSPACE'] = value;
    return readMachine().workspace;
  };
  const folder = freshFolder();
  expect(workspaceWith(folder)).toBe(folder);
  expect(workspaceWith('checkout')).toBe(resolve('checkout'));
  expect(workspaceWith('')).toBe(process.cwd());
  delete process.env['GITHUB_WORKSPACE'];
  expect(readMachine().workspace).toBe(process.cwd());
});

test('the variable that names the home', () => {
  expect(homeVariable({ platform: 'win32' })).toBe('USERPROFILE');
  for (const platform of ['linux', 'darwin'] as const) expect(homeVariable({ platform })).toBe('HOME');
});
