import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { configure } from '../../../src/clients/pip.ts';
import { DISK } from '../../../src/machine/disk.ts';
import { saying, textOf, userFile } from '../../support/client-changes.ts';
import { place } from '../../support/files.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { randomCases } from '../../support/random-cases.ts';
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
import { sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

const OURS = '/private/pip.conf';

const pipConfWith = (asked: SampleSetup) => textOf(configure(sampleSetup(asked)).files, 'pip.conf');

describe('what pip is told', () => {
  test('its file by a variable; and the indexes by others, for where the file cannot be read', () => {
    const { files, variables, notes } = configure(sampleSetup());
    expect(files?.map(({ name }) => name)).toEqual(['pip.conf']);
    expect(variables).toEqual([
      { name: 'PIP_CONFIG_FILE', value: OURS },
      { name: 'PIP_INDEX_URL', value: sampleRepository().indexUrl },
      { name: 'PIP_NO_INPUT', value: '1' },
    ]);
    expect(notes).toEqual([]);
  });

  test('a token in a URL only where the netrc has another for the host, and why', () => {
    const { files, notes } = configure(sampleSetup({ authorized: TWO_IDENTITIES }));
    expect(textOf(files, 'pip.conf').match(/token-\w+/g)).toEqual(['token-shared']);
    expect(notes).toEqual([
      'pip: the URL of shared in pip.conf has its token in it, because an earlier repository of the same host has ' +
        'another identity or domain, and a netrc knows one token a host; pip shows it in the arguments of a process ' +
        'when it builds from source, and pip-compile writes it into its output without --no-emit-index-url.',
    ]);
  });

  test('where the project names the indexes, nothing; but a file of an earlier step of the job loses its own', () => {
    const asked = { main: PROJECT, files: { '/home/user/.config/pip/pip.conf': '[global]\ntimeout = 7\n' } };
    expect(configure(sampleSetup(asked))).toEqual({});
    const environment = { PIP_CONFIG_FILE: OURS };
    expect(configure(sampleSetup({ ...asked, environment }))).toEqual({});
    expect(configure(sampleSetup({ ...asked, isSecondUse: true }))).toEqual({});
    expect(pipConfWith({ ...asked, environment, isSecondUse: true })).not.toContain('https://');
  });

  test('without a main index, its own', () => {
    expect(pipConfWith({ main: CLIENT_DEFAULT })).not.toContain('\nindex-url');
  });
});

describe('what variables say of the indexes', () => {
  const said = (asked: SampleSetup) =>
    Object.fromEntries((configure(sampleSetup(asked)).variables ?? []).map(({ name, value }) => [name, value]));
  const [INDEX, EXTRA] = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL'];
  const own = { [INDEX]: 'https://own/', [EXTRA]: 'https://extra/' };

  test('what the file says, in its order, in the place of what the machine says', () => {
    const urls = { [INDEX]: LABS.indexUrl, [EXTRA]: `${TEAM.indexUrl} ${SHARED.indexUrl}` };
    expect(said({ authorized: THREE, main: mainIs(LABS) })).toMatchObject(urls);
    expect(said({ authorized: THREE, main: mainIs(LABS), environment: own })).toMatchObject(urls);
    expect(said({ environment: own })).toMatchObject({ [INDEX]: sampleRepository().indexUrl, [EXTRA]: '' });
    expect(said({ main: FOREIGN })).toMatchObject({ [INDEX]: FOREIGN.url });
  });

  test('never a token: what holds one is left to the file, and what is set already is emptied', () => {
    expect(said({ authorized: TWO_IDENTITIES })).not.toHaveProperty(EXTRA);
    expect(said({ authorized: [...TWO_IDENTITIES, authorize(LABS, 'l')] })).not.toHaveProperty(EXTRA);
    expect(said({ authorized: TWO_IDENTITIES, environment: own })).toMatchObject({
      [INDEX]: TEAM.indexUrl,
      [EXTRA]: '',
    });
    expect(said({ authorized: THREE, tokenPlace: 'url' })).toEqual({ PIP_CONFIG_FILE: OURS, PIP_NO_INPUT: '1' });
    expect(said({ authorized: THREE, tokenPlace: 'url', environment: own })).toMatchObject({
      [INDEX]: '',
      [EXTRA]: '',
    });
  });

  test('nothing of the main index where the clients keep their own; what an earlier step said of it goes', () => {
    expect(said({ main: CLIENT_DEFAULT })).not.toHaveProperty(INDEX);
    expect(said({ main: CLIENT_DEFAULT, environment: own })).not.toHaveProperty(INDEX);
    const files = { [OURS]: `[global]\nindex-url=https://own/\npypi-url=\nextra-index-url=${TEAM.indexUrl}\n` };
    const again = { files, isSecondUse: true, environment: { ...own, PIP_CONFIG_FILE: OURS } };
    expect(said({ ...again, main: CLIENT_DEFAULT })).toMatchObject({ [INDEX]: '' });
    expect(said({ ...again, main: PROJECT })).toMatchObject({ [INDEX]: '' });
    expect(said({ ...again, main: PROJECT })).not.toHaveProperty(EXTRA);
    const others = { ...again, environment: { ...again.environment, [INDEX]: 'https://own/simple/' } };
    expect(said({ ...others, main: CLIENT_DEFAULT })).not.toHaveProperty(INDEX);
  });

  test('no question for a user name, unless an index may need keyring or the machine says so', () => {
    expect(said({ main: FOREIGN })).not.toHaveProperty('PIP_NO_INPUT');
    expect(said({ main: CLIENT_DEFAULT })).not.toHaveProperty('PIP_NO_INPUT');
    expect(said({ environment: { PIP_NO_INPUT: '0' } })).toStrictEqual({
      PIP_CONFIG_FILE: OURS,
      [INDEX]: sampleRepository().indexUrl,
    });
  });
});

/** The URLs of pip.conf, the main one first. */
function urlsOf(text: string): string[] {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1]?.split(' ') ?? [];
  return [...value('index-url'), ...value('extra-index-url')].filter((url) => url !== '');
}

