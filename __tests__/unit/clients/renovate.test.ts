import { expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/renovate.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { SHARED, TEAM, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

const NAME = 'RENOVATE_HOST_RULES';
const ofUser = { matchHost: 'npm.example', token: 'own' };
const rule = (matchHost: string, password: string) => ({ hostType: 'pypi', matchHost, username: 'aws', password });
const OURS = [rule(TEAM.url, 'token-team'), rule(SHARED.url, 'token-shared')];

function rulesWith(asked: SampleSetup = {}) {
  const { variables, notes } = configure(sampleSetup({ authorized: TWO_IDENTITIES, ...asked }));
  return { variables, notes, rules: JSON.parse(variables?.[0]?.value ?? '') };
}

test('a rule for each repository, with its own token', () => {
  const { rules, variables, notes } = rulesWith();
  expect(rules).toEqual(OURS);
  expect(variables).toMatchObject([{ name: NAME, secret: true }]);
  expect(notes).toEqual([]);
});

test("the user's own rules stay, in front, but for one of a URL of ours", () => {
  const old = { ...rule(TEAM.url, 'old'), username: 'me' };
  const environment = { [NAME]: JSON.stringify([old, ofUser]) };
  const { rules, notes } = rulesWith({ environment });
  expect(rules).toEqual([ofUser, ...OURS]);
  expect(notes).toEqual(['renovate: your own host rule for team is not used in this job.']);
  const ofStep = { [NAME]: JSON.stringify([rule(TEAM.url, 'earlier'), ofUser]) };
  const second = rulesWith({ environment: ofStep });
  expect(second.rules).toEqual([ofUser, ...OURS]);
  expect(second.notes).toEqual([]);
  expect(rulesWith({ environment: { [NAME]: '' } }).rules).toEqual(OURS);
});

test('a rule for another kind of host is none of an earlier step', () => {
  const environment = { [NAME]: JSON.stringify([{ ...rule(TEAM.url, 'own'), hostType: 'npm' }]) };
  expect(rulesWith({ environment }).notes).toEqual(['renovate: your own host rule for team is not used in this job.']);
});

test.each(['never-shown', '{}', '[1]', '[{},1]', '[null]', '[[]]', '"x"'])(
  'what is no list of rules is refused: %s',
  (text) => {
    expect(problemsOf(() => rulesWith({ environment: { [NAME]: text } }))).toEqual([
      'The variable RENOVATE_HOST_RULES is not a JSON list of objects, which Renovate expects; correct or unset it.',
    ]);
  },
);
