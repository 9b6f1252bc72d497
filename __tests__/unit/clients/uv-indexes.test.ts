import { describe, expect, test } from '@jest/globals';
import type { AuthorizedRepository } from '../../../src/access/tokens.ts';
import { configure } from '../../../src/clients/uv-indexes.ts';
import { overridingOf, variablesOf } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import {
  CLIENT_DEFAULT,
  FOREIGN,
  LABS,
  mainIs,
  PROJECT,
  SHARED,
  TEAM,
  THREE,
  TWO_IDENTITIES,
} from '../../support/sample-indexes.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, RUN, sampleSetup } from '../../support/sample-setup.ts';

/** The run as variables have it. */
const UPPER = RUN.toUpperCase();

describe('the indexes', () => {
  test('are searched in their order, the last one as the default, so that the public one is out', () => {
    expect(variablesOf(configure, { authorized: THREE, publishTo: 'shared' })).toEqual({
      UV_INDEX: `team=${TEAM.indexUrl} shared=${SHARED.indexUrl}`,
      UV_DEFAULT_INDEX: `labs=${LABS.indexUrl}`,
    });
    expect(variablesOf(configure, { authorized: THREE, main: mainIs(LABS) })).toEqual({
      UV_INDEX: `labs=${LABS.indexUrl} team=${TEAM.indexUrl}`,
      UV_DEFAULT_INDEX: `shared=${SHARED.indexUrl}`,
    });
  });

  test('private ones before an index of others, and before its own default', () => {
    const all = `team=${TEAM.indexUrl} shared=${SHARED.indexUrl} labs=${LABS.indexUrl}`;
    expect(variablesOf(configure, { authorized: THREE, main: FOREIGN })).toEqual({
      UV_INDEX: all,
      UV_DEFAULT_INDEX: 'https://index.example/simple/',
    });
    const kept = sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT });
    expect(configure(kept).variables).toEqual([{ name: 'UV_INDEX', value: all }]);
  });

  test('one repository: no other index, and one of an earlier step is emptied', () => {
    const setup = sampleSetup({ publishTo: 'internal' });
    expect(configure(setup).variables).toEqual([
      { name: 'UV_DEFAULT_INDEX', value: `internal=${setup.indexes.main?.url}` },
    ]);
    expect(variablesOf(configure, { environment: { UV_INDEX: 'https://a.example/' } })['UV_INDEX']).toBe('');
  });
});

describe('the tokens', () => {
  test('what the netrc cannot carry is in the variables of that index, whose name nobody can guess', () => {
    const setup = sampleSetup({ authorized: [...TWO_IDENTITIES, authorize(LABS, 'l')], publishTo: 'shared' });
    expect(configure(setup).variables).toEqual([
      { name: 'UV_INDEX', value: `team-${RUN}=${TEAM.indexUrl} shared-${RUN}=${SHARED.indexUrl}` },
      { name: 'UV_DEFAULT_INDEX', value: `labs=${LABS.indexUrl}` },
      { name: `UV_INDEX_TEAM_${UPPER}_USERNAME`, value: 'aws' },
      { name: `UV_INDEX_TEAM_${UPPER}_PASSWORD`, value: 'token-team', secret: true },
      { name: `UV_INDEX_SHARED_${UPPER}_USERNAME`, value: 'aws' },
      { name: `UV_INDEX_SHARED_${UPPER}_PASSWORD`, value: 'token-shared', secret: true },
    ]);
  });

  test("variables of an index that has such a name are in nobody's way", () => {
    const environment = { UV_INDEX_SHARED_PASSWORD: 'x' };
    expect(overridingOf(configure, environment, { authorized: TWO_IDENTITIES })).toEqual([]);
  });

  test('where the project names the indexes, nothing, whatever the machine says', () => {
    const environment = { UV_INDEX: 'own=https://own.example/', UV_EXTRA_INDEX_URL: 'https://x.example/' };
    const asked = { authorized: THREE, main: PROJECT, environment };
    expect(configure(sampleSetup(asked))).toEqual({ variables: [], overrides: [] });
    // An earlier step of the job set the indexes.
    expect(configure(sampleSetup({ ...asked, isSecondUse: true })).variables).toEqual([
      { name: 'UV_INDEX', value: '' },
    ]);
  });

  test('a second use puts the right tokens where a first use has left its own', () => {
    const environment = {
      [`UV_INDEX_TEAM_${UPPER}_PASSWORD`]: 'old',
      UV_PUBLISH_PASSWORD: 'old',
      UV_DEFAULT_INDEX: 'x=https://x.example/',
    };
    const asked = { authorized: THREE, publishTo: 'labs', environment };
    const { variables, overrides } = configure(sampleSetup({ ...asked, isSecondUse: true }));
    expect(variables).toContainEqual({ name: `UV_INDEX_TEAM_${UPPER}_PASSWORD`, value: 't', secret: true });
    expect(variables?.[0]?.value).toBe(`team-${RUN}=${TEAM.indexUrl} shared=${SHARED.indexUrl}`);
    expect(overrides).toEqual([]);
    expect(configure(sampleSetup(asked)).variables?.some(({ secret }) => secret)).toBe(false);
    const kept = sampleSetup({ ...asked, main: CLIENT_DEFAULT, isSecondUse: true });
    expect(configure(kept).overrides).toEqual([
      expect.stringMatching(
        /^uv still uses the index of an earlier step, because GitHub cannot unset its variable UV_DEFAULT_INDEX/,
      ),
    ]);
  });
});

