import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { INDEX_OPTIONS, type PipIndexes, sharedIndexOptions, writePipConf } from '../../../src/formats/pip-conf.ts';
import type { UserFile } from '../../../src/machine/disk.ts';
import { userFile } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { describeWithPython } from '../../support/python-clients.ts';
import { type PythonReader, startPythonReader } from '../../support/python-reader.ts';
import { randomCases } from '../../support/random-cases.ts';
import { userConfigFiles } from '../../support/user-config-files.ts';

const MAIN = 'https://acme-111111111111.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/';
const EXTRA = MAIN.replace('internal', 'staging');
const WITH_TOKEN = EXTRA.replace('https://', 'https://aws:a%2Bb%2F%3D~x@');

const indexes = (main: string | undefined, ...extra: string[]): PipIndexes => ({ main, extra });
const ONE = indexes(MAIN);
const CLIENT_DEFAULT = indexes(undefined, MAIN);

const file = (content: string | Buffer, path = '~/pip.conf') => userFile(content, path);
const write = (given: PipIndexes, ...files: UserFile[]) => writePipConf(given, files);
const textOf = (given: PipIndexes, ...files: UserFile[]) => write(given, ...files).bytes.toString();

const OWN = ['index-url', 'pypi-url', 'extra-index-url', 'no-index'];

