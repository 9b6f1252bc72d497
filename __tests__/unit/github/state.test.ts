import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPairs } from '../../../sandbox/runner/file-commands.ts';
import { forgetCleanUp, loadCleanUp, type State, saveCleanUp } from '../../../src/github/state.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';

const OWNER = '0123456789abcdef0123456789abcdef';
const FOLDER = `/temp/codeartifact-keyring-${OWNER}`;
const STATE: State = {
  folder: FOLDER,
  pypirc: '/home/user/.pypirc',
  variables: [{ name: 'NETRC', mark: 'a'.repeat(64), before: '' }],
};

const file = join(freshFolder(), 'state');

afterEach(() => {
  delete process.env['STATE_clean-up'];
});

/** What the runner hands to post after an action that saved state. */
function handOver(save: (environment: Environment) => void): void {
  writeFileSync(file, '');
  save({ GITHUB_STATE: file });
  for (const [name, value] of readPairs(readFileSync(file, 'utf8'))) process.env[`STATE_${name}`] = value;
}

function loadFrom(value: unknown): State | undefined {
  process.env['STATE_clean-up'] = typeof value === 'string' ? value : JSON.stringify(value);
  return loadCleanUp();
}

describe('what main saves is what post loads', () => {
  test.each<[string, State]>([
    ['everything', STATE],
    ['without twine', { ...STATE, pypirc: undefined }],
    ['without variables', { ...STATE, variables: [] }],
    [
      'values that look like the file command itself',
      { ...STATE, variables: [{ name: 'NETRC', mark: 'a\nB=1', before: 'C<<D\n\r\nE' }] },
    ],
  ])('%s', (_, state) => {
    handOver((environment) => saveCleanUp(state, { environment, platform: 'linux' }));
    expect(loadCleanUp()).toEqual(state);
  });

  test('the last word counts', () => {
    handOver((environment) => {
      saveCleanUp({ ...STATE, pypirc: undefined }, { environment, platform: 'linux' });
      saveCleanUp(STATE, { environment, platform: 'linux' });
    });
    expect(loadCleanUp()).toEqual(STATE);
  });

  test('nothing once it is forgotten', () => {
    handOver((environment) => {
      saveCleanUp(STATE, { environment, platform: 'linux' });
      forgetCleanUp(environment);
    });
    expect(loadCleanUp()).toBeUndefined();
  });

  test('what would not fit into the variable of post is refused, and nothing is saved', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `N${index}`, mark: 'a'.repeat(64), before: '' }));
    handOver((environment) => {
      const save = (count: number) =>
        saveCleanUp({ ...STATE, variables: many(count) }, { environment, platform: 'linux' });
      // As long as Linux bears, with the name, an equals sign and a null byte, and one character more.
      const saveIn = (length: number) =>
        saveCleanUp({ ...STATE, folder: '/'.padEnd(length, 'x'), variables: [] }, { environment, platform: 'linux' });
      const others = JSON.stringify({ ...STATE, folder: '', variables: [] }).length + 'STATE_clean-up=0'.length;
      saveIn(131_072 - others);
      expect(problemsOf(() => saveIn(131_073 - others))).toHaveLength(1);
      save(1_000);
      expect(problemsOf(() => save(1_300))).toEqual([
        expect.stringMatching(
          /^Post would get the names of 1300 variables in one of \d+ bytes where Linux has room for 131072, and would /,
        ),
      ]);
    });
    expect(loadCleanUp()?.variables).toHaveLength(1_000);
  });

  test('all of it again, where forgetting is taken back', () => {
    handOver((environment) => {
      saveCleanUp(STATE, { environment, platform: 'linux' });
      forgetCleanUp(environment)();
    });
    expect(loadCleanUp()).toEqual(STATE);
  });
});

describe('what is refused', () => {
  test('a main that came to nothing', () => {
    expect(loadCleanUp()).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', null],
    ['a number', 1],
    ['a text', '"x"'],
    ['a list', []],
    ['an empty object', {}],
    ['no folder', { ...STATE, folder: undefined }],
    ['a folder that is no text', { ...STATE, folder: [FOLDER] }],
    ['a relative folder', { ...STATE, folder: `codeartifact-keyring-${OWNER}` }],
    ['a folder of another name', { ...STATE, folder: '/home/user' }],
    ['the folder above', { ...STATE, folder: `${FOLDER}/..` }],
    ['a folder with less behind its prefix', { ...STATE, folder: '/temp/codeartifact-keyring-' }],
    ['a folder with more behind its name', { ...STATE, folder: `${FOLDER}.bak` }],
    ['a folder with more before its name', { ...STATE, folder: FOLDER.replace('codeartifact', 'x-codeartifact') }],
    ['a folder in capitals', { ...STATE, folder: FOLDER.replace('abc', 'ABC') }],
    ['a folder with a line break behind it', { ...STATE, folder: `${FOLDER}\n` }],
    ['a folder in a folder of ours', { ...STATE, folder: `${FOLDER}/x` }],
    ['a .pypirc of another name', { ...STATE, pypirc: '/etc/passwd' }],
    ['a .pypirc that only ends so', { ...STATE, pypirc: '/home/user/x.pypirc' }],
    ['a .pypirc with more behind its name', { ...STATE, pypirc: '/home/user/.pypirc.bak' }],
    ['a .pypirc in a .pypirc', { ...STATE, pypirc: '/home/user/.pypirc/x' }],
    ['a relative .pypirc', { ...STATE, pypirc: '.pypirc' }],
    ['a .pypirc that is null', { ...STATE, pypirc: null }],
    ['no variables', { ...STATE, variables: undefined }],
    ['variables that are no list', { ...STATE, variables: { length: 0 } }],
    ['a variable that is null', { ...STATE, variables: [null] }],
    ['a variable without a name', { ...STATE, variables: [{ mark: 'a', before: 'b' }] }],
    ['a variable with another kind of mark', { ...STATE, variables: [{ name: 'NETRC', mark: 1, before: '' }] }],
    ['a variable without what was before', { ...STATE, variables: [{ name: 'NETRC', mark: '' }] }],
  ])('%s', (_, state) => {
    expect(loadFrom(state)).toBeUndefined();
  });

  test('any other JSON: never an error', () => {
    const key = fc.constantFrom('folder', 'pypirc', 'variables', 'x', '__proto__');
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(FOLDER, '/home/user/.pypirc', '.', '/'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.dictionary(key, value).map((state) => JSON.stringify(state)),
        ),
        (text) => {
          const state = loadFrom(text);
          if (state !== undefined) expect(state.folder).toBe(FOLDER);
        },
      ),
    );
  });
});
