import { join, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'smol-toml';
import { joinChanges, type Output, type PrivateFile } from '../../../src/clients/changes.ts';
import type { Client } from '../../../src/clients/client.ts';
import { env } from '../../../src/clients/env.ts';
import { flit } from '../../../src/clients/flit.ts';
import { hatch } from '../../../src/clients/hatch.ts';
import {
  hasDefaultUpload,
  mergingTools,
  needsPypirc,
  planChanges,
  TOOLS,
  type Tool,
} from '../../../src/clients/index.ts';
import type { MainIndex } from '../../../src/clients/indexes.ts';
import { pdm } from '../../../src/clients/pdm.ts';
import { pipenv } from '../../../src/clients/pipenv.ts';
import { poetry } from '../../../src/clients/poetry.ts';
import { uvIndexes, uv as uvUploads } from '../../../src/clients/uv.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

const TEAM = sampleRepository({ alias: 'team', name: 'team' });
const SHARED = sampleRepository({ alias: 'shared', name: 'shared' });
const LABS = sampleRepository({ alias: 'labs', domain: 'globex' });

/** Two on one host with one identity, and one on another. */
const THREE = [authorize(TEAM, 't', 'me'), authorize(SHARED, 't', 'me'), authorize(LABS, 'l')];
/** Two identities on one host: the netrc has the first. */
const TWO_IDENTITIES = [authorize(TEAM, 'token-team'), authorize(SHARED, 'token-shared')];
const CLIENT_DEFAULT: MainIndex = { kind: 'client-default' };
const FOREIGN: MainIndex = { kind: 'foreign', url: 'https://index.example/simple/' };

type Asked = Parameters<typeof sampleSetup>[0];
const variablesOf = (client: Client, asked: Asked = {}) =>
  Object.fromEntries(client(sampleSetup(asked)).variables?.map(({ name, value }) => [name, value]) ?? []);
const overridesOf = (client: Client, environment: NodeJS.ProcessEnv, asked: Asked = {}) =>
  (client(sampleSetup({ ...asked, machine: { environment } })).overrides ?? []).map(
    (text) => /^The variable (\S+) is set/.exec(text)?.[1],
  );
const userFile = (text: string, path: string) => ({ path, bytes: Buffer.from(text) });
const tomlOf = (files: readonly PrivateFile[] | undefined, name: string) =>
  parse(files?.find((file) => file.name === name)?.bytes.toString() ?? 'missing');

/** All that `tools: uv` brings of uv itself. */
const uv: Client = (setup) => joinChanges([uvIndexes(setup), uvUploads(setup)]);

describe('uv', () => {
  test('searches the indexes in their order, the last one as the default, so that the public one is out', () => {
    expect(variablesOf(uv, { authorized: THREE, publishTo: 'shared' })).toEqual({
      UV_INDEX: `team=${TEAM.indexUrl} shared=${SHARED.indexUrl}`,
      UV_DEFAULT_INDEX: `labs=${LABS.indexUrl}`,
      UV_PUBLISH_URL: SHARED.url,
    });
    expect(variablesOf(uv, { authorized: THREE, main: { kind: 'repository', repository: LABS } })).toMatchObject({
      UV_INDEX: `labs=${LABS.indexUrl} team=${TEAM.indexUrl}`,
      UV_DEFAULT_INDEX: `shared=${SHARED.indexUrl}`,
    });
  });

  test('private ones before an index of others, and before its own default', () => {
    const all = `team=${TEAM.indexUrl} shared=${SHARED.indexUrl} labs=${LABS.indexUrl}`;
    expect(variablesOf(uv, { authorized: THREE, main: FOREIGN })).toMatchObject({
      UV_INDEX: all,
      UV_DEFAULT_INDEX: 'https://index.example/simple/',
    });
    const kept = sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT });
    expect(uvIndexes(kept).variables).toEqual([{ name: 'UV_INDEX', value: all }]);
  });

  test('one repository: no other index, and one of an earlier step is emptied', () => {
    expect(uv(sampleSetup({ publishTo: 'internal' })).variables?.map(({ name }) => name)).toEqual([
      'UV_DEFAULT_INDEX',
      'UV_PUBLISH_URL',
    ]);
    expect(variablesOf(uv, { machine: { environment: { UV_INDEX: 'https://a.example/' } } })['UV_INDEX']).toBe('');
  });

  test('uploads without a default go nowhere', () => {
    expect(variablesOf(uv, { authorized: THREE })['UV_PUBLISH_URL']).toBe('choose-one-with-publish-to');
  });

  test('what the netrc cannot carry is in the variables of that index', () => {
    const { variables } = uv(sampleSetup({ authorized: TWO_IDENTITIES, publishTo: 'shared' }));
    expect(variables?.filter(({ name }) => /USERNAME|PASSWORD/.test(name))).toEqual([
      { name: 'UV_INDEX_TEAM_USERNAME', value: 'aws' },
      { name: 'UV_INDEX_TEAM_PASSWORD', value: 'token-team', secret: true },
      { name: 'UV_INDEX_SHARED_USERNAME', value: 'aws' },
      { name: 'UV_INDEX_SHARED_PASSWORD', value: 'token-shared', secret: true },
      { name: 'UV_PUBLISH_USERNAME', value: 'aws' },
      { name: 'UV_PUBLISH_PASSWORD', value: 'token-shared', secret: true },
    ]);
  });

  test('a name of another host that would get the token of one whose token is in a variable', () => {
    const named = (name: string, domain: string, repository: string) =>
      sampleRepository({ alias: name, domain, name: repository });
    const opened = [
      authorize(named('bb', 'acme', 'bb'), 'x'),
      authorize(named('team-a', 'acme', 'aa'), 'y'),
      authorize(named('team.a', 'other', 'aa'), 'z'),
    ];
    expect(problemsOf(() => uv(sampleSetup({ opened })))).toEqual([
      expect.stringMatching(/^uv takes the tokens of team-a and team\.a from the same variable/),
    ]);
  });

  test('a second use puts the right tokens where a first use has left its own', () => {
    const environment = {
      UV_INDEX_TEAM_PASSWORD: 'old',
      UV_PUBLISH_PASSWORD: 'old',
      UV_DEFAULT_INDEX: 'x=https://x.example/',
    };
    const asked = { authorized: THREE, publishTo: 'labs', machine: { environment } };
    const second = { ...sampleSetup(asked), isSecondUse: true };
    const { variables, overrides } = uv(second);
    expect(variables).toContainEqual({ name: 'UV_INDEX_TEAM_PASSWORD', value: 't', secret: true });
    expect(variables).toContainEqual({ name: 'UV_PUBLISH_PASSWORD', value: 'l', secret: true });
    expect(variables).toContainEqual({ name: 'UV_PUBLISH_USERNAME', value: 'aws' });
    expect(overrides).toEqual([]);
    expect(uv(sampleSetup(asked)).variables?.some(({ secret }) => secret)).toBe(false);
    expect(uv({ ...sampleSetup({ ...asked, main: CLIENT_DEFAULT }), isSecondUse: true }).overrides).toEqual([
      expect.stringMatching(/^The variable UV_DEFAULT_INDEX of an earlier step is still set/),
    ]);
  });

  test('two names that uv cannot tell apart, where that matters', () => {
    const named = (name: string, repository: string) => sampleRepository({ alias: name, name: repository });
    const three = [TWO_IDENTITIES[0], authorize(named('a-b', 'r1'), 'x'), authorize(named('A.b', 'r2'), 'y')];
    const opened = three.flatMap((one) => one ?? []);
    expect(problemsOf(() => uv(sampleSetup({ opened })))).toEqual([
      expect.stringMatching(
        /^uv takes the tokens of a-b and A\.b from the same variable, UV_INDEX_A_B_PASSWORD; give one/,
      ),
    ]);
    const same = opened.map((one) => authorize(one.repository, 't', 'me'));
    expect(uv(sampleSetup({ authorized: same })).variables?.some(({ secret }) => secret)).toBe(false);
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
    expect(overridesOf(uv, environment, { authorized: THREE, publishTo: 'team' })).toEqual([
      'UV_EXTRA_INDEX_URL',
      'UV_INDEX_TEAM_PASSWORD',
      'UV_INDEX_STRATEGY',
      'UV_PUBLISH_TOKEN',
      'UV_PUBLISH_PASSWORD',
    ]);
    expect(overridesOf(uv, { UV_INDEX_STRATEGY: 'first-index' })).toEqual([]);
  });
});

