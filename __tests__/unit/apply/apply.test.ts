import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { apply, type Step } from '../../../src/apply/apply.ts';
import type { PrivateFolder } from '../../../src/apply/private-place.ts';
import { type Changes, joinChanges } from '../../../src/clients/changes.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { machineWith } from '../../support/sample-machine.ts';

const OWNER = '0'.repeat(32);
const NAME = `codeartifact-keyring-${OWNER}`;

/** What a step changes: a file, a section of ~/.pypirc, a variable. */
const changesOf = (word: string): Changes =>
  joinChanges([
    {
      files: [{ name: 'netrc', bytes: Buffer.from(word) }],
      variables: [{ name: 'NETRC', value: word }],
      indexServers: [
        {
          name: 'team',
          url: `https://host/${word}/`,
          token: word,
          identity: 'someone',
          expiration: new Date(Date.now() + 3_600_000),
        },
      ],
    },
  ]);

/** A RUNNER_TEMP, a HOME with a .pypirc, and the runner's file for variables. */
function place() {
  const folder = freshFolder();
  const [temp, home, variables] = [join(folder, 'temp'), join(folder, 'home'), join(folder, 'variables')];
  for (const path of [temp, home]) mkdirSync(path);
  const pypirc = join(home, '.pypirc');
  writeFileSync(pypirc, '[mine]\n');
  writeFileSync(variables, '');
  const path = join(temp, NAME);
  const netrc = join(path, 'netrc');
  const run = (word: string, steps: readonly Step[], isNew = !existsSync(path)) => {
    const state = { folder: path, pypirc, variables: [] };
    const use: PrivateFolder = { path, isNew };
    return apply(changesOf(word), state, use, machineWith({ RUNNER_TEMP: temp, GITHUB_ENV: variables }), steps);
  };
  const read = () => ({
    temp: readdirSync(temp, { recursive: true }).toSorted(),
    netrc: existsSync(netrc) ? readFileSync(netrc, 'utf8') : '',
    home: readdirSync(home),
    pypirc: readFileSync(pypirc, 'utf8'),
    variables: readFileSync(variables, 'utf8'),
  });
  return { temp, path, netrc, pypirc, variables, run, read };
}

const refuse: Step = () => {
  throw new TypeError('refused');
};

test('files come first, then the steps, then variables', async () => {
  const { run, read, netrc, variables } = place();
  await run('one', [
    () => {
      expect(readFileSync(netrc, 'utf8')).toBe('one');
      expect(readFileSync(variables, 'utf8')).toBe('');
      return undefined;
    },
  ]);
  expect(read()).toMatchObject({
    netrc: 'one',
    pypirc: expect.stringContaining('[team]'),
    variables: 'NETRC=one\n',
    temp: [NAME, join(NAME, 'netrc')],
  });
});

test('where a step fails, a first use leaves nothing, and its steps go back from the last to the first', async () => {
  const { run, read } = place();
  const before = read();
  const order: string[] = [];
  const stepOf = (name: string) => () => () => void order.push(name);
  await expect(run('one', [stepOf('first'), stepOf('second'), refuse])).rejects.toThrow(new TypeError('refused'));
  expect(order).toEqual(['second', 'first']);
  expect(read()).toEqual(before);
});

test('where a step fails, a second use gives back what the first wrote; else no copies are left', async () => {
  const { run, read } = place();
  await run('one', []);
  const before = read();
  await expect(run('two', [refuse])).rejects.toThrow(new TypeError('refused'));
  expect(read()).toEqual(before);
  await run('two', []);
  expect(read()).toEqual({
    ...before,
    netrc: 'two',
    pypirc: expect.stringMatching(/^password = two$/m),
    variables: 'NETRC=one\nNETRC=two\n',
  });
});

test('what another job wrote into ~/.pypirc meanwhile stays', async () => {
  const { run, pypirc } = place();
  await run('one', []);
  const edit: Step = () => {
    writeFileSync(pypirc, `# edited\n${readFileSync(pypirc, 'utf8')}`);
    throw new TypeError('refused');
  };
  await expect(run('two', [edit])).rejects.toThrow(new TypeError('refused'));
  expect(readFileSync(pypirc, 'utf8')).toMatch(/^# edited\n\[mine\]\n[\s\S]*^password = two$/m);
});

test('where the variables cannot be set, nothing is left', async () => {
  const { run, read, variables } = place();
  writeFileSync(`${variables}-not`, '');
  const before = read();
  const folder = freshFolder();
  const state = { folder: join(folder, NAME), pypirc: undefined, variables: [] };
  const machine = machineWith({ RUNNER_TEMP: folder, GITHUB_ENV: folder });
  const problems = await problemsOfAsync(() =>
    apply(changesOf('one'), state, { path: state.folder, isNew: true }, machine, []),
  );
  expect(problems).toEqual([`${folder} (GITHUB_ENV) is not a file any more; leave the runner's own files alone.`]);
  expect(readdirSync(folder)).toEqual([]);
  expect(read()).toEqual(before);
  await run('one', []);
});

test('what cannot be taken back is told as well, whatever failed first', async () => {
  const { run } = place();
  const left: Step = () => () => {
    throw Object.assign(new Error('x'), { code: 'EROFS', syscall: 'unlink', path: '/some/file' });
  };
  const sentence =
    'This step leaves something behind: /some/file cannot be removed: the file system is read-only (unlink: EROFS); ' +
    'make it writable.';
  expect(await problemsOfAsync(() => run('one', [left, refuse]))).toEqual(['TypeError: refused', sentence]);
  const full: Step = () => {
    throw Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path: '/other' });
  };
  expect(await problemsOfAsync(() => run('one', [left, full]))).toEqual([
    '/other cannot be written: the disk is full (write: ENOSPC); make room on it.',
    sentence,
  ]);
});

test('a place that cannot be written is told by its path and reason', async () => {
  const temp = join(freshFolder(), 'file');
  writeFileSync(temp, '');
  const path = join(temp, NAME);
  const state = { folder: path, pypirc: undefined, variables: [] };
  const problems = await problemsOfAsync(() =>
    apply(changesOf('one'), state, { path, isNew: true }, machineWith({ RUNNER_TEMP: temp }), []),
  );
  expect(problems).toEqual([
    process.platform === 'win32'
      ? `${path} cannot be written: it or its folder is gone (mkdir: ENOENT); check what removes it while a step runs.`
      : `${path} cannot be written (mkdir: ENOTDIR); make room, or give this user the right to.`,
  ]);
});

test('an error that nobody expects is thrown as it is', async () => {
  const { run } = place();
  const unforeseen = Object.assign(new Error('unforeseen'), { code: 'ECONNRESET' });
  await expect(
    run('one', [
      async () => {
        throw unforeseen;
      },
    ]),
  ).rejects.toBe(unforeseen);
});
