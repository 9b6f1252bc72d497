/** Whatever knows the clients agrees with their table: action.yml, the documents, the tests. Reads files only. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { partOf, rowOf, TOOLS, type Tool } from '../../src/clients/table.ts';

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
const variablesOf = (tool: Tool) => [
  ...rowOf(tool).variables,
  ...rowOf(tool).parts.flatMap((part) => partOf(part).variables),
];
const filesOf = (tool: Tool) => [...rowOf(tool).files, ...rowOf(tool).parts.flatMap((part) => partOf(part).files)];

test('action.yml names them in the description of tools, in the order of the table', () => {
  const { description } = parse(read('action.yml')).inputs.tools;
  const words: string[] = description.match(/[a-z]+/g) ?? [];
  expect(TOOLS.map((tool) => words.indexOf(tool)).every((at) => at >= 0)).toBe(true);
  expect(TOOLS.toSorted((a, b) => words.lastIndexOf(a) - words.lastIndexOf(b))).toEqual(TOOLS);
});

test('README.md has a row for each', () => {
  expect(table('README.md', 'Which clients').map(([tool]) => quoted(tool)[0])).toEqual(TOOLS);
});

describe('docs/clients.md', () => {
  const rows = table('docs/clients.md', 'Clients').filter(([tool]) => tool !== '');

  test('has a row for each, with its page', () => {
    expect(rows.map(([tool]) => quoted(tool)[0])).toEqual(TOOLS);
    const pages = rows.map(([, page = '']) => /\(([^)]+)\)/.exec(page)?.[1]);
    expect(pages).toEqual(TOOLS.map((tool) => `clients/${tool}.md`));
    expect(pages.filter((page) => !existsSync(join(ROOT, 'docs', page ?? '')))).toEqual([]);
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

  test('its page names all of its variables and private files', () => {
    const page = read(`docs/clients/${tool}.md`);
    const names = [...rowOf(tool).variables, ...rowOf(tool).files];
    expect(names.filter((name) => !page.includes(name.replace(/^.*\*/, '')))).toEqual([]);
  });

  test('docs/security.md names the private files in which its tokens lie', () => {
    const page = read('docs/security.md');
    expect(filesOf(tool).filter((name) => !page.includes(name))).toEqual([]);
  });
});