/** What the check of a client finds in an answer, and in files of a workspace at `/w`. */
const judgeOf = (
  client: Client,
  asked: Asked,
  { stdout = '', exitCode = 0 }: { stdout?: string; exitCode?: number },
  files: Record<string, string>,
  environment: NodeJS.ProcessEnv = {},
) => {
  const machine = { ...asked?.machine, environment: { ...environment, GITHUB_WORKSPACE: '/w' } };
  const [check] = client(sampleSetup({ ...asked, machine })).checks ?? [];
  const read = (asked: string) => {
    const path = asked.replaceAll(sep, '/');
    return Object.hasOwn(files, path) ? userFile(files[path] ?? '', path) : undefined;
  };
  return check?.judge({ stdout, stderr: '', exitCode }, read);
};

describe('poetry', () => {
  const SEEN = `{'shared': {'url': '${SHARED.url}'}, 'team': {'url': '${TEAM.url}'}, 'own': {'url': 'https://x/'}}\n`;
  const judgePoetry = (stdout: string, files: Record<string, string> = {}, environment: NodeJS.ProcessEnv = {}) =>
    judgeOf(poetry, { authorized: TWO_IDENTITIES }, { stdout }, files, environment);

  test('an index server for each repository, whatever its name; the netrc has the tokens', () => {
    const dotted = authorize(sampleRepository({ alias: 'My.Repo_2', name: 'other' }), 't', 'me');
    const { files, variables } = poetry(sampleSetup({ authorized: [...THREE, dotted] }));
    expect(variables).toEqual([{ name: 'POETRY_CONFIG_DIR', value: '/private' }]);
    expect(tomlOf(files, 'config.toml')).toEqual({
      repositories: {
        team: { url: TEAM.url },
        shared: { url: SHARED.url },
        labs: { url: LABS.url },
        'My.Repo_2': { url: dotted.repository.url },
      },
    });
    expect(tomlOf(files, 'auth.toml')).toEqual({ 'http-basic': {} });
  });

  test('what the netrc cannot carry is in auth.toml, and the log says by which name', () => {
    const { files, notes } = poetry(sampleSetup({ authorized: TWO_IDENTITIES }));
    expect(tomlOf(files, 'auth.toml')['http-basic']).toEqual({ shared: { username: 'aws', password: 'token-shared' } });
    expect(notes?.[1]).toBe(
      'poetry: the token for shared goes by that name, so [[tool.poetry.source]] has to call this repository shared.',
    );
  });

  test("the user's settings stay in force, but for a name of ours", () => {
    const poetryConfig = userFile(
      'cache-dir = "/c"\n[virtualenvs]\ncreate = false\n[certificates.team]\ncert = "/ca"\n[repositories.team]\nurl = "https://a.example/"\n[repositories.own]\nurl = "https://b.example/"\n',
      '/h/config.toml',
    );
    const poetryAuth = userFile(
      '[http-basic.team]\nusername = "me"\npassword = "never-told"\n[http-basic.own]\nusername = "me"\n[pypi-token]\nshared = "never-told"\npypi = "kept"\n',
      '/h/auth.toml',
    );
    const { files, notes } = poetry(sampleSetup({ authorized: THREE, machine: { poetryConfig, poetryAuth } }));
    expect(tomlOf(files, 'config.toml')).toMatchObject({
      'cache-dir': '/c',
      virtualenvs: { create: false },
      certificates: { team: { cert: '/ca' } },
      repositories: { team: { url: TEAM.url }, own: { url: 'https://b.example/' } },
    });
    expect(tomlOf(files, 'auth.toml')).toEqual({
      'http-basic': { own: { username: 'me' } },
      'pypi-token': { pypi: 'kept' },
    });
    expect(notes?.slice(1)).toEqual([
      'poetry: repositories.team of /h/config.toml does not apply in this job.',
      'poetry: http-basic.team of /h/auth.toml does not apply in this job.',
      'poetry: pypi-token.shared of /h/auth.toml does not apply in this job.',
    ]);
    expect(notes?.join()).not.toContain('never-told');
  });

  test('of his index servers on our hosts the URL stays, behind ours, and the password does not', () => {
    const poetryConfig = userFile(
      `[repositories.old]\nurl = "${TEAM.indexUrl}"\n[repositories.other]\nurl = "no URL"\n`,
      '/h/config.toml',
    );
    const login = (name: string) => `[http-basic.${name}]\nusername = "aws"\npassword = "never-told"\n`;
    const poetryAuth = userFile(login('old') + login('other'), '/h/auth.toml');
    const { files, notes } = poetry(sampleSetup({ authorized: THREE, machine: { poetryConfig, poetryAuth } }));
    expect(Object.keys(tomlOf(files, 'config.toml')['repositories'] ?? {})).toEqual([
      ...['team', 'shared', 'labs'],
      ...['old', 'other'],
    ]);
    expect(Object.keys(tomlOf(files, 'auth.toml')['http-basic'] ?? {})).toEqual(['other']);
    expect(notes?.slice(1)).toEqual(['poetry: http-basic.old of /h/auth.toml does not apply in this job.']);
  });

  test('is asked for its index servers', () => {
    expect(judgePoetry(SEEN)).toEqual([]);
    expect(judgeOf(poetry, {}, { exitCode: 1 }, {})).toEqual([
      'poetry config repositories failed (exit code 1); run it in a step to see why.',
    ]);
    expect(judgePoetry(`{'shared': {'url': 'https://x/'}, 'team': {'url': '${TEAM.url}'}}`)).toEqual([
      'poetry does not see the index server shared, which this action wrote to /private/config.toml.',
    ]);
    // The variable is told already.
    expect(judgePoetry('{}', {}, { POETRY_REPOSITORIES_X_URL: 'x' })).toEqual([]);
    const local = 'repositories.own.url = "https://x/"\n[repositories."team"]\nurl = "https://x/"\n';
    expect(judgePoetry('{}', { '/w/poetry.toml': local })).toEqual([
      'poetry: repositories.team (/w/poetry.toml line 2) beats what this action sets for poetry; remove it.',
    ]);
  });

  test('a source of a project counts where our token does not reach it', () => {
    const source = (name: string, url: string) => `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}"\n`;
    const judge = (text: string, environment: NodeJS.ProcessEnv = {}) =>
      judgePoetry(SEEN, { '/w/pyproject.toml': text }, environment);
    const fine = source('any', TEAM.indexUrl) + source('shared', SHARED.indexUrl) + source('other', 'https://x/');
    expect(judge(fine, { POETRY_HTTP_BASIC_OTHER_PASSWORD: 'x', POETRY_PYPI_TOKEN_ANY: 'x' })).toEqual([]);
    expect(judge(fine, { POETRY_HTTP_BASIC_ANY_PASSWORD: 'never-told' })).toEqual([
      'poetry: the source any (/w/pyproject.toml line 2) has a password of its own (POETRY_HTTP_BASIC_ANY_PASSWORD), so no token is used; remove it.',
    ]);
    for (const url of [SHARED.indexUrl.slice(0, -1), `${SHARED.indexUrl}/`]) {
      expect(judge(`[project]\nname = "any"\n${source('any', url)}`)).toEqual([
        'poetry: the source any (/w/pyproject.toml line 4) does not get the token for shared, which goes by that name; rename one of them.',
      ]);
    }
  });

  test('a name that is the public index to poetry is refused', () => {
    const opened = [authorize(sampleRepository({ alias: 'pypi', name: 'pypi' }), 't')];
    expect(problemsOf(() => poetry(sampleSetup({ opened })))).toEqual([
      `Input repositories: to poetry pypi is the public index; choose another name, as in my-pypi=${opened[0]?.repository.url}.`,
    ]);
  });

  test('numbers and depths that a TOML file may have', () => {
    const big = userFile('a = 9223372036854775807\n', '/h/config.toml');
    const { files } = poetry(sampleSetup({ machine: { poetryConfig: big } }));
    expect(files?.[0]?.bytes.toString()).toContain('a = 9223372036854775807');
    const deep = userFile(`${'a.'.repeat(20_000)}b = 1\n`, '/h/config.toml');
    expect(problemsOf(() => poetry(sampleSetup({ machine: { poetryConfig: deep } })))).toEqual([
      '/h/config.toml is too deep to be written again; make it simpler.',
    ]);
  });

  test('a file that is no TOML: by its line, without its text', () => {
    const poetryAuth = userFile('[http-basic.own]\npassword = never-told\n', '/h/auth.toml');
    expect(problemsOf(() => poetry(sampleSetup({ machine: { poetryAuth } })))).toEqual([
      '/h/auth.toml line 2: this is not TOML; poetry cannot read this file either, mend it.',
    ]);
  });

  test('names the variables in its way', () => {
    const environment = {
      POETRY_REPOSITORIES_OTHER_URL: '',
      POETRY_REPOSITORIES_REPO_2_URL: 'x',
      POETRY_REPOSITORIES_REPO_3_URL: 'x',
      POETRY_HTTP_BASIC_TEAM_PASSWORD: 'x',
      POETRY_HTTP_BASIC_TEAM_USERNAME: '',
      POETRY_PYPI_TOKEN_LABS: 'x',
      POETRY_HTTP_BASIC_OTHER_PASSWORD: 'x',
      POETRY_VIRTUALENVS_CREATE: 'x',
      OLD_POETRY_REPOSITORIES_OTHER_URL: 'x',
    };
    const digit = authorize(sampleRepository({ alias: 'repo-2', name: 'other' }), 't', 'me');
    expect(overridesOf(poetry, environment, { authorized: [...THREE, digit] })).toEqual([
      'POETRY_REPOSITORIES_OTHER_URL',
      'POETRY_REPOSITORIES_REPO_2_URL',
      'POETRY_HTTP_BASIC_TEAM_PASSWORD',
      'POETRY_PYPI_TOKEN_LABS',
    ]);
  });
});

