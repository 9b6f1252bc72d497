import { expect, test } from '@jest/globals';
import { describeLost, listRepositories } from '../../../src/clients/earlier-use.ts';
import { LABS, SHARED, TEAM } from '../../support/sample-indexes.ts';

const lost = (earlier: (typeof TEAM)[], now: (typeof TEAM)[]) =>
  describeLost(listRepositories(earlier).bytes.toString(), now);

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

test('a file that another program changed is no list', () => {
  for (const text of ['', 'team', '=https://x/', 'a b=https://x/', '\u001b[31m=https://x/', 'team=http://x/']) {
    expect(describeLost(text, [LABS])).toEqual([]);
  }
});