describe('names that uv cannot tell apart', () => {
  const named = (alias: string, name: string, token: string, domain = 'acme') =>
    authorize(sampleRepository({ alias, domain, name }), token);
  const problemsWith = (authorized: readonly AuthorizedRepository[]) =>
    problemsOf(() => configure(sampleSetup({ authorized })));

  test('one of another host gets no token of them, since its own is in no variable', () => {
    const authorized = [named('bb', 'bb', 'x'), named('team-a', 'aa', 'y'), named('team.a', 'aa', 'z', 'other')];
    expect(configure(sampleSetup({ authorized })).variables?.[1]?.value).toMatch(/^team\.a=/);
  });

  test('two of one host, where that matters', () => {
    const authorized = [...TWO_IDENTITIES.slice(0, 1), named('a-b', 'r1', 'x'), named('A.b', 'r2', 'y')];
    expect(problemsWith(authorized)).toEqual([
      expect.stringMatching(
        /: uv takes the tokens of a-b and A\.b from the same variable, UV_INDEX_A_B_PASSWORD; give one/,
      ),
    ]);
    const same = authorized.map((one) => authorize(one.repository, 't', 'me'));
    expect(configure(sampleSetup({ authorized: same })).variables?.some(({ secret }) => secret)).toBe(false);
  });

  test('all pairs are told at once', () => {
    const pairs = [named('a-b', 'r1', 'w'), named('c_d', 'r2', 'x'), named('A.b', 'r3', 'y'), named('c-d', 'r4', 'z')];
    expect(problemsWith(pairs)).toEqual([
      expect.stringMatching(
        /^Input repositories: uv takes the tokens of a-b and A\.b from the same variable, UV_INDEX_A_B_PASSWORD;/,
      ),
      expect.stringMatching(
        /^Input repositories: uv takes the tokens of c_d and c-d from the same variable, UV_INDEX_C_D_PASSWORD;/,
      ),
    ]);
  });
});

test('names the variables in its way', () => {
  const environment = {
    UV_EXTRA_INDEX_URL: 'x',
    UV_INDEX_STRATEGY: 'unsafe-best-match',
    UV_PUBLISH_TOKEN: 'x',
    UV_INDEX_TEAM_PASSWORD: 'x',
    UV_PUBLISH_PASSWORD: 'x',
    UV_INDEX_OTHER_PASSWORD: 'x',
    UV_CACHE_DIR: 'x',
  };
  expect(overridingOf(configure, environment, { authorized: THREE, publishTo: 'team' })).toEqual([
    'UV_EXTRA_INDEX_URL',
    'UV_INDEX_STRATEGY',
    'UV_INDEX_TEAM_PASSWORD',
  ]);
  expect(overridingOf(configure, { UV_INDEX_STRATEGY: 'first-index' })).toEqual([]);
});