describe('pdm', () => {
  const judgePdm = (stdout: string, files: Record<string, string> = {}, exitCode = 0) =>
    judgeOf(pdm, { authorized: TWO_IDENTITIES }, { stdout, exitCode }, files);
  const HOME = 'Site/default configuration\nuse_uv = False\n\nHome configuration (/private/pdm.toml):\nuse_uv = True\n';

  const server = (url: string, password: string) => ({ url, username: 'aws', password });

  test('extra indexes and index servers in its file, the main index in its variable', () => {
    const { files, variables } = pdm(sampleSetup({ authorized: THREE, publishTo: 'labs' }));
    expect(tomlOf(files, 'pdm.toml')).toEqual({
      pypi: { shared: { url: SHARED.indexUrl }, labs: { url: LABS.indexUrl } },
      repository: { team: server(TEAM.url, 't'), shared: server(SHARED.url, 't'), labs: server(LABS.url, 'l') },
    });
    expect(variables).toEqual([
      { name: 'PDM_CONFIG_FILE', value: '/private/pdm.toml', neutral: '/private/pdm.toml' },
      { name: 'PDM_PYPI_URL', value: TEAM.indexUrl },
      { name: 'PDM_PUBLISH_REPO', value: 'labs', neutral: 'pypi' },
    ]);
    expect(variablesOf(pdm, { authorized: THREE })['PDM_PUBLISH_REPO']).toBe('choose-one-with-publish-to');
  });

  test('what the netrc cannot carry is in its file', () => {
    const extra = pdm(sampleSetup({ authorized: TWO_IDENTITIES })).files;
    expect(tomlOf(extra, 'pdm.toml')['pypi']).toEqual({ shared: server(SHARED.indexUrl, 'token-shared') });
  });

  test('the default index is one that the netrc opens, since any source called pypi would get its password', () => {
    const asked = sampleSetup({ authorized: TWO_IDENTITIES, main: { kind: 'repository', repository: SHARED } });
    const { files, variables } = pdm(asked);
    expect(tomlOf(files, 'pdm.toml')['pypi']).toEqual({ shared: server(SHARED.indexUrl, 'token-shared') });
    expect(variables?.find(({ name }) => name === 'PDM_PYPI_URL')?.value).toBe(TEAM.indexUrl);
  });

  test.each(['true', '1', 'yes', '00'])(
    'use_uv %s cannot open what the netrc does not, and would show its token',
    (value) => {
      const machine = { environment: { PDM_USE_UV: value } };
      expect(problemsOf(() => pdm(sampleSetup({ authorized: TWO_IDENTITIES, machine })))).toEqual([
        expect.stringMatching(/^Input repositories: pdm with use_uv cannot open shared, because .* turn use_uv/),
      ]);
      const pdmConfig = userFile('use_uv = true\n', '/h/pdm.toml');
      expect(problemsOf(() => pdm(sampleSetup({ authorized: TWO_IDENTITIES, machine: { pdmConfig } })))).toHaveLength(
        1,
      );
      expect(pdm(sampleSetup({ authorized: THREE, machine })).files).toHaveLength(1);
      const off = { pdmConfig, environment: { PDM_USE_UV: 'False' } };
      expect(pdm(sampleSetup({ authorized: TWO_IDENTITIES, machine: off })).files).toHaveLength(1);
    },
  );

  test("the user's settings stay in force, but for his indexes and a name of ours", () => {
    const pdmConfig = userFile(
      'check_update = false\n[pypi]\nurl = "https://a.example/"\nverify_ssl = false\nignore_stored_index = true\n[pypi.own]\nurl = "https://b.example/"\nusername = "me"\n[pypi.bare]\nusername = "me"\n[pypi.shared]\nusername = "me"\n' +
        '[repository.team]\nurl = "https://c.example/"\npassword = "never-told"\n[repository.own]\nurl = "https://d.example/"\n',
      '/h/pdm.toml',
    );
    const { files, notes } = pdm(sampleSetup({ authorized: THREE, machine: { pdmConfig } }));
    expect(tomlOf(files, 'pdm.toml')).toMatchObject({
      check_update: false,
      pypi: { verify_ssl: false },
      repository: { team: server(TEAM.url, 't'), own: { url: 'https://d.example/' } },
    });
    expect(tomlOf(files, 'pdm.toml')['pypi']).toEqual({
      verify_ssl: false,
      own: { username: 'me' },
      bare: { username: 'me' },
      shared: { url: SHARED.indexUrl },
      labs: { url: LABS.indexUrl },
    });
    expect(notes).toEqual(
      ['pypi.url', 'pypi.ignore_stored_index', 'pypi.own.url', 'pypi.shared', 'repository.team'].map(
        (option) => `pdm: ${option} of /h/pdm.toml does not apply in this job.`,
      ),
    );
    const kept = pdm(sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT, machine: { pdmConfig } }));
    expect(tomlOf(kept.files, 'pdm.toml')['pypi']).toMatchObject({ url: 'https://a.example/' });
    expect(kept.variables?.map(({ name }) => name)).toEqual(['PDM_CONFIG_FILE', 'PDM_PUBLISH_REPO']);
    expect(kept.variables?.[0]?.neutral).toBe('/h/pdm.toml');
  });

  test('a name that pdm cannot carry is refused with another', () => {
    const opened = ['a.b', 'c.d'].map((name) => authorize(sampleRepository({ alias: name, name }), 't', 'me'));
    expect(problemsOf(() => pdm(sampleSetup({ opened })))).toEqual([
      `Input repositories: pdm knows no index server with a dot in its name (a.b); write a-b=${opened[0]?.repository.url}`,
      `Input repositories: pdm knows no index server with a dot in its name (c.d); write c-d=${opened[1]?.repository.url}`,
    ]);
    const taken = ['pypi', 'verify_ssl'].map((name) => authorize(sampleRepository({ alias: name, name }), 't', 'me'));
    expect(problemsOf(() => pdm(sampleSetup({ authorized: taken })))).toEqual([
      `Input repositories: the name pypi means something else to pdm; choose another, as in my-pypi=${taken[0]?.repository.url}.`,
      expect.stringContaining('the name verify_ssl means'),
    ]);
  });

  test('names the variables in its way', () => {
    expect(overridesOf(pdm, { PDM_PUBLISH_PASSWORD: 'x', PDM_IGNORE_STORED_INDEX: '1', PDM_CACHE_DIR: 'x' })).toEqual([
      'PDM_IGNORE_STORED_INDEX',
      'PDM_PUBLISH_PASSWORD',
    ]);
  });

  test('is asked for its settings, by the file that has them', () => {
    expect(judgePdm(HOME)).toEqual([]);
    expect(judgePdm('', {}, 2)).toEqual(['pdm config failed (exit code 2); run it in a step to see why.']);
    expect(judgePdm('Site/default configuration\n')).toEqual([
      'pdm does not read /private/pdm.toml, which this action wrote for it.',
    ]);
    const local =
      'Project configuration (/w/pdm.toml):\nuse_uv = True\npypi.other.url = https://x/\npypi.username = me\npypi.shared.url = https://x/\nrepository.own.url = https://x/\n';
    const file = 'use_uv = true\npypi.shared = { url = "https://x/" }\n[pypi]\nusername = "me"\n';
    expect(judgePdm(`${HOME}\n${local}`, { '/w/pdm.toml': file })).toEqual([
      'pdm: use_uv (/w/pdm.toml line 1) gets in the way of what this action sets for pdm; remove it.',
      'pdm: pypi.username (/w/pdm.toml line 4) gets in the way of what this action sets for pdm; remove it.',
      'pdm: pypi.shared (/w/pdm.toml line 2) gets in the way of what this action sets for pdm; remove it.',
    ]);
  });

  test('a source of a project counts where it is another index than ours of that name', () => {
    const source = (name: string, url: string) => `[[tool.pdm.source]]\nname = "${name}"\nurl = "${url}"\n`;
    const judge = (text: string) => judgePdm(HOME, { '/w/pyproject.toml': text });
    expect(judge(source('pypi', TEAM.indexUrl.slice(0, -1)) + source('own', 'https://x/'))).toEqual([]);
    expect(judge(source('own', 'https://x/') + source('shared', 'https://x/'))).toEqual([
      'pdm: the source shared (/w/pyproject.toml line 5) takes the place of the repository of that name; rename or remove it.',
    ]);
    expect(judge('[tool.pdm]\nsource = [{ name = "pypi", url = "https://x/" }]\n')).toEqual([
      'pdm: the source pypi (/w/pyproject.toml) takes the place of the main index; rename or remove it.',
    ]);
  });

  test('says that an index of an earlier step stays where the default of pdm is asked for', () => {
    const earlier = { PDM_CONFIG_FILE: '/private/pdm.toml', PDM_PYPI_URL: TEAM.indexUrl };
    const asked = { authorized: THREE, main: CLIENT_DEFAULT };
    const overrides = (environment: NodeJS.ProcessEnv) =>
      pdm(sampleSetup({ ...asked, machine: { environment } })).overrides;
    expect(overrides(earlier)).toEqual([
      expect.stringMatching(/^The variable PDM_PYPI_URL of an earlier step is still set/),
    ]);
    expect(overrides({ ...earlier, PDM_CONFIG_FILE: '/h/pdm.toml' })).toEqual([]);
    expect(overridesOf(pdm, earlier, { authorized: THREE })).toEqual([]);
  });
});

