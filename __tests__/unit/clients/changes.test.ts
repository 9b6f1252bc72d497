import { expect, test } from '@jest/globals';
import { type Changes, joinChanges } from '../../../src/clients/changes.ts';
import { problemsOf } from '../../support/problems-of.ts';

const NOTHING: Changes = {
  files: [],
  variables: [],
  indexServers: [],
  notes: [],
  warnings: [],
  overrides: [],
  checks: [],
};

function changesOf(name: string): Changes {
  const expiration = new Date(0);
  return {
    files: [{ name: 'netrc', bytes: Buffer.from(name) }],
    variables: [{ name, value: name }],
    indexServers: [{ name, url: name, token: name, expiration, identity: undefined }],
    notes: [`note ${name}`],
    warnings: [`warning ${name}`],
    overrides: [`override ${name}`],
    checks: [{ program: name, args: [], judge: () => [] }],
  };
}

test('the changes of all clients together, in their order', () => {
  const [one, two] = [changesOf('one'), changesOf('two')];
  const joined = joinChanges([one, {}, two]);
  for (const field of Object.keys(NOTHING) as (keyof Changes)[]) {
    expect(joined[field]).toEqual([...one[field], ...two[field]]);
  }
});

test('clients that need nothing', () => {
  expect(joinChanges([])).toEqual(NOTHING);
  expect(joinChanges([{}, {}])).toEqual(NOTHING);
});

test('clients that need one variable for different things are refused, and no value is told', () => {
  const part = (value: string, name = 'NETRC') => ({ variables: [{ name, value }] });
  expect(joinChanges([part('/a'), part('/a')]).variables).toHaveLength(2);
  const refusal = (name: string) =>
    expect.stringMatching(
      new RegExp(`^Input tools names tools that need different values of the variable ${name}; give each of them`),
    );
  expect(problemsOf(() => joinChanges([part('/never-told'), part('/b')]))).toEqual([refusal('NETRC')]);
  const others = [part('/c', 'OTHER'), part('/d', 'OTHER'), part('/e', 'FINE')];
  expect(problemsOf(() => joinChanges([part('/a'), part('/b'), ...others]))).toEqual([
    refusal('NETRC'),
    refusal('OTHER'),
  ]);
});