describe('what pip.conf says', () => {
  test('our indexes, each key also where it is empty', () => {
    expect(textOf(indexes(MAIN, EXTRA, WITH_TOKEN))).toBe(
      `[global]\nindex-url=${MAIN}\npypi-url=\nextra-index-url=${EXTRA} ${WITH_TOKEN}\nno-index=false\n`,
    );
    expect(textOf(ONE)).toBe(`[global]\nindex-url=${MAIN}\npypi-url=\nextra-index-url=\nno-index=false\n`);
    expect(textOf(CLIENT_DEFAULT)).toBe(`[global]\nextra-index-url=${MAIN}\nno-index=false\n`);
  });

  test("the user's other settings, and a note for each index option that is left out", () => {
    const user = file(
      '[global]\nTimeout = 5\nindex-url = https://a.example/\n\n[install]\nextra_index_url = b\nuser: yes\n',
    );
    const { bytes, notes } = write(ONE, user);
    expect(bytes.toString()).toBe(`# In the place of "~/pip.conf"\n${textOf(ONE)}timeout = 5\n[install]\nuser = yes\n`);
    expect(notes).toEqual([
      'pip: index-url in [global] of ~/pip.conf is not used in this job.',
      'pip: extra-index-url in [install] of ~/pip.conf is not used in this job.',
    ]);
  });

  test("where pip keeps its main index, the user's own is that", () => {
    const user = file('[install]\nindex_url = https://a.example/\nextra-index-url = https://b.example/\n');
    const { bytes, notes } = write(CLIENT_DEFAULT, user);
    expect(bytes.toString()).toContain('[install]\nindex-url = https://a.example/\n');
    expect(notes).toEqual(['pip: extra-index-url in [install] of ~/pip.conf is not used in this job.']);
  });

  test('what [DEFAULT] says is said in each section', () => {
    const user = file('[install]\nuser = yes\n[DEFAULT]\ntimeout = 9\nuser = no\n');
    expect(textOf(ONE, user)).toBe(
      `# In the place of "~/pip.conf"\n${textOf(ONE)}[install]\ntimeout = 9\nuser = yes\n`,
    );
  });

  test('names that only look like ours, or like comments', () => {
    const user = file('[global]\na--b = 1\na#b = 2\n--#c = 3\n--d = 4\n');
    expect(textOf(ONE, user)).toBe(
      `# In the place of "~/pip.conf"\n${textOf(ONE)}a--b = 1\na#b = 2\n--#c = 3\nd = 4\n`,
    );
  });

  test('names that are none without their --, or begin with it once more', () => {
    const user = file('[global]\n-- = 1\n----e = 2\n---f = 3\n');
    expect(textOf(ONE, user)).toBe(`# In the place of "~/pip.conf"\n${textOf(ONE)}-- = 1\n----e = 2\n-f = 3\n`);
  });

  test('the name of a file cannot say anything', () => {
    const path = '/h/é\u0085\n[install]\nindex-url = https://evil.example/\u2028\u{1f600}';
    const text = textOf(ONE, file('[global]\ncert = \xff\n', path));
    expect(text.split('\n').slice(0, 2)).toEqual([
      '# In the place of "/h/\\u00e9\\u0085\\n[install]\\nindex-url = https://evil.example/\\u2028\\ud83d\\ude00"',
      '[global]',
    ]);
  });

  test('no note quotes a value', () => {
    const user = file('[global]\nindex-url = https://user:passw0rd@a.example/\n');
    expect(write(ONE, user).notes.join()).not.toContain('passw0rd');
  });

  test('a file that pip cannot read is told by its line, without what it says', () => {
    const broken = file('[global]\ntimeout\n', '/home/user/.config/pip/pip.conf');
    const [problem, ...more] = problemsOf(() => write(ONE, broken));
    expect(problem).toMatch(
      /^\/home\/user\/\.config\/pip\/pip\.conf line 2: .* \(pip cannot read this file either\)\.$/,
    );
    expect(problem).not.toContain('timeout');
    expect(more).toEqual([]);
  });

  test('all mistakes of a file are told at once, by their lines', () => {
    const broken = file('[global]\ntimeout\nretries = 1\n[install]\nuser = yes\nuser = hidden\n');
    const problems = problemsOf(() => write(ONE, broken));
    expect(problems).toEqual([
      expect.stringMatching(/^~\/pip\.conf line 2: this line is neither .* \(pip cannot read this file either\)\.$/),
      expect.stringMatching(/^~\/pip\.conf line 6: this option is already .* \(pip cannot read this file either\)\.$/),
    ]);
    expect(problems.join()).not.toContain('hidden');
  });

  test('the mistakes of all files are told at once', () => {
    const [one, other] = [file('[global]\ntimeout\n', '/one'), file('x = 1\n', '/other')];
    expect(problemsOf(() => write(ONE, one, file('[global]\n'), other))).toEqual([
      expect.stringMatching(/^\/one line 2: /),
      expect.stringMatching(/^\/other line 1: /),
    ]);
  });

  test('a bound that is ours alone: nobody says that pip cannot read the file', () => {
    const lines = (count: number) => file(`[global]\n${'#\n'.repeat(count - 1)}`);
    expect(textOf(ONE, lines(10_000))).toContain(MAIN);
    expect(problemsOf(() => write(ONE, lines(10_001)))).toEqual([
      '~/pip.conf line 10001: the file has more than 10,000 lines; make it shorter.',
    ]);
    const long = file(`[global]\ntimeout\na = ${'x'.repeat(64 * 1024)}\n`);
    expect(problemsOf(() => write(ONE, long))).toEqual([
      expect.stringMatching(/^~\/pip\.conf line 2: .* \(pip cannot read this file either\)\.$/),
      '~/pip.conf line 3: the line is longer than 65,536 characters; make it shorter.',
    ]);
  });
});

describe('sharedIndexOptions', () => {
  test('index options in the sections of commands, by their line; those of [global] lose against ours', () => {
    const shared = file(
      '[global]\nindex-url = a\n[install]\ntimeout = 1\n--index_url = b\n[download]\nno-index: 1\nfind-links = c\n',
      '/etc/pip.conf',
    );
    expect(sharedIndexOptions([file(''), shared], INDEX_OPTIONS)).toEqual([
      'index-url in [install] of /etc/pip.conf (line 5)',
      'no-index in [download] of /etc/pip.conf (line 7)',
    ]);
  });

  test('a shared file that nobody can read says nothing', () => {
    expect(sharedIndexOptions([file('x\n\u0000'), file(Buffer.from([0xff]))], INDEX_OPTIONS)).toEqual([]);
  });
});

