import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configure, poetryFolder } from '../../../src/clients/poetry.ts';
import { overridingOf, saying, textOf, tomlOf, withTooLarge } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { LABS, SHARED, TEAM, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, RUN, type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

/** The user's files, as the disk has them and as messages call them. */
const [CONFIG, AUTH] = ['/home/user/.config/pypoetry/config.toml', '/home/user/.config/pypoetry/auth.toml'];
const [CONFIG_TOLD, AUTH_TOLD] = [join(CONFIG), join(AUTH)];

describe('where poetry looks', () => {
  test.each([
    ['linux', {}, '/home/me/.config/pypoetry'],
    ['linux', { XDG_CONFIG_HOME: '/x' }, '/x/pypoetry'],
    ['darwin', {}, '/home/me/Library/Application Support/pypoetry'],
    ['darwin', { XDG_CONFIG_HOME: '/x' }, '/x/pypoetry'],
    ['win32', { APPDATA: 'C:\\r', LOCALAPPDATA: 'C:\\l' }, 'C:\\r\\pypoetry'],
    ['linux', { PDM_CONFIG_FILE: '/p.toml', POETRY_CONFIG_DIR: '/d' }, '/d'],
  ] as const)('on %s with %j', (platform, environment, folder) => {
    expect(poetryFolder(sampleMachine({ environment, home: '/home/me', platform }))).toBe(folder);
  });

  test('on Windows without the variables that name its folders', () => {
    expect(poetryFolder(sampleMachine({ home: 'C:\\Users\\me', platform: 'win32' }))).toBe(
      'C:\\Users\\me\\AppData\\Roaming\\pypoetry',
    );
  });
});

describe('what is written', () => {
  test('an index server for each repository, whatever its name; the netrc has the tokens', () => {
    const dotted = authorize(sampleRepository({ alias: 'My.Repo_2', name: 'other' }), 't', 'me');
    const { files, variables } = configure(sampleSetup({ authorized: [...THREE, dotted] }));
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

  test('what the netrc cannot carry is the password of an index whose name nobody can guess, for no upload', () => {
    const { files, notes } = configure(sampleSetup({ authorized: TWO_IDENTITIES }));
    expect(tomlOf(files, 'auth.toml')['http-basic']).toEqual({
      [`shared-${RUN}`]: { username: 'aws', password: 'token-shared' },
    });
    // Before all others, which poetry would take for a source of the same URL else.
    expect(Object.entries(tomlOf(files, 'config.toml')['repositories'] ?? {})).toEqual([
      [`shared-${RUN}`, { url: SHARED.indexUrl }],
      ['team', { url: TEAM.url }],
    ]);
    expect(notes?.[0]).toMatch(/poetry publish --repository NAME \(team\)\.$/);
    expect(notes?.[1]).toMatch(/^poetry: shared works for installs only, because an earlier repository of the same/);
  });
});

describe("the user's settings", () => {
  test('stay in force, but for a name of ours', () => {
    const { files, notes } = configure(
      sampleSetup({
        authorized: THREE,
        files: {
          [CONFIG]:
            'cache-dir = "/c"\n[virtualenvs]\ncreate = false\n[certificates.team]\ncert = "/ca"\n' +
            '[repositories.team]\nurl = "https://a.example/"\n[repositories.own]\nurl = "https://b.example/"\n',
          [AUTH]:
            '[http-basic.team]\nusername = "me"\npassword = "never-told"\n[http-basic.own]\nusername = "me"\n' +
            '[pypi-token]\nshared = "never-told"\npypi = "kept"\n',
        },
      }),
    );
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
      `poetry: repositories.team in ${CONFIG_TOLD} is not used in this job.`,
      `poetry: http-basic.team in ${AUTH_TOLD} is not used in this job.`,
      `poetry: pypi-token.shared in ${AUTH_TOLD} is not used in this job.`,
    ]);
    expect(notes?.join()).not.toContain('never-told');
  });

  test('of their index servers on our hosts the URL stays, after ours, and the password does not', () => {
    const login = (name: string) => `[http-basic.${name}]\nusername = "aws"\npassword = "never-told"\n`;
    const { files, notes } = configure(
      sampleSetup({
        authorized: THREE,
        files: {
          [CONFIG]: `[repositories.old]\nurl = "${TEAM.indexUrl}"\n[repositories.other]\nurl = "no URL"\n`,
          [AUTH]: login('old') + login('other'),
        },
      }),
    );
    expect(Object.keys(tomlOf(files, 'config.toml')['repositories'] ?? {})).toEqual([
      ...['team', 'shared', 'labs'],
      ...['old', 'other'],
    ]);
    expect(Object.keys(tomlOf(files, 'auth.toml')['http-basic'] ?? {})).toEqual(['other']);
    expect(notes?.slice(1)).toEqual([`poetry: http-basic.old in ${AUTH_TOLD} is not used in this job.`]);
  });

  test('are still found in a second use, by the paths in the files of the first', () => {
    const pathOf = (file: string) => join('/private', file);
    const user = { [CONFIG]: 'a = 1\n' };
    const first = configure(sampleSetup({ files: user, pathOf }));
    expect(textOf(first.files, 'config.toml')).toContain(JSON.stringify(CONFIG_TOLD));
    const files = {
      ...user,
      '/private/config.toml': textOf(first.files, 'config.toml'),
      '/private/auth.toml': textOf(first.files, 'auth.toml'),
    };
    const again = { files, environment: { POETRY_CONFIG_DIR: '/private' }, isSecondUse: true };
    const second = configure(sampleSetup({ ...again, pathOf }));
    expect(second.files).toEqual(first.files);
    expect(second.notes).toEqual(first.notes);
    // Elsewhere they would be settings of the user's.
    const elsewhere = configure(sampleSetup({ ...again, pathOf: (file) => join('/elsewhere', file) }));
    expect(elsewhere.notes).toContain(
      `poetry: repositories.internal in ${pathOf('config.toml')} is not used in this job.`,
    );
  });

  test('of more than 1 MiB are left out with a warning for each file', () => {
    const { files, notes, warnings } = configure(withTooLarge(sampleSetup(), CONFIG, AUTH));
    for (const name of ['config.toml', 'auth.toml']) {
      expect(tomlOf(files, name)).toEqual(tomlOf(configure(sampleSetup()).files, name));
    }
    expect(notes).toEqual(configure(sampleSetup()).notes);
    expect(warnings).toEqual(
      [CONFIG_TOLD, AUTH_TOLD].map(
        (path) => `${path} is larger than 1 MiB, so its settings are left out in this job; make it smaller.`,
      ),
    );
  });

  test('numbers and depths that a TOML file may have', () => {
    const configured = (text: string) => configure(sampleSetup({ files: { [CONFIG]: text } }));
    expect(textOf(configured('a = 9223372036854775807\n').files, 'config.toml')).toContain('a = 9223372036854775807');
    expect(problemsOf(() => configured(`${'a.'.repeat(20_000)}b = 1\n`))).toEqual([
      `${CONFIG_TOLD} is nested too deep to be written again; make it simpler.`,
    ]);
  });

  test('a file that is no TOML: by its line, without its text', () => {
    const files = { [AUTH]: '[http-basic.own]\npassword = never-told\n' };
    expect(problemsOf(() => configure(sampleSetup({ files })))).toEqual([
      `${AUTH_TOLD} line 2: this is not TOML, and poetry cannot read the file either; correct it.`,
    ]);
  });
});

test('all that is wrong is told at once: both files, and names', () => {
  const authorized = [authorize(sampleRepository({ alias: 'pypi', name: 'pypi' }), 't')];
  const files = { [CONFIG]: 'x', [AUTH]: 'y' };
  expect(problemsOf(() => configure(sampleSetup({ authorized, files })))).toEqual([
    expect.stringMatching(/config\.toml line 1: this is not TOML/),
    expect.stringMatching(/auth\.toml line 1: this is not TOML/),
    expect.stringMatching(/^Input repositories: the name "pypi" is the public index/),
  ]);
});

test('a name that is the public index to poetry is refused', () => {
  const authorized = [authorize(sampleRepository({ alias: 'pypi', name: 'pypi' }), 't')];
  expect(problemsOf(() => configure(sampleSetup({ authorized })))).toEqual([
    'Input repositories: the name "pypi" is the public index to poetry; choose another, as in ' +
      `my-pypi=${authorized[0]?.repository.url}.`,
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
  expect(overridingOf(configure, environment, { authorized: [...THREE, digit] })).toEqual([
    'POETRY_REPOSITORIES_OTHER_URL',
    'POETRY_REPOSITORIES_REPO_2_URL',
    'POETRY_HTTP_BASIC_TEAM_PASSWORD',
    'POETRY_PYPI_TOKEN_LABS',
  ]);
});

describe('is asked', () => {
  const judge = (asked: SampleSetup, stdout: string, files: Record<string, string> = {}) => {
    const [check, ...more] = configure(sampleSetup({ authorized: THREE, ...asked })).checks ?? [];
    expect(more).toEqual([]);
    return check?.judge(saying(stdout), sampleDisk(files).read);
  };

  test('whether it sees what was written, unless a variable explains that it does not', () => {
    expect(judge({}, '{}')).toEqual(
      ['team', 'shared', 'labs'].map(
        (alias) =>
          `poetry does not see the repository ${alias}, which this action wrote to /private/config.toml; check ` +
          'what poetry on the PATH is.',
      ),
    );
    // The variable is told already.
    expect(judge({ environment: { POETRY_REPOSITORIES_X_URL: 'x' } }, '{}')).toEqual([]);
  });

  test('for a source of the project with a password that the user has in a file or in a variable', () => {
    const seen = [TEAM, SHARED, LABS].map(({ alias, url }) => `'${alias}': {'url': '${url}'}`).join(', ');
    const source = (name: string) => `[[tool.poetry.source]]\nname = "${name}"\nurl = "${TEAM.indexUrl}"\n`;
    const login = (name: string) => `[http-basic.${name}]\nusername = "me"\npassword = "never-told"\n`;
    const asked = {
      files: { [AUTH]: login('own') + login('team') },
      environment: { POETRY_HTTP_BASIC_ANY_PASSWORD: 'never-told' },
    };
    const project = { '/w/pyproject.toml': ['own', 'team', 'any', 'other'].map(source).join('') };
    const told = (name: string, line: number, password: string) =>
      `poetry: the source ${name} (${join('/w', 'pyproject.toml')} line ${line}) has a password of its own ` +
      `(${password}), so poetry does not use the token; remove it.`;
    // That of a name of ours is left out of our file.
    expect(judge(asked, seen, project)).toEqual([
      told('own', 2, `http-basic.own of ${AUTH_TOLD}`),
      told('any', 8, 'POETRY_HTTP_BASIC_ANY_PASSWORD'),
    ]);
  });
});