describe('hatch, flit, pipenv, env', () => {
  const saying = (stdout: string, exitCode = 1): Output => ({ stdout, stderr: '', exitCode });
  const judgeOf = (client: Client, asked: Asked, index = 0) =>
    client(sampleSetup(asked)).checks?.[index]?.judge ?? (() => ['no check']);

  test('hatch uploads to publish-to, with what .pypirc says', () => {
    expect(variablesOf(hatch, { authorized: THREE, publishTo: 'labs' })).toEqual({ HATCH_INDEX_REPO: LABS.url });
    expect(variablesOf(hatch, { authorized: THREE })).toEqual({ HATCH_INDEX_REPO: 'choose-one-with-publish-to' });
    expect(overridesOf(hatch, { HATCH_INDEX_AUTH: 'x' })).toEqual(['HATCH_INDEX_AUTH']);
  });

  test("hatch's own names of public indexes are refused, since their section would give them the token", () => {
    const opened = ['main', 'test', 'Main'].map((name) =>
      authorize(sampleRepository({ alias: name, name }), 't', 'me'),
    );
    expect(problemsOf(() => hatch(sampleSetup({ opened })))).toEqual([
      `Input repositories: main is hatch's name of a public index, which it would send the token to; write my-main=${opened[0]?.repository.url}`,
      `Input repositories: test is hatch's name of a public index, which it would send the token to; write my-test=${opened[1]?.repository.url}`,
    ]);
  });

  test('hatch is asked for each repository, and for the section of .pypirc that it takes', () => {
    const { checks = [] } = hatch(sampleSetup({ authorized: THREE }));
    expect(checks.map(({ program, args }) => [program, ...args].join(' '))).toEqual(
      [TEAM, SHARED, LABS].map(({ url }) => `hatch publish --no-prompt --yes --repo ${url} /private/no-such-file.whl`),
    );
    const judge = judgeOf(hatch, { authorized: THREE }, 1);
    const pypirc = (text: string) => (path: string) => userFile(text, path);
    const ours = `[team]\nrepository = ${TEAM.url}\nsee = ${SHARED.url}\n[shared]\nrepository = ${SHARED.url}\n`;
    expect(judge(saying('No artifacts found\n'), pypirc(ours))).toEqual([]);
    expect(judge(saying('No artifacts found\n'), () => undefined)).toEqual([]);
    const old = `[codeartifact]\nusername: aws\nrepository: ${SHARED.url}\n`;
    expect(judge(saying('No artifacts found\n'), pypirc(ours + old))).toEqual([]);
    const seen: string[] = [];
    const shadowed = judge(saying('No artifacts found\n'), (path) => {
      seen.push(path);
      return userFile(`# mine\n${old}${ours}`, path);
    });
    expect(seen).toEqual([join('/home/user', '.pypirc')]);
    expect(shadowed).toEqual([
      expect.stringMatching(/^~\/\.pypirc line 2: the section codeartifact has the URL of shared and stands above it/),
    ]);
    expect(judge(saying('Missing required option: user\n'), pypirc(ours))).toEqual([
      `hatch does not find the index server ${SHARED.url}, which this action added to ~/.pypirc.`,
    ]);
    expect(judge(saying("InterpolationSyntaxError: '%' must be ...\n"), pypirc(ours))).toEqual([
      expect.stringMatching(/^hatch cannot read ~\/\.pypirc, because a repository in it has a percent sign/),
    ]);
    expect(judge(saying('TOMLDecodeError', 3), pypirc(ours))).toEqual([
      'hatch publish failed before it looked for a file (exit code 3); run it in a step to see why.',
    ]);
  });

  test('flit uploads to publish-to; without it, by name', () => {
    expect(flit(sampleSetup({ authorized: THREE, publishTo: 'labs' })).variables).toEqual([
      { name: 'FLIT_INDEX_URL', value: LABS.url },
      { name: 'FLIT_USERNAME', value: 'aws' },
      { name: 'FLIT_PASSWORD', value: 'l', secret: true },
    ]);
    const { variables, notes } = flit(sampleSetup({ authorized: THREE }));
    expect(variables).toBeUndefined();
    expect(notes?.join()).toContain('flit publish --repository NAME');
    expect(overridesOf(flit, { FLIT_PASSWORD: 'x' }, { authorized: THREE })).toEqual(['FLIT_PASSWORD']);
    const environment = { FLIT_INDEX_URL: TEAM.url, FLIT_USERNAME: 'aws', FLIT_PASSWORD: 't' };
    const again = { ...sampleSetup({ authorized: THREE, machine: { environment } }), isSecondUse: true };
    expect(flit(again).overrides).toEqual([]);
    expect(overridesOf(flit, { FLIT_PASSWORD: 'x' }, { authorized: THREE, publishTo: 'labs' })).toEqual([]);
  });

  test('flit finds a repository with the name pypi by itself, unless a variable names another', () => {
    const opened = [...THREE, authorize(sampleRepository({ alias: 'pypi', name: 'store' }), 't', 'me')];
    expect(flit(sampleSetup({ opened, publishTo: 'pypi' }))).toEqual({ notes: [], overrides: [] });
    expect(overridesOf(flit, { FLIT_INDEX_URL: 'x' }, { opened, publishTo: 'pypi' })).toEqual(['FLIT_INDEX_URL']);
  });

  test('pipenv has the main index in the place of the public one, and says what it cannot do', () => {
    const { variables, notes, warnings } = pipenv(sampleSetup({ authorized: THREE }));
    expect(variables).toEqual([{ name: 'PIPENV_PYPI_MIRROR', value: TEAM.indexUrl }]);
    expect(notes).toEqual([expect.stringContaining(`[[source]] of their URL: ${SHARED.indexUrl}, ${LABS.indexUrl}`)]);
    expect(warnings).toEqual([]);
    expect(pipenv(sampleSetup()).notes).toEqual([]);
    expect(pipenv(sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT }))).toMatchObject({
      variables: [],
      checks: [],
    });
    expect(pipenv(sampleSetup({ authorized: TWO_IDENTITIES })).warnings).toEqual([
      expect.stringMatching(/^pipenv: shared cannot be used/),
    ]);
    expect(overridesOf(pipenv, { PIP_INDEX_URL: 'x', PIP_EXTRA_INDEX_URL: 'x' })).toEqual([
      'PIP_INDEX_URL',
      'PIP_EXTRA_INDEX_URL',
    ]);
  });

  test.each([
    [CLIENT_DEFAULT, 'the public PyPI'],
    [FOREIGN, 'https://index.example/simple/'],
  ])('pipenv warns of dependency confusion: %j', (main, from) => {
    expect(pipenv(sampleSetup({ authorized: THREE, main })).warnings).toEqual([
      expect.stringContaining(`takes every package without index= in the Pipfile from ${from}: whoever publishes`),
    ]);
  });

  test('pipenv: a mirror of an earlier step beats client-default, and is told', () => {
    const environment = { PIPENV_PYPI_MIRROR: TEAM.indexUrl };
    const asked = sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT, machine: { environment } });
    expect(pipenv(asked).overrides).toEqual([]);
    expect(pipenv({ ...asked, isSecondUse: true }).overrides).toEqual([
      expect.stringMatching(
        /^The variable PIPENV_PYPI_MIRROR of an earlier step is still set.*for pipenv; use one index-url/,
      ),
    ]);
  });

  test('pipenv gets no token in a variable, since it would write it into the Pipfile', () => {
    const asMain = sampleSetup({ authorized: TWO_IDENTITIES, main: { kind: 'repository', repository: SHARED } });
    expect(problemsOf(() => pipenv(asMain))).toEqual([
      expect.stringMatching(/the host of shared has another identity; put shared first in the input repositories\.$/),
    ]);
  });

  test("pipenv is asked for the variable, which the project's .env beats", () => {
    const judge = judgeOf(pipenv, { authorized: THREE });
    const support = (url: string, pipfile = '') => saying(` - \`PIPENV_PYPI_MIRROR\`: \`${url}\`\n${pipfile}`, 0);
    const path = join('/w', '.env');
    const dotenv = (asked: string) =>
      asked === path ? userFile('A=1\n  export PIPENV_PYPI_MIRROR = https://never-told/\n', path) : undefined;
    expect(judge(support(TEAM.indexUrl), dotenv)).toEqual([]);
    const contents = "Contents of `Pipfile` ('/w/Pipfile'):\n";
    expect(judge(support('https://never-told/', contents), dotenv)).toEqual([
      `pipenv: PIPENV_PYPI_MIRROR of the project's .env (${path} line 2) beats what this action sets; remove it there.`,
    ]);
    expect(judge(support(`${TEAM.indexUrl}x`), dotenv)).toEqual([
      "pipenv: PIPENV_PYPI_MIRROR of the project's .env beats what this action sets; remove it there.",
    ]);
    expect(judge(saying('', 2), dotenv)).toEqual([
      'pipenv --support failed (exit code 2); run it in a step to see why.',
    ]);
  });

  test.each([
    ['PIPENV_PYPI_MIRROR=https://x/\n', ` (${join('/w', '.env')} line 1)`],
    ['A=1\n', ''],
    [undefined, ''],
  ])('pipenv: the place in a .env that says %j', (text, place) => {
    const contents = (path: string, end = '') => `Contents of \`Pipfile\` ('${path}'):${end}\r\n`;
    const stdout = `  ${contents('/before/Pipfile')}${contents('/behind/Pipfile', ' none')}${contents('/w/Pipfile')}`;
    const dotenv = (path: string) =>
      path === join('/w', '.env') && text !== undefined ? userFile(text, path) : undefined;
    expect(judgeOf(pipenv, { authorized: THREE })(saying(stdout, 0), dotenv)).toEqual([
      `pipenv: PIPENV_PYPI_MIRROR of the project's .env${place} beats what this action sets; remove it there.`,
    ]);
  });

  test('env has the token of publish-to, else of the first', () => {
    expect(variablesOf(env, { authorized: THREE })).toEqual({ CODEARTIFACT_AUTH_TOKEN: 't' });
    expect(variablesOf(env, { authorized: THREE, publishTo: 'labs' })).toEqual({ CODEARTIFACT_AUTH_TOKEN: 'l' });
  });

  test('env says whose token it is where the others have another', () => {
    const notesOf = (asked: Asked) => env(sampleSetup(asked)).notes;
    expect(notesOf({})).toEqual([]);
    expect(notesOf({ authorized: THREE })).toEqual([
      'env: CODEARTIFACT_AUTH_TOKEN is the token of team, and not that of labs; publish-to chooses.',
    ]);
    expect(notesOf({ authorized: THREE, publishTo: 'labs' })).toEqual([
      expect.stringMatching(/ is the token of labs, and not that of team, .*; publish-to chooses\.$/),
    ]);
  });
});

