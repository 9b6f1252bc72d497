import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { markOf } from '../../../src/access/mark.ts';
import { addToPypirc } from '../../../src/apply/pypirc-file.ts';
import { sentencesOf, takeBack } from '../../../src/apply/take-back.ts';
import { Problems } from '../../../src/messages/problems.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { NO_LINKS, testUnless } from '../../support/test-unless.ts';

const OWNER = '0123456789abcdef0123456789abcdef';
const SERVER = {
  name: 'team',
  url: 'https://host/',
  token: 'the-token',
  identity: 'someone',
  expiration: new Date(Date.now() + 3_600_000),
};

/** What a run has left: a private folder, a section in a .pypirc beside the user's own, a variable. */
async function afterRun() {
  const place = freshFolder();
  const [temp, pypirc, variables] = [join(place, 'temp'), join(place, '.pypirc'), join(place, 'variables')];
  const folder = join(temp, `codeartifact-keyring-${OWNER}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'netrc'), 'the-token');
  writeFileSync(pypirc, '[mine]\n');
  writeFileSync(variables, '');
  await addToPypirc({ path: pypirc, owner: OWNER, now: new Date(), platform: process.platform }, [SERVER]);
  const state = { folder, pypirc, variables: [{ name: 'NETRC', mark: markOf('ours'), before: 'mine' }] };
  const environment = { RUNNER_TEMP: temp, GITHUB_ENV: variables, NETRC: 'ours' };
  const machine = sampleMachine({ environment, platform: process.platform });
  const begun: string[] = [];
  const back = () => takeBack(state, machine, async (what) => void begun.push(what));
  return { folder, pypirc, variables, begun, back };
}

test('all is taken back, each said before it is waited for; a second time nothing is there', async () => {
  const { folder, pypirc, variables, begun, back } = await afterRun();
  expect(await back()).toEqual({ removed: [folder, `the sections of this step in ${pypirc}`], left: [] });
  expect(begun).toEqual([folder, pypirc, "the runner's file GITHUB_ENV"]);
  expect(existsSync(folder)).toBe(false);
  expect(readFileSync(pypirc, 'utf8')).toBe('[mine]\n');
  expect(readFileSync(variables, 'utf8')).toBe(`NETRC=mine${process.platform === 'win32' ? '\r\n' : '\n'}`);
  expect(await back()).toEqual({ removed: [], left: [] });
});

test('a run without index servers has no .pypirc to look at', async () => {
  const { folder, variables } = await afterRun();
  const environment = { RUNNER_TEMP: join(folder, '..'), GITHUB_ENV: variables };
  const begun: string[] = [];
  const state = { folder, pypirc: undefined, variables: [] };
  expect(await takeBack(state, sampleMachine({ environment }), async (what) => void begun.push(what))).toEqual({
    removed: [folder],
    left: [],
  });
  expect(begun).toEqual([folder, "the runner's file GITHUB_ENV"]);
});

testUnless(NO_LINKS)('what stands in the way of one keeps none of the others', async () => {
  const { folder, pypirc, variables, back } = await afterRun();
  rmSync(folder, { recursive: true });
  symlinkSync(freshFolder(), folder);
  rmSync(pypirc);
  mkdirSync(pypirc);
  rmSync(variables);
  expect(await back()).toEqual({
    removed: [],
    left: [
      `${folder} is not the folder that this action made, so it stays as it is; see what has replaced it.`,
      expect.stringMatching(/^The sections of this step in \S+ may be left: \S+ is not a file; remove it, or leave /),
      expect.stringMatching(/^NETRC keeps its value: \S+ \(GITHUB_ENV\) is gone, because /),
    ],
  });
});

test('any error has sentences', () => {
  const disk = Object.assign(new Error('x'), { code: 'EROFS', syscall: 'unlink', path: '/some/file' });
  expect(sentencesOf(new Problems(['one', 'two']))).toEqual(['one', 'two']);
  expect(sentencesOf(disk)).toEqual([expect.stringMatching(/^\/some\/file cannot be removed: the file system is/)]);
  expect(sentencesOf(new TypeError('odd'))).toEqual(['odd']);
  expect(sentencesOf('a text')).toEqual(['a text']);
});
