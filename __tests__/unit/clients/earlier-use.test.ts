import { describe, expect, test } from '@jest/globals';
import { describeBeside, describeLost, listRepositories } from '../../../src/clients/earlier-use.ts';
import { LABS, SHARED, TEAM } from '../../support/sample-indexes.ts';

const JOB = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'test' };
const listOf = (repositories: (typeof TEAM)[], job: Record<string, string> = JOB) =>
  listRepositories(repositories, job).bytes.toString();
const lost = (earlier: (typeof TEAM)[], now: (typeof TEAM)[]) => describeLost(listOf(earlier), now);

test('the same list, or a longer one, takes nothing away', () => {
  expect(lost([TEAM, LABS], [TEAM, LABS])).toEqual([]);
  expect(lost([TEAM], [LABS, { ...TEAM, alias: 'renamed' }])).toEqual([]);
});

test('what is taken away is told by name', () => {
  expect(lost([TEAM, LABS], [LABS])).toEqual([
    'Installs no longer look in team, which an earlier step of this job listed; to keep it, list all repositories in ' +
      'every step that uses this action.',
  ]);
  expect(lost([TEAM, SHARED, LABS], [LABS])).toEqual([
    expect.stringMatching(/^Installs no longer look in team and shared, .* to keep them, /),
  ]);
});

test('line ends of Windows are none of the list', () => {
  expect(describeLost(listOf([TEAM, LABS]).replaceAll('\n', '\r\n'), [LABS])).toEqual(lost([TEAM, LABS], [LABS]));
});

test('a file that another program changed is no list', () => {
  for (const text of ['', 'team', '=https://x/', 'a b=https://x/', '\u001b[31m=https://x/', 'team=http://x/']) {
    expect(describeLost(text, [LABS])).toEqual([]);
  }
});

describe('uses beside this one', () => {
  const beside = (others: (typeof TEAM)[][], now: (typeof TEAM)[], job = JOB) =>
    describeBeside(
      others.map((other) => listOf(other, job)),
      now,
      JOB,
    );

  test('with other repositories, fewer, more or as many, are told once, with all that they set up', () => {
    expect(beside([[TEAM, SHARED], [SHARED]], [LABS])).toEqual([
      'Another step of this job has set up team and shared with this action, but no variable names its files: the ' +
        'two ran in parallel, or something changed the variables. Later steps have the repositories and tokens of ' +
        'only one of them, the one that the job waits for last; list all repositories in one step.',
    ]);
    expect(beside([[TEAM]], [TEAM, LABS])).toHaveLength(1);
    expect(beside([[TEAM]], [LABS])).toHaveLength(1);
    expect(beside([[TEAM, LABS]], [TEAM])).toHaveLength(1);
  });

  test('with the same repositories, in whatever order and by whatever names, lose nothing', () => {
    expect(beside([[TEAM, LABS]], [LABS, { ...TEAM, alias: 'renamed' }])).toEqual([]);
    expect(beside([], [TEAM])).toEqual([]);
  });

  test.each([{ GITHUB_RUN_ID: '8' }, { GITHUB_RUN_ATTEMPT: '2' }, { GITHUB_JOB: 'lint' }])(
    'of another job, %j, are none of ours',
    (other) => expect(beside([[TEAM]], [LABS], { ...JOB, ...other })).toEqual([]),
  );

  test('nor is a file that another program changed', () => {
    expect(describeBeside(['', `team=${TEAM.url}\n`, '\u001b[31m'], [LABS], JOB)).toEqual([]);
  });
});