describe('all tools', () => {
  test('agree on every variable, and only what cannot be elsewhere is a token in a variable', () => {
    const opened = [authorize(TEAM, 'token-team', 'me'), authorize(LABS, 'token-labs')];
    const changes = planChanges(TOOLS, sampleSetup({ opened, publishTo: 'team' }));
    const holding = (list: typeof changes.variables) =>
      list.filter(({ value }) => value.includes('token-')).map(({ name }) => name);
    expect(holding(changes.variables)).toEqual(['FLIT_PASSWORD', 'CODEARTIFACT_AUTH_TOKEN']);
    // With two identities on one host the netrc has the first one's token; uv alone needs variables for the others.
    const divided = planChanges(TOOLS, sampleSetup({ authorized: TWO_IDENTITIES, publishTo: 'shared' }));
    expect(holding(divided.variables)).toEqual([
      'UV_INDEX_TEAM_PASSWORD',
      'UV_INDEX_SHARED_PASSWORD',
      'UV_PUBLISH_PASSWORD',
      'FLIT_PASSWORD',
      'CODEARTIFACT_AUTH_TOKEN',
    ]);
    for (const { value, secret } of [...changes.variables, ...divided.variables]) {
      expect([value, secret === true]).toEqual([value, value.includes('token-')]);
    }
    const names = changes.files.map(({ name }) => name);
    expect(names).toHaveLength(new Set(names).size);
  });

  test('that need one variable for different things are refused, and no value is told', () => {
    const part = (value: string) => ({ variables: [{ name: 'NETRC', value }] });
    expect(joinChanges([part('/a'), part('/a')]).variables).toHaveLength(2);
    expect(problemsOf(() => joinChanges([part('/never-told'), part('/b')]))).toEqual([
      expect.stringMatching(
        /^Input tools names tools that need the variable NETRC for different things; use this action once/,
      ),
    ]);
  });

  test.each<[Tool, boolean, boolean, boolean]>([
    ['pip', true, false, false],
    ['twine', false, true, true],
    ['uv', false, false, true],
    ['poetry', false, false, false],
    ['pdm', true, false, true],
    ['hatch', true, true, true],
    ['flit', true, true, true],
    ['pipenv', false, false, false],
    ['env', false, false, false],
  ])('%s: mixes indexes %s, needs .pypirc %s, uploads to publish-to %s', (tool, merging, pypirc, upload) => {
    expect([mergingTools([tool]).length > 0, needsPypirc([tool]), hasDefaultUpload([tool])]).toEqual([
      merging,
      pypirc,
      upload,
    ]);
    expect(hasDefaultUpload([tool, 'env'])).toBe(upload);
  });

  test.each<[Tool, string[], string[], string[]]>([
    ['pip', ['pip.conf', 'netrc'], [], ['pip']],
    ['twine', [], ['team', 'labs'], ['twine', 'twine']],
    ['uv', ['netrc'], [], ['uv']],
    ['poetry', ['netrc', 'config.toml', 'auth.toml'], [], ['poetry']],
    ['pdm', ['netrc', 'pdm.toml'], [], ['pdm']],
    ['hatch', ['pip.conf', 'netrc'], ['team', 'labs'], ['pip', 'hatch', 'hatch']],
    ['flit', ['pip.conf', 'netrc'], ['team', 'labs'], ['pip']],
    ['pipenv', ['netrc'], [], ['pipenv']],
    ['env', [], [], []],
  ])(
    '%s: files %j, index servers %j, asks %j, and nothing is in its way on an empty machine',
    (tool, files, servers, asks) => {
      const opened = [authorize(TEAM, 't', 'me'), authorize(LABS, 'l')];
      const changes = planChanges([tool], sampleSetup({ opened, publishTo: 'team' }));
      expect(changes.files.map(({ name }) => name)).toEqual(files);
      expect(changes.indexServers).toEqual(
        servers.map((name, index) => ({
          name,
          url: opened[index]?.repository.url,
          token: opened[index]?.token.value,
          expiration: new Date(0),
          identity: expect.stringMatching(/^[0-9a-f]{16}$/),
        })),
      );
      expect(changes.checks.map(({ program }) => program)).toEqual(asks);
      expect(changes.checks.every(({ args }) => args.length > 0)).toBe(true);
      expect([...changes.overrides, ...changes.warnings]).toEqual([]);
    },
  );

  test('with credentials: url pip alone needs no netrc; the others do', () => {
    const setup = sampleSetup({ credentials: 'url' });
    const files = (tool: Tool) => planChanges([tool], setup).files.map(({ name }) => name);
    expect(files('pip')).toEqual(['pip.conf']);
    expect(files('uv')).toEqual(['netrc']);
    expect(files('hatch').toSorted()).toEqual(['netrc', 'pip.conf']);
  });
});
