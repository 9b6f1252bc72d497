import { describe, expect, test } from '@jest/globals';
import type { Changes } from '../../../src/clients/changes.ts';
import type { Setup, TokenPlace } from '../../../src/clients/client.ts';
import { configureAll, loadClients, within } from '../../../src/clients/clients.ts';
import { TOOLS, type Tool } from '../../../src/clients/table.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { LABS, TEAM, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, RUN, sampleSetup } from '../../support/sample-setup.ts';

/** What the tools need together. */
async function changesOf(tools: readonly Tool[], setup: Setup): Promise<Changes> {
  return configureAll(await loadClients(tools, setup.tokenPlace), setup);
}

describe('all tools', () => {
  test('agree on every variable, and only what cannot be elsewhere is a token in a variable', async () => {
    const authorized = [authorize(TEAM, 'token-team', 'me'), authorize(LABS, 'token-labs')];
    const changes = await changesOf(TOOLS, sampleSetup({ authorized, publishTo: 'team' }));
    const holding = (list: typeof changes.variables) =>
      list.filter(({ value }) => value.includes('token-')).map(({ name }) => name);
    // Those of clients that take a token from nowhere else; docs/clients.md lists them.
    const unavoidable = holding(changes.variables);
    // With two identities on one host the netrc has the first one's token; uv alone needs variables for the others.
    const divided = await changesOf(TOOLS, sampleSetup({ authorized: TWO_IDENTITIES, publishTo: 'shared' }));
    expect(holding(divided.variables).filter((name) => !unavoidable.includes(name))).toEqual([
      `UV_INDEX_TEAM_${RUN.toUpperCase()}_PASSWORD`,
      `UV_INDEX_SHARED_${RUN.toUpperCase()}_PASSWORD`,
      'UV_PUBLISH_PASSWORD',
    ]);
    for (const { value, secret } of [...changes.variables, ...divided.variables]) {
      expect([value, secret === true]).toEqual([value, value.includes('token-')]);
    }
    const names = changes.files.map(({ name }) => name);
    expect(names).toHaveLength(new Set(names).size);
  });

  test.each<[Tool, string[], string[], string[]]>([
    ['pip', ['netrc', 'pip.conf'], [], ['pip']],
    ['twine', [], ['team', 'labs'], ['twine', 'twine']],
    ['uv', ['netrc'], [], ['uv']],
    ['poetry', ['netrc', 'config.toml', 'auth.toml'], [], ['poetry']],
    ['pdm', ['netrc', 'pdm.toml'], [], ['pdm']],
    ['hatch', ['netrc', 'pip.conf'], ['team', 'labs'], ['pip', 'hatch', 'hatch']],
    ['flit', ['netrc', 'pip.conf'], ['team', 'labs'], ['pip']],
    ['pipenv', ['netrc'], [], ['pipenv']],
    ['env', [], [], []],
  ])(
    '%s: files %j, index servers %j, asks %j, and nothing is in its way on an empty machine',
    async (tool, files, servers, asks) => {
      const authorized = [authorize(TEAM, 't', 'me'), authorize(LABS, 'l')];
      const changes = await changesOf([tool], sampleSetup({ authorized, publishTo: 'team' }));
      expect(changes.files.map(({ name }) => name)).toEqual(files);
      expect(changes.indexServers).toEqual(
        servers.map((name, index) => ({
          name,
          url: authorized[index]?.repository.url,
          token: authorized[index]?.token.value,
          expiration: new Date(0),
          identity: expect.stringMatching(/^[0-9a-f]{16}$/),
        })),
      );
      expect(changes.checks.map(({ program }) => program)).toEqual(asks);
      expect(changes.checks.every(({ args }) => args.length > 0)).toBe(true);
      expect([...changes.overrides, ...changes.warnings]).toEqual([]);
    },
  );

  test('with credentials: url pip alone needs no netrc; the others do', async () => {
    const setup = sampleSetup({ tokenPlace: 'url' });
    const filesOf = async (...tools: Tool[]) => (await changesOf(tools, setup)).files.map(({ name }) => name);
    expect(await filesOf('pip')).toEqual(['pip.conf']);
    expect(await filesOf('uv')).toEqual(['netrc']);
    expect(await filesOf('hatch')).toEqual(['netrc', 'pip.conf']);
    expect(await filesOf('flit')).toEqual(['netrc', 'pip.conf']);
    expect(await filesOf('pip', 'uv')).toEqual(['pip.conf', 'netrc']);
  });

  test('what several of them need is configured once, before the first of them', async () => {
    const namesOf = async (tools: readonly Tool[], place: TokenPlace = 'netrc') => {
      const { files, indexServers } = await changesOf(tools, sampleSetup({ tokenPlace: place }));
      return [...files, ...indexServers].map(({ name }) => name);
    };
    expect(await namesOf(['pip', 'hatch', 'twine', 'uv', 'pip'])).toEqual(['netrc', 'pip.conf', 'internal']);
    expect(await loadClients([...TOOLS, ...TOOLS], 'netrc')).toHaveLength((await loadClients(TOOLS, 'netrc')).length);
  });

  test('set and write nothing but what their rows declare', () => {
    const row = { variables: ['A_*_B', 'C'], files: ['netrc'] };
    const of = (names: readonly string[], files: readonly string[]) => () =>
      within(row, () => ({
        variables: names.map((name) => ({ name, value: '' })),
        files: files.map((name) => ({ name, bytes: Buffer.of() })),
      }))(sampleSetup());
    expect(of(['A_X_B', 'C'], ['netrc'])()).toMatchObject({ files: [{ name: 'netrc' }] });
    expect(within(row, () => ({}))(sampleSetup())).toEqual({});
    expect(of(['C', 'XC', 'A__B'], ['netrc', 'x'])).toThrow('No row of clients/table.ts declares XC, A__B, x.');
  });

  test('tell all that is wrong for any of them', async () => {
    const named = (alias: string) => authorize(sampleRepository({ alias, name: alias }), 't', 'me');
    const clients = await loadClients(['pdm', 'poetry', 'hatch'], 'netrc');
    const problems = problemsOf(() =>
      configureAll(clients, sampleSetup({ authorized: [named('a.b'), named('pypi'), named('main')] })),
    );
    expect(problems.map((problem) => /\b(?:pdm|poetry|hatch)\b/.exec(problem)?.[0])).toEqual([
      ...['pdm', 'pdm'],
      ...['poetry', 'hatch'],
    ]);
  });
});