describe('the tokens that pip finds', () => {
  const authorized = [authorize(TEAM, 'token-a'), authorize(SHARED, 'token-a'), authorize(LABS, 'token-l')];
  const withToken = (url: string, token: string) => url.replace('https://', `https://aws:${token}@`);

  test('credentials in the URLs: all of them, and it is told', () => {
    const { files, notes } = configure(sampleSetup({ authorized, main: mainIs(SHARED), tokenPlace: 'url' }));
    expect(urlsOf(textOf(files, 'pip.conf'))).toEqual([
      withToken(SHARED.indexUrl, 'token-a'),
      withToken(TEAM.indexUrl, 'token-a'),
      withToken(LABS.indexUrl, 'token-l'),
    ]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^pip: the URL of team, shared and labs in pip.conf has its token in it, as credentials: url/,
      ),
      'Where a later step cannot read that pip.conf, pip goes on with the public PyPI; credentials: netrc prevents it.',
    ]);
  });

  test('never a token in the URL of an index of others', () => {
    const text = pipConfWith({ authorized, main: FOREIGN, tokenPlace: 'url' });
    expect(urlsOf(text)[0]).toBe(FOREIGN.url);
  });

  test('every repository is reached with its own token, whatever the tokens and the main index', () => {
    const repositories = [TEAM, SHARED, LABS, sampleRepository({ alias: 'fourth', name: 'fourth' })];
    const anyToken = fc.oneof(
      fc.constantFrom('a', 'b'),
      fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}$/),
      fc.constantFrom("$&$'$`$1", 'a%2Fb', '@:/?#', 'é'),
    );
    const tokens = fc.array(anyToken, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(tokens, fc.nat(3), fc.constantFrom('netrc', 'url'), (values, first, tokenPlace) => {
        const list = repositories.map((repository, index) => authorize(repository, values[index] ?? ''));
        const setup = sampleSetup({ authorized: list, main: mainIs(repositories[first] ?? TEAM), tokenPlace });
        const { files, notes } = configure(setup);
        const found = urlsOf(textOf(files, 'pip.conf')).map((url) => new URL(url));
        for (const { repository, token } of list) {
          const [url, second] = found.filter(
            ({ host, pathname }) => `https://${host}${pathname}` === repository.indexUrl,
          );
          expect(second).toBeUndefined();
          const [named, another] = setup.indexes.hosts.filter(({ host }) => host === repository.host);
          expect(another).toBeUndefined();
          const given = url?.password === '' ? named?.token : decodeURIComponent(url?.password ?? '');
          expect(given).toBe(token.value);
          expect(url?.username).toBe(url?.password === '' ? '' : 'aws');
          if (tokenPlace === 'url') expect(url?.password).not.toBe('');
          const said = notes?.some((note) => note.split(' in pip.conf')[0]?.split(/, | /).includes(repository.alias));
          expect(said).toBe(url?.password !== '');
        }
        expect(found[0]?.pathname).toBe(new URL(repositories[first]?.indexUrl ?? '').pathname);
      }),
      { numRuns: randomCases(100) },
    );
  });
});

