import { describe, expect, test } from '@jest/globals';
import { isOurVariable, PRIVATE_FILES, rowsOf, toolsThatSet, toolsWith } from '../../../src/clients/declared.ts';
import { type Part, partOf, rowOf, TOOLS, type Tool } from '../../../src/clients/table.ts';
import { declares, ROWS, variablesWith } from '../../support/client-rows.ts';
import { CLIENT_DEFAULT, FOREIGN, LABS, mainIs, PROJECT, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

/** Every variable that a client may know is set. */
const FULL = Object.fromEntries(
  [
    ...['TEAM', 'SHARED', 'LABS', 'OTHER'].flatMap(variablesWith),
    ...['PIP_INDEX_URL', 'UV_NO_INDEX', 'UV_PUBLISH_TOKEN', 'TWINE_PASSWORD', 'HATCH_INDEX_AUTH', 'PDM_USE_UV'],
    ...['PDM_PUBLISH_PASSWORD', 'POETRY_HTTP_BASIC_TEAM_PASSWORD', 'POETRY_REPOSITORIES_TEAM_URL', 'AWS_PROFILE'],
  ].map((name) => [name, name === 'RENOVATE_HOST_RULES' ? '[]' : 'x']),
);

const SIGNS = authorize(sampleRepository({ alias: 'My_team-2', name: 'signs' }), 'token-signs');
const PYPI = authorize(sampleRepository({ alias: 'store', name: 'pypi' }), 't', 'me');

const SETUPS: Readonly<Record<string, SampleSetup>> = {
  'one repository': {},
  'one repository, with uploads': { publishTo: 'internal' },
  'three on two hosts': { authorized: THREE },
  'three on two hosts, with uploads': { authorized: THREE, publishTo: 'labs', main: mainIs(LABS) },
  'two identities on one host': { authorized: TWO_IDENTITIES },
  'two identities on one host, with uploads': { authorized: TWO_IDENTITIES, publishTo: 'shared' },
  'names with signs': { authorized: [...TWO_IDENTITIES, SIGNS, PYPI], publishTo: 'My_team-2' },
  'a main index of others': { authorized: THREE, main: FOREIGN, publishTo: 'team' },
  "the clients' own main indexes": { authorized: THREE, main: CLIENT_DEFAULT },
  'the indexes of the project': { authorized: THREE, main: PROJECT, publishTo: 'team' },
  'a second use, the indexes of the project': {
    authorized: THREE,
    main: PROJECT,
    environment: FULL,
    isSecondUse: true,
  },
  'tokens in URLs': { authorized: TWO_IDENTITIES, tokenPlace: 'url' },
  'a second use': { authorized: THREE, environment: FULL, isSecondUse: true },
  'a second use, with uploads': { authorized: THREE, publishTo: 'team', environment: FULL, isSecondUse: true },
  'a second use, a main index of others': { authorized: THREE, main: FOREIGN, environment: FULL, isSecondUse: true },
  "a second use, the clients' own main indexes": {
    authorized: THREE,
    main: CLIENT_DEFAULT,
    environment: FULL,
    isSecondUse: true,
  },
};

describe.each(ROWS)('$name', ({ load, variables, files }) => {
  test.each(Object.entries(SETUPS))('sets and writes nothing but what its row declares: %s', async (_, asked) => {
    const { configure } = await load();
    const changes = configure(sampleSetup(asked));
    const undeclared = (changes.variables ?? [])
      .map(({ name }) => name)
      .filter((name) => !variables.some((pattern) => declares(pattern, name)));
    expect(undeclared).toEqual([]);
    expect((changes.files ?? []).map(({ name }) => name).filter((name) => !files.includes(name))).toEqual([]);
  });

  test('sets and writes all that its row declares, in one setup or another', async () => {
    const { configure } = await load();
    const all = Object.values(SETUPS).map((asked) => configure(sampleSetup(asked)));
    const set = all.flatMap((changes) => changes.variables ?? []).map(({ name }) => name);
    expect(variables.filter((pattern) => !set.some((name) => declares(pattern, name)))).toEqual([]);
    expect(new Set(all.flatMap((changes) => changes.files ?? []).map(({ name }) => name))).toEqual(new Set(files));
  });
});

describe('the rows', () => {
  test('load a module each, which configures its client', async () => {
    const loaded = await Promise.all(ROWS.map(({ load }) => load()));
    expect(loaded.map(({ configure }) => typeof configure)).toEqual(ROWS.map(() => 'function'));
    expect(new Set(loaded.map(({ configure }) => configure)).size).toBe(ROWS.length);
    expect(await partOf('pip').load()).toBe(await rowOf('pip').load());
  });

  test('share no variable and no file', () => {
    for (const name of ['TEAM', 'A_1', 'X_USERNAME'].flatMap(variablesWith)) {
      const owners = ROWS.filter(({ variables }) => variables.some((pattern) => declares(pattern, name)));
      expect([name, owners.map((owner) => owner.name)]).toEqual([name, [expect.any(String)]]);
    }
    for (const list of [ROWS.flatMap(({ variables }) => variables), ROWS.flatMap(({ files }) => files)]) {
      expect(list.filter((name, index) => list.indexOf(name) !== index)).toEqual([]);
    }
  });

  test.each<[Part, Tool, Tool]>([
    ['netrc', 'pip', 'twine'],
    ['uv-indexes', 'hatch', 'flit'],
    ['index-servers', 'twine', 'uv'],
    ['netrc', 'hatch', 'env'],
  ])('%s is needed by %s, and not by %s', (part, needing, other) => {
    expect(toolsWith(part)).toContain(needing);
    expect(toolsWith(part)).not.toContain(other);
    expect(toolsWith(part, [needing, other])).toEqual([needing]);
  });

  test('come with all that they need, what is needed first and once', () => {
    const parts = (tool: Tool) => rowsOf(tool).map((row) => ROWS.find(({ load }) => load === row.load)?.name);
    expect(parts('hatch')).toEqual(['netrc', 'pip', 'uv-indexes', 'index-servers', 'hatch']);
    expect(parts('env')).toEqual(['env']);
    for (const tool of TOOLS) expect(rowsOf(tool).at(-1)).toBe(rowOf(tool));
  });

  test('have all private files', () => {
    expect(PRIVATE_FILES.toSorted()).toEqual(ROWS.flatMap(({ files }) => files).toSorted());
  });

  test('what mixes indexes installs from those of the action', () => {
    expect(TOOLS.filter((tool) => rowOf(tool).merges && !rowOf(tool).installs)).toEqual([]);
  });
});

test('which tools set a variable, by themselves or by a part', () => {
  expect(toolsThatSet('UV_INDEX', TOOLS)).toEqual(['uv', 'hatch']);
  expect(toolsThatSet('UV_INDEX_X_PASSWORD', ['pip', 'uv'])).toEqual(['uv']);
  expect(toolsThatSet('TWINE_REPOSITORY', TOOLS)).toEqual(['twine']);
  expect(toolsThatSet('PATH', TOOLS)).toEqual([]);
});

describe('isOurVariable', () => {
  const ours = ['A', 'TEAM', 'MY_TEAM_2'].flatMap(variablesWith);

  test('is true of every variable that a row declares', () => {
    expect(ours.filter((name) => !isOurVariable(name))).toEqual([]);
    expect(ours.length).toBeGreaterThan(30);
  });

  test('is false of every other, however near', () => {
    const near = ours.flatMap((name) => [
      ...[`X${name}`, `_${name}`, `${name}X`, `${name}_`, ` ${name}`, `${name} `, `${name}\n`, `\n${name}`],
      ...[name.toLowerCase(), name.slice(1), name.slice(0, -1), `${name}=x`, `${name}|${name}`, `X\n${name}`],
    ]);
    const odd = ['', '*', '_', ...['', 'a', 'é', 'A-B', 'A.B', 'A B', '*'].map((name) => `UV_INDEX_${name}_PASSWORD`)];
    const others = ['PATH', 'HOME', 'NODE_OPTIONS', 'LD_PRELOAD', 'GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY'];
    const overriding = ['PIP_PYPI_URL', 'UV_INDEX_URL', 'UV_INDEX_STRATEGY', 'TWINE_PASSWORD', 'HATCH_INDEX_AUTH'];
    // A name with a star takes more than one of these.
    const declared = (name: string) => ROWS.some(({ variables }) => variables.some((one) => declares(one, name)));
    expect(near.filter((name) => isOurVariable(name) && !declared(name))).toEqual([]);
    expect([...odd, ...others, ...overriding].filter(isOurVariable)).toEqual([]);
  });
});
