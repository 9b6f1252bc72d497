import { describe, expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/pdm.ts';
import { pdmPaths } from '../../../src/clients/pdm-settings.ts';
import { overridingOf, saying, textOf, tomlOf, variablesOf, withTooLarge } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { CLIENT_DEFAULT, LABS, mainIs, SHARED, TEAM, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, RUN, type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

/** Where pdm looks for the settings of the user. */
const CONFIG = '/home/user/.config/pdm/config.toml';
const OURS = '/private/pdm.toml';
const server = (url: string, password: string) => ({ url, username: 'aws', password });

describe('where pdm looks', () => {
  test.each([
    ['linux', {}, '/home/me/.config/pdm/config.toml'],
    ['linux', { XDG_CONFIG_HOME: '/x' }, '/x/pdm/config.toml'],
    ['darwin', {}, '/home/me/Library/Application Support/pdm/config.toml'],
    ['darwin', { XDG_CONFIG_HOME: '/x' }, '/x/pdm/config.toml'],
    ['win32', { APPDATA: 'C:\\r', LOCALAPPDATA: 'C:\\l' }, 'C:\\l\\pdm\\pdm\\config.toml'],
    ['linux', { PDM_CONFIG_FILE: '/p.toml', POETRY_CONFIG_DIR: '/d' }, '/p.toml'],
  ] as const)('on %s with %j', (platform, environment, path) => {
    expect(pdmPaths(sampleMachine({ environment, home: '/home/me', platform }))).toEqual([path]);
  });

  test('on Windows without the variables that name its folders', () => {
    expect(pdmPaths(sampleMachine({ home: 'C:\\Users\\me', platform: 'win32' }))).toEqual([
      'C:\\Users\\me\\AppData\\Local\\pdm\\pdm\\config.toml',
    ]);
  });
});

describe('what is written', () => {
  test('extra indexes and index servers in its file, the main index in its variable', () => {
    const { files, variables } = configure(sampleSetup({ authorized: THREE, publishTo: 'labs' }));
    expect(tomlOf(files, 'pdm.toml')).toEqual({
      pypi: { shared: { url: SHARED.indexUrl }, labs: { url: LABS.indexUrl } },
      repository: { team: server(TEAM.url, 't'), shared: server(SHARED.url, 't'), labs: server(LABS.url, 'l') },
    });
    expect(variables).toEqual([
      { name: 'PDM_CONFIG_FILE', value: OURS, neutral: OURS },
      { name: 'PDM_PYPI_URL', value: TEAM.indexUrl },
      { name: 'PDM_PUBLISH_REPO', value: 'labs', neutral: 'pypi' },
    ]);
    expect(variablesOf(configure, { authorized: THREE })['PDM_PUBLISH_REPO']).toBe('choose-one-with-publish-to');
  });

  test('what the netrc cannot carry is in its file, under a name that nobody can guess', () => {
    const { files } = configure(sampleSetup({ authorized: TWO_IDENTITIES }));
    expect(tomlOf(files, 'pdm.toml')['pypi']).toEqual({ [`shared-${RUN}`]: server(SHARED.indexUrl, 'token-shared') });
  });

  test('the default index is one that the netrc opens, since any source called pypi would get its password', () => {
    const asked = sampleSetup({ authorized: TWO_IDENTITIES, main: mainIs(SHARED) });
    const { files, variables } = configure(asked);
    expect(tomlOf(files, 'pdm.toml')['pypi']).toEqual({ [`shared-${RUN}`]: server(SHARED.indexUrl, 'token-shared') });
    expect(variables?.find(({ name }) => name === 'PDM_PYPI_URL')?.value).toBe(TEAM.indexUrl);
  });
});

describe('what cannot be', () => {
  test.each(['true', '1', 'yes', '00'])(
    'use_uv %s cannot open what the netrc does not, and would show its token',
    (value) => {
      const environment = { PDM_USE_UV: value };
      expect(problemsOf(() => configure(sampleSetup({ authorized: TWO_IDENTITIES, environment })))).toEqual([
        expect.stringMatching(/^Input repositories: pdm with use_uv would show the token of shared .* turn use_uv/),
      ]);
      const files = { [CONFIG]: 'use_uv = true\n' };
      expect(problemsOf(() => configure(sampleSetup({ authorized: TWO_IDENTITIES, files })))).toHaveLength(1);
      const odd = { [CONFIG]: 'use_uv = { toString = 1 }\n' };
      expect(problemsOf(() => configure(sampleSetup({ authorized: TWO_IDENTITIES, files: odd })))).toHaveLength(1);
      expect(configure(sampleSetup({ authorized: THREE, environment })).files).toHaveLength(1);
      const off = { files, environment: { PDM_USE_UV: 'False' } };
      expect(configure(sampleSetup({ authorized: TWO_IDENTITIES, ...off })).files).toHaveLength(1);
    },
  );

  test('a name that pdm cannot carry is refused with another', () => {
    const named = (alias: string) => authorize(sampleRepository({ alias, name: alias }), 't', 'me');
    const dotted = ['a.b', 'c.d'].map(named);
    const refusal = (name: string, other: string, index: number) =>
      `Input repositories: pdm cannot use a name with a dot ("${name}"); choose another, as in ` +
      `${other}=${dotted[index]?.repository.url}.`;
    expect(problemsOf(() => configure(sampleSetup({ authorized: dotted })))).toEqual([
      refusal('a.b', 'a-b', 0),
      refusal('c.d', 'c-d', 1),
    ]);
    const taken = ['pypi', 'verify_ssl'].map(named);
    expect(problemsOf(() => configure(sampleSetup({ authorized: taken })))).toEqual([
      'Input repositories: the name "pypi" is reserved in pdm; choose another, as in ' +
        `my-pypi=${taken[0]?.repository.url}.`,
      expect.stringContaining('the name "verify_ssl" is reserved'),
    ]);
    expect(problemsOf(() => configure(sampleSetup({ authorized: taken, files: { [CONFIG]: 'x' } })))).toHaveLength(3);
  });
});

describe("the user's settings", () => {
  test('stay in force, but for their indexes and a name of ours', () => {
    const files = {
      [CONFIG]: [
        'check_update = false',
        '[pypi]\nurl = "https://a.example/"\nverify_ssl = false\nignore_stored_index = true',
        '[pypi.own]\nurl = "https://b.example/"\nusername = "me"',
        '[pypi.bare]\nusername = "me"',
        '[pypi.shared]\nusername = "me"',
        '[repository.team]\nurl = "https://c.example/"\npassword = "never-told"',
        '[repository.own]\nurl = "https://d.example/"\n',
      ].join('\n'),
    };
    const { files: written, notes } = configure(sampleSetup({ authorized: THREE, files }));
    expect(tomlOf(written, 'pdm.toml')).toMatchObject({
      check_update: false,
      pypi: { verify_ssl: false },
      repository: { team: server(TEAM.url, 't'), own: { url: 'https://d.example/' } },
    });
    expect(tomlOf(written, 'pdm.toml')['pypi']).toEqual({
      verify_ssl: false,
      own: { username: 'me' },
      bare: { username: 'me' },
      shared: { url: SHARED.indexUrl },
      labs: { url: LABS.indexUrl },
    });
    expect(notes).toEqual(
      ['pypi.url', 'pypi.ignore_stored_index', 'pypi.own.url', 'pypi.shared', 'repository.team'].map(
        (option) => `pdm: ${option} in ${CONFIG} is not used in this job.`,
      ),
    );
    const kept = configure(sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT, files }));
    expect(tomlOf(kept.files, 'pdm.toml')['pypi']).toMatchObject({ url: 'https://a.example/' });
    expect(kept.variables?.map(({ name }) => name)).toEqual(['PDM_CONFIG_FILE', 'PDM_PUBLISH_REPO']);
    expect(kept.variables?.[0]?.neutral).toBe(CONFIG);
  });

  test('of an index of that name stay where ours has a name that nobody can guess', () => {
    const files = { [CONFIG]: '[pypi.shared]\nurl = "https://a.example/"\nverify_ssl = true\n' };
    const { files: written, notes } = configure(sampleSetup({ authorized: TWO_IDENTITIES, files }));
    expect(tomlOf(written, 'pdm.toml')['pypi']).toEqual({
      shared: { verify_ssl: true },
      [`shared-${RUN}`]: server(SHARED.indexUrl, 'token-shared'),
    });
    expect(notes).toEqual([`pdm: pypi.shared.url in ${CONFIG} is not used in this job.`]);
  });

  test('stay in force whatever their names', () => {
    const text = '[pypi]\n__proto__ = 1\nconstructor = 1.0\n\n[pypi.toString]\n__proto__ = "x"\n';
    const { files } = configure(sampleSetup({ files: { [CONFIG]: text } }));
    expect(textOf(files, 'pdm.toml')).toContain(text);
    expect(textOf(files, 'pdm.toml')).toMatch(/^# In the place of /);
  });

  test('are still found in a second use, by the path in the file of the first', () => {
    const files = { '/named.toml': 'a = 1\n' };
    const first = configure(sampleSetup({ files, environment: { PDM_CONFIG_FILE: '/named.toml' } }));
    const environment = { PDM_CONFIG_FILE: OURS };
    const again = { ...files, [OURS]: textOf(first.files, 'pdm.toml') };
    const second = configure(sampleSetup({ files: again, environment, isSecondUse: true }));
    expect(second.files).toEqual(first.files);
    expect(second).toMatchObject({ notes: [], warnings: [] });
    expect(second.variables?.[0]).toEqual({ name: 'PDM_CONFIG_FILE', value: OURS, neutral: '/named.toml' });
  });

  test('after pdm itself has rewritten our file, without the comment, are found where they always were', () => {
    const ours = { [OURS]: '[repository.team]\nurl = "https://a.example/"\n' };
    const neutralWith = (asked: SampleSetup) => configure(sampleSetup(asked)).variables?.[0]?.neutral;
    const again = { environment: { PDM_CONFIG_FILE: OURS } };
    // The path of our own file stands for none of the user's.
    expect(neutralWith({ ...again, files: ours })).toBe(OURS);
    const files = { ...ours, [CONFIG]: 'a = 1\n' };
    expect(neutralWith({ ...again, files })).toBe(CONFIG);
    expect(tomlOf(configure(sampleSetup({ ...again, files })).files, 'pdm.toml')).toMatchObject({ a: 1 });
    expect(neutralWith({ files, environment: { PDM_CONFIG_FILE: '/missing' } })).toBe(OURS);
    const elsewhere = { PDM_CONFIG_FILE: OURS, XDG_CONFIG_HOME: '/x' };
    expect(neutralWith({ files, environment: elsewhere })).toBe(OURS);
    const moved = { ...files, '/x/pdm/config.toml': 'a = 2\n' };
    expect(neutralWith({ files: moved, environment: elsewhere })).toBe('/x/pdm/config.toml');
  });

  test('of more than 1 MiB are left out with a warning', () => {
    const { files, notes, warnings } = configure(withTooLarge(sampleSetup({ authorized: THREE }), CONFIG));
    const withoutFile = configure(sampleSetup({ authorized: THREE })).files;
    expect(tomlOf(files, 'pdm.toml')).toEqual(tomlOf(withoutFile, 'pdm.toml'));
    expect(notes).toEqual([]);
    expect(warnings).toEqual([
      `${CONFIG} is larger than 1 MiB, so its settings are left out in this job; make it smaller.`,
    ]);
  });

  test('of more than 1 MiB are not swapped for others in a second use', () => {
    const named = { PDM_CONFIG_FILE: '/c.toml' };
    const asked = { authorized: THREE, files: { [CONFIG]: '[pypi]\nverify_ssl = false\n' } };
    const first = configure(withTooLarge(sampleSetup({ ...asked, environment: named }), '/c.toml'));
    const ours = { ...asked.files, [OURS]: textOf(first.files, 'pdm.toml') };
    const again = sampleSetup({ ...asked, files: ours, environment: { PDM_CONFIG_FILE: OURS }, isSecondUse: true });
    const second = configure(withTooLarge(again, '/c.toml'));
    expect(second.files).toEqual(first.files);
    expect(second.warnings).toEqual([
      '/c.toml is larger than 1 MiB, so its settings are left out in this job; make ' + 'it smaller.',
    ]);
    expect(second.variables?.[0]?.neutral).toBe('/c.toml');
  });
});

test('names the variables in its way', () => {
  const environment = { PDM_PUBLISH_PASSWORD: 'x', PDM_IGNORE_STORED_INDEX: '1', PDM_CACHE_DIR: 'x' };
  expect(overridingOf(configure, environment)).toEqual(['PDM_IGNORE_STORED_INDEX', 'PDM_PUBLISH_PASSWORD']);
});

test('says that an index of an earlier step stays where the default of pdm is asked for', () => {
  const earlier = { PDM_CONFIG_FILE: OURS, PDM_PYPI_URL: TEAM.indexUrl };
  const overrides = (environment: Record<string, string>) =>
    configure(sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT, environment })).overrides;
  expect(overrides(earlier)).toEqual([
    expect.stringMatching(
      /^pdm still uses the index of an earlier step, because GitHub cannot unset its variable PDM_PYPI_URL/,
    ),
  ]);
  expect(overrides({ ...earlier, PDM_CONFIG_FILE: '/h/pdm.toml' })).toEqual([]);
  expect(overridingOf(configure, earlier, { authorized: THREE })).toEqual([]);
});

test('is asked for what its file says, with the index that became the default one', () => {
  const { checks = [] } = configure(sampleSetup({ authorized: TWO_IDENTITIES, main: mainIs(SHARED) }));
  expect(checks.map(({ program }) => program)).toEqual(['pdm']);
  const judge = (stdout: string) => checks[0]?.judge(saying(stdout), () => undefined);
  const home = `Home configuration (${OURS}):\nuse_uv = False\n`;
  expect(judge(home)).toEqual([]);
  expect(judge('')).toEqual([
    `pdm does not read ${OURS}, which this action wrote for it; check what pdm on the PATH is.`,
  ]);
  const site = `${home}Site configuration (/etc/pdm):\n`;
  expect(judge(`${site}pypi.shared.url = https://x/\n`)).toHaveLength(1);
});