describe("the user's own files", () => {
  const [LEGACY, USUAL] = ['/home/user/.pip/pip.conf', '/home/user/.config/pip/pip.conf'];

  test('stay in force in all but the indexes, and the stronger one last', () => {
    const files = { [LEGACY]: '[global]\ntimeout = 1\nretries = 7\n', [USUAL]: '[global]\ntimeout = 2\n' };
    const text = pipConfWith({ files });
    expect(text).toContain('timeout = 2\nretries = 7\n');
    expect(text.split('\n').slice(0, 2)).toEqual([LEGACY, USUAL].map((path) => `# In the place of "${path}"`));
    expect(pipConfWith({ files, environment: { PIP_CONFIG_FILE: '/dev/null' } })).toBe(pipConfWith({}));
  });

  test('count in a second use, and not the settings of the file of the first', () => {
    const files = { [LEGACY]: '[global]\ntimeout = 1\n', [USUAL]: '[install]\nindex-url = https://a.example/\n' };
    const first = configure(sampleSetup({ files, environment: {} }));
    const again = { ...files, [OURS]: `${textOf(first.files, 'pip.conf')}[install]\nindex-url = https://evil/\n` };
    const second = configure(sampleSetup({ files: again, environment: { PIP_CONFIG_FILE: OURS }, isSecondUse: true }));
    expect(second.files).toEqual(first.files);
    expect(second.notes).toEqual(first.notes);
  });

  test('one that is too large is left out with a warning, and no other is read in its place', () => {
    const home = freshFolder();
    const named = posix.join(home, 'named.conf');
    place(posix.join(home, '.config/pip/pip.conf'), '[global]\ntimeout = 7\n');
    const configured = (size: number) => {
      const settings = '[global]\nretries = 9\n';
      place(named, settings + '\n'.padStart(size - settings.length, `# ${'x'.repeat(1021)}\n`));
      const machine = sampleMachine({ home, environment: { PIP_CONFIG_FILE: named } });
      return configure({ ...sampleSetup(), machine, disk: DISK });
    };
    const withinBound = configured(1024 * 1024);
    expect(textOf(withinBound.files, 'pip.conf')).toContain('retries = 9');
    expect(withinBound.warnings).toEqual([]);
    const tooLarge = configured(1024 * 1024 + 1);
    expect(textOf(tooLarge.files, 'pip.conf')).toBe(`# In the place of "${named}"\n${pipConfWith({})}`);
    expect(tooLarge.warnings).toEqual([
      `${named} is larger than 1 MiB, so its settings are left out in this job; make it smaller.`,
    ]);
  });
});

