/** Whatever knows the clients agrees with their table: action.yml, the documents, the tests. Reads files only. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configureAll, loadClients } from '../../src/clients/clients.ts';
import { rowsOf } from '../../src/clients/declared.ts';
import { rowOf, TOOLS, type Tool } from '../../src/clients/table.ts';
import { joinWords } from '../../src/messages/wording.ts';
import { THREE } from '../support/sample-indexes.ts';
import { sampleSetup } from '../support/sample-setup.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The rows of the table under a heading, by their cells. */
function table(page: string, heading: string): string[][] {
  const chapter = read(page)
    .split(/^#+ /m)
    .find((text) => text.startsWith(heading));
  const lines = (chapter ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
const variablesOf = (tool: Tool) => rowsOf(tool).flatMap(({ variables }) => variables);
const filesOf = (tool: Tool) => rowsOf(tool).flatMap(({ files }) => files);

/** All clients that are programs: `env` is for scripts. */
const PROGRAMS = TOOLS.filter((tool) => tool !== 'env');

/** The names that a page does not have as words of their own. For `*` in a name, any word that fits is one. */
function missingIn(page: string, names: readonly string[]): string[] {
  const words = read(page).match(/[A-Za-z_*][\w*]*(?:\.\w+)*/g) ?? [];
  return names.filter((name) => {
    const form = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[A-Z0-9_*]+')}$`);
    return !words.some((word) => form.test(word));
  });
}

/** What a table says of clients that install nothing, or from the indexes of the project alone. */
const OF_PROJECT = /^$|pyproject\.toml|the project names/;

/** The versions that the page of a client says it was tried with. */
function triedVersions(tool: Tool): string[] {
  const [tried = ''] = /Tried with\s[^:]+? on Linux/.exec(read(`docs/clients/${tool}.md`)) ?? [];
  return tried.match(/\d+(?:\.\d+)+/g) ?? [];
}

/** The version of a client that the tests install; undefined for one that they take where it is. */
function pinnedVersion(tool: Tool): string | undefined {
  const pins = ['', '-managers'].map((set) => read(`sandbox/python/requirements${set}.txt`)).join('\n');
  return new RegExp(`^${tool}==(\\S+)$`, 'm').exec(pins)?.[1];
}

test('action.yml names them in the description of tools, in the order of the table', () => {
  const { description } = parse(read('action.yml')).inputs.tools;
  const words: string[] = description.match(/[a-z]+/g) ?? [];
  expect(TOOLS.filter((tool) => !words.includes(tool))).toEqual([]);
  expect(TOOLS.toSorted((a, b) => words.lastIndexOf(a) - words.lastIndexOf(b))).toEqual(TOOLS);
});

describe('README.md', () => {
  const rows = new Map(table('README.md', 'Which clients').map(([tool, ...cells]) => [quoted(tool)[0], cells]));

  test('names all programs in its first paragraph, in the order of the table', () => {
    const paragraph = read('README.md')
      .split('\n\n')
      .find((text) => !/^[#[]/.test(text));
    expect(paragraph?.replace(/\s+/g, ' ').toLowerCase()).toContain(`for ${joinWords(PROGRAMS)}. `);
  });

  test('has a row for each', () => {
    expect([...rows.keys()]).toEqual(TOOLS);
  });

  test('says which of them install from the indexes of the action, and not from those of the project alone', () => {
    const said = PROGRAMS.filter((tool) => !OF_PROJECT.test(rows.get(tool)?.[0] ?? ''));
    expect(said).toEqual(PROGRAMS.filter((tool) => rowOf(tool).installs));
  });

  test('says which of them upload without naming a repository', () => {
    const said = PROGRAMS.filter((tool) => quoted(rows.get(tool)?.[1]).some((command) => !command.includes('NAME')));
    expect(said).toEqual(PROGRAMS.filter((tool) => rowOf(tool).uploads));
  });

  test('says with which versions they were tried, the one that the tests install as the last', () => {
    const sentence = /^- Tried with ([\s\S]+?)\.$/m.exec(read('README.md'))?.[1]?.replace(/\s+/g, ' ') ?? '';
    const tried = sentence.split(', ').map((one) => [one.split(' ')[0]?.toLowerCase(), one.split(' ').at(-1)]);
    expect(tried).toEqual(PROGRAMS.map((tool) => [tool, pinnedVersion(tool) ?? triedVersions(tool).at(-1)]));
  });
});

test('the picture of docs/how-it-works.md names all programs', () => {
  const [, named] = /later\["later steps<br>([^"]*)"\]/.exec(read('docs/how-it-works.md')) ?? [];
  expect(named?.toLowerCase().split(', ')).toEqual(PROGRAMS);
});

describe('docs/clients.md', () => {
  const rows = table('docs/clients.md', 'Clients').filter(([tool]) => tool !== '');
  const sources = new Map(rows.map(([tool, , source = '']) => [quoted(tool)[0], source]));

  /** What others run is said as `as pip`, `as pip and uv`. */
  function mixes(tool: string): boolean {
    const source = sources.get(tool) ?? '';
    const [, others] = /^as ([a-z]+(?: and [a-z]+)*)/.exec(source) ?? [];
    return others ? others.split(' and ').some(mixes) : source.includes('the highest version');
  }

  test('has a row for each, with its page', () => {
    expect(rows.map(([tool]) => quoted(tool)[0])).toEqual(TOOLS);
    const pages = rows.map(([, page = '']) => /\(([^)]+)\)/.exec(page)?.[1]);
    expect(pages).toEqual(TOOLS.map((tool) => `clients/${tool}.md`));
    expect(pages.filter((page) => !existsSync(join(ROOT, 'docs', page ?? '')))).toEqual([]);
  });

  test('says which of them install from the indexes of the action, and not from those of the project alone', () => {
    const said = TOOLS.filter((tool) => !OF_PROJECT.test(sources.get(tool) ?? ''));
    expect(said).toEqual(TOOLS.filter((tool) => rowOf(tool).installs));
  });

  test('says which of them take the highest version of all indexes', () => {
    expect(TOOLS.filter(mixes)).toEqual(TOOLS.filter((tool) => rowOf(tool).merges));
  });

  test('says which of them upload to publish-to', () => {
    const said = rows.filter(([, , , uploads = '']) => uploads.includes('`publish-to`'));
    expect(said.map(([tool]) => quoted(tool)[0])).toEqual(TOOLS.filter((tool) => rowOf(tool).uploads));
  });

  test('says for each variable which of them set it', () => {
    const listed = table('docs/clients.md', 'What later steps see').flatMap(([names, tools = '']) => {
      const named = quoted(tools.split(';')[0]);
      const set = tools.startsWith('all but') ? TOOLS.filter((tool) => !named.includes(tool)) : named;
      return quoted(names).map((name) => [name, set]);
    });
    // Those with a name of a repository in them, and those for a second identity, are on the pages of the clients.
    const usual = TOOLS.flatMap(variablesOf).filter((name) => !/\*|^UV_PUBLISH_(?:USERNAME|PASSWORD)$/.test(name));
    const expected = [...new Set(usual)].map((name) => [
      name,
      TOOLS.filter((tool) => variablesOf(tool).includes(name)),
    ]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(expected));
  });
});

test('docs/clients.md says which variables hold tokens, but for two identities on one host', async () => {
  const said = table('docs/clients.md', 'What later steps see').flatMap(([names, tools = '']) =>
    tools.includes('**holds') ? quoted(names).slice(tools.includes('the last') ? -1 : 0) : [],
  );
  const setup = sampleSetup({ authorized: THREE, publishTo: 'team' });
  const { variables } = configureAll(await loadClients(TOOLS, 'netrc'), setup);
  expect(said).toEqual(variables.filter(({ secret }) => secret).map(({ name }) => name));
});

describe.each(TOOLS)('%s', (tool) => {
  test('has a page, a unit test, and a test with the real client', () => {
    const paths = [
      `docs/clients/${tool}.md`,
      `src/clients/${tool}.ts`,
      `__tests__/unit/clients/${tool}.test.ts`,
      `__tests__/real-clients/${tool}.test.ts`,
    ];
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('its page names all variables and private files, those of its parts too', () => {
    expect(missingIn(`docs/clients/${tool}.md`, [...variablesOf(tool), ...filesOf(tool)])).toEqual([]);
  });

  test('docs/security.md names the private files in which its tokens lie', () => {
    expect(missingIn('docs/security.md', filesOf(tool))).toEqual([]);
  });
});

test.each(PROGRAMS)(
  'docs/clients/%s.md says that it was tried, and with the version that the tests install',
  (tool) => {
    expect(triedVersions(tool)).toEqual(expect.arrayContaining([pinnedVersion(tool) ?? expect.any(String)]));
  },
);