await describeWithPython('read back', ({ python }) => {
  let reader: PythonReader;
  beforeAll(() => {
    reader = startPythonReader(python);
  });

  const read = async (given: PipIndexes, files: readonly UserFile[], machine = '') =>
    (
      await reader.read('pip', writePipConf(given, files).bytes, {
        machine: Buffer.from(machine).toString('base64'),
      })
    ).ok;

  test('pip uses our indexes', async () => {
    const { options } = (await read(indexes(MAIN, EXTRA, WITH_TOKEN), [])) ?? {};
    expect(options).toMatchObject({ index_url: MAIN, extra_index_urls: [EXTRA, WITH_TOKEN], no_index: false });
  });

  test("pip uses ours whatever the machine's own file says in [global]", async () => {
    const machine = [
      '[global]',
      'index-url = https://evil.example/',
      'pypi-url = https://evil.example/',
      'extra-index-url = https://evil.example/',
      'no-index = true',
    ].join('\n');
    for (const given of [ONE, indexes(MAIN, EXTRA)]) {
      const { options } = (await read(given, [], machine)) ?? {};
      expect(options).toMatchObject({ index_url: MAIN, extra_index_urls: given.extra, no_index: false });
    }
  });

  test.each([
    'index-url = https://evil.example/',
    'index_url = https://evil.example/',
    '--index-url = https://evil.example/',
    '--INDEX_URL = https://evil.example/',
    'Pypi-Url: https://evil.example/',
    'extra-index-url =\n    https://evil.example/\n    https://evil.example/2/',
    '__extra_index_url = https://evil.example/',
    'no-index = yes',
    'No_Index = 1',
  ])("pip uses ours although the user's file says %j, in whatever section", async (option) => {
    for (const section of ['global', 'install', 'DEFAULT', 'download']) {
      const user = file(
        `[${section}]\n${option}\ntimeout = 7\n${section === 'DEFAULT' ? '[install]\n[global]\n' : ''}`,
      );
      const { options } = (await read(indexes(MAIN, EXTRA), [user])) ?? {};
      expect(options).toMatchObject({
        index_url: MAIN,
        extra_index_urls: [EXTRA],
        no_index: false,
        timeout: section === 'download' ? 15 : 7,
      });
    }
  });

  test("client-default keeps the user's main index, whatever file names it, and drops the other ones", async () => {
    for (const name of ['index-url', 'pypi_url']) {
      for (const section of ['global', 'install']) {
        const user = file(`[${section}]\n${name} = https://mine.example/\nextra-index-url = https://other.example/\n`);
        const { options } = (await read(CLIENT_DEFAULT, [user])) ?? {};
        expect(options).toMatchObject({ index_url: 'https://mine.example/', extra_index_urls: [MAIN] });
        expect(write(CLIENT_DEFAULT, user).notes).toEqual([
          `pip: extra-index-url in [${section}] of ~/pip.conf is not used in this job.`,
        ]);
      }
    }
    const { options } = (await read(CLIENT_DEFAULT, [])) ?? {};
    expect(options?.extra_index_urls).toEqual([MAIN]);
    expect(new URL(options?.index_url ?? '').pathname).toBe('/simple');
  });

  test('values of several lines, and lists', async () => {
    const user = file(
      '[global]\nfind-links =\n\t./a\n  # not this\n\n        ./b\n[install]\nfind-links = ./c\n    ./d\n',
    );
    const answer = await read(ONE, [user]);
    expect(answer?.options.find_links).toEqual(['./c', './d']);
    expect(answer?.lines['global.find-links']).toBe('\n./a\n\n./b');
  });

  test('the newer of two files of the user wins, option by option', async () => {
    const legacy = file('[global]\ntimeout = 1\nfind-links = ./legacy\n', '~/.pip/pip.conf');
    const newer = file('[global]\ntimeout = 2\n[install]\n', '~/.config/pip/pip.conf');
    expect((await read(ONE, [legacy, newer]))?.options).toMatchObject({ timeout: 2, find_links: ['./legacy'] });
  });

  test('bytes that are not UTF-8 stay what they were', async () => {
    const odd = Buffer.from('[global]\nfind-links = ./caf\u00e9\u00ff\n', 'latin1');
    const { bytes } = write(ONE, file(odd), file('[global]\ncert = ./\u00e9\n'));
    expect(bytes.includes(Buffer.from('find-links = ./caf\u00e9\u00ff\n', 'latin1'))).toBe(true);
    expect(bytes.includes(Buffer.from('cert = ./\u00e9\n', 'utf8'))).toBe(true);
    const { ok } = await reader.read('config', bytes, { encoding: 'latin-1' });
    expect(ok?.['global']?.['find-links']).toBe('./caf\u00e9\u00ff');
  });

  test("whatever the user's files say, all of it stays but the indexes", async () => {
    const names = fc.constantFrom(
      ...[
        'timeout',
        'Time_Out',
        '--retries',
        'find-links',
        'trusted_host',
        'cert',
        'a b',
        'é',
        '--x',
        '__y',
        '--#z',
        '--;z',
        '--',
        '__',
        '----x',
      ],
      ...[
        '--[z',
        '[z',
        'index-url',
        'INDEX_URL',
        '--index-url',
        'pypi-url',
        'extra-index-url',
        'extra_index_url',
        'no_index',
      ],
    );
    const sections = fc.constantFrom(
      'global',
      'global',
      'install',
      'download',
      'DEFAULT',
      'a.b',
      ' x ',
      'a]b',
      'Global',
    );
    const special = fc.constantFrom<string[][]>(
      ['[global]', 'index-url =', '    https://a.example/', 'timeout = 4'],
      ['[DEFAULT]', 'timeout = 9', 'index-url = https://d.example/'],
      ['[freeze]', 'timeout = 10'],
    );
    const user = userConfigFiles(sections, names, special);
    const cases = fc.sample(fc.tuple(user, fc.option(user), fc.boolean(), fc.boolean()), randomCases(400));
    let accepted = 0;
    await Promise.all(
      cases.map(async ([first, second, latin, keepsDefault]) => {
        // Characters above U+00FF have no place in Latin-1; without é the bytes would be UTF-8.
        const encode = (text: string) =>
          latin ? Buffer.from(`${text.replace(/[^\0-\xff]/g, '?')}\n# \xe9\n`, 'latin1') : Buffer.from(text);
        const encoding = latin ? 'latin-1' : 'utf-8';
        const files = [first, ...(second === null ? [] : [second])].map((text) => file(encode(text)));
        const before = await Promise.all(files.map(({ bytes }) => reader.read('config', bytes, { encoding })));
        if (before.some(({ ok }) => ok === undefined)) return;
        accepted += 1;
        const given = keepsDefault ? CLIENT_DEFAULT : indexes(MAIN, EXTRA);
        const { bytes } = writePipConf(given, files);
        const after = await reader.read('config', bytes, { encoding });
        const kept = keepsDefault ? OWN.slice(2) : OWN;
        const expected = merge(before.map(({ ok }) => normalize(ok ?? {}, (name) => !kept.includes(name))));
        const own = { 'extra-index-url': given.extra.join(' '), 'no-index': 'false' };
        const ours = keepsDefault ? own : { 'index-url': MAIN, 'pypi-url': '', ...own };
        const shown = JSON.stringify([first, second]);
        expect({ shown, read: normalize(after.ok ?? {}) }).toEqual({
          shown,
          read: { ...expected, global: { ...expected['global'], ...ours } },
        });
      }),
    );
    expect(accepted).toBeGreaterThan(cases.length / 3);
  });
});

type Settings = Record<string, Record<string, string>>;

/** The sections that hold something, with pip's names for the options. */
function normalize(table: Readonly<Settings>, keep = (_name: string) => true): Settings {
  return Object.fromEntries(
    Object.entries(table).flatMap(([section, options]) => {
      if (section === 'DEFAULT') return [];
      const kept = Object.entries(options)
        .map(([name, value]) => [name.replaceAll('_', '-').replace(/^--/, ''), value] as const)
        .filter(([name]) => keep(name));
      return kept.length === 0 ? [] : [[section, Object.fromEntries(kept)]];
    }),
  );
}

function merge(tables: readonly Settings[]): Settings {
  const merged: Settings = {};
  for (const table of tables) {
    for (const [section, options] of Object.entries(table)) merged[section] = { ...merged[section], ...options };
  }
  return merged;
}