describe('what gets in the way', () => {
  const environment = {
    PIP_INDEX_URL: 'https://never-told/',
    PIP_PYPI_URL: 'https://never-told/',
    PIP_NO_INDEX: '',
    PIP_EXTRA_INDEX_URL: 'x',
    PIP_CERT: 'x',
    VIRTUAL_ENV: '/venv',
  };
  const files = {
    '/etc/pip.conf': '[install]\nindex-url = https://never-told/\n',
    '/venv/pip.conf': '[download]\nno-index = never-told\nextra-index-url = never-told\n',
  };
  const [PYPI, MAIN] = ['PIP_PYPI_URL', 'PIP_INDEX_URL'].map((name) =>
    expect.stringMatching(`^The variable ${name} overrides the pip.conf of this action`),
  );
  const [OF_INSTALL, NO_INDEX, EXTRA] = [
    'index-url in [install] of /etc/pip.conf (line 2)',
    'no-index in [download] of /venv/pip.conf (line 2)',
    'extra-index-url in [download] of /venv/pip.conf (line 3)',
  ].map((place) => `pip: ${place} overrides the pip.conf of this action; move it to [global] or remove it.`);

  test.each<[string, SampleSetup, unknown[]]>([
    ['what no variable of ours overrides', {}, [PYPI, NO_INDEX, EXTRA]],
    ['with several indexes', { authorized: THREE }, [PYPI, NO_INDEX]],
    ['with tokens in URLs', { tokenPlace: 'url' }, [PYPI, OF_INSTALL, NO_INDEX, EXTRA]],
    ["with the client's own index", { main: CLIENT_DEFAULT }, [MAIN, PYPI, OF_INSTALL, NO_INDEX]],
  ])('%s', (_, asked, expected) => {
    const { overrides } = configure(sampleSetup({ environment, files, ...asked }));
    expect(overrides).toEqual(expected);
    expect(overrides?.join()).not.toContain('never-told');
  });
});

describe('the check', () => {
  const [check] = configure(sampleSetup()).checks ?? [];
  const files: Record<string, string> = {
    '/etc/pip.conf': '[global]\nindex-url = a\n[install]\nno-index = 1\n',
    [OURS]: '[install]\nno-index = 1\n',
  };
  const read = (path: string) => (path in files ? userFile(files[path] ?? '', path) : undefined);
  const judge = (stdout: string, exitCode = 0) => check?.judge(saying(stdout, exitCode), read);

  test('asks what pip reads', () => {
    expect([check?.program, ...(check?.args ?? [])]).toEqual(['pip', 'config', 'debug']);
  });

  test('all as written', () => {
    const said =
      `env_var:\n  PIP_CONFIG_FILE='${OURS}'\nglobal:\n  /etc/xdg/pip/pip.conf, exists: False\n` +
      `env:\n  ${OURS}, exists: True\n`;
    expect(judge(said)).toEqual([]);
    expect(judge(said.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  test('everything that keeps pip from it, by its place', () => {
    const said =
      "env_var:\n  PIP_PYPI_URL='x'\n  PIP_INDEX_URL='x'\n  PIP_CERT='x'\nenv:\nglobal:\n  /etc/pip.conf, exists: " +
      `True\n  /gone/pip.conf, exists: True\nuser:\n  ${OURS}, exists: False\n  see  PIP_NO_INDEX=1\nnote  ` +
      '/etc/pip.conf, exists: True\n  /etc/pip.conf, exists: True or so\n';
    expect(judge(said)).toEqual([
      `pip does not read ${OURS}, which this action wrote for it; check what pip on the PATH is.`,
      expect.stringMatching(/^The variable PIP_PYPI_URL overrides/),
      expect.stringMatching(/^pip: no-index in \[install\] of \/etc\/pip\.conf \(line 4\) overrides/),
    ]);
  });

  test('a pip that fails', () => {
    expect(judge('', 2)).toEqual(['pip config debug failed (exit code 2); run it in a step to see why.']);
  });
});
