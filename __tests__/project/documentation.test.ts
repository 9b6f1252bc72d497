/**
 * What the documents say of themselves and of the checkout: generated pages, links, names of tests, bounds. Reads files
 * only.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { documentInputs } from '../../scripts/docs/document-inputs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pagesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .toSorted();

const PAGES = [
  ...readdirSync(ROOT)
    .filter((name) => name.endsWith('.md'))
    .toSorted(),
  ...pagesIn('docs'),
];
const DECISIONS = pagesIn('docs/decisions').filter((page) => !page.endsWith('/README.md'));

/** The lines of a page; those of code blocks are empty. */
function prose(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split(/\r?\n/).map((line) => {
    const mark = /^ *(`{3,})/.exec(line)?.[1];
    const inside = fence !== undefined;
    if (mark !== undefined && (fence === undefined || line.trim() === fence)) fence = inside ? undefined : mark;
    return inside || mark !== undefined ? '' : line;
  });
}

/** The anchors that GitHub gives the headings of a page. */
function anchors(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const slugs = prose(markdown).flatMap((line) => {
    const heading = /^#{1,6} +(.*?) *$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return [times === 0 ? slug : `${slug}-${times}`];
  });
  return new Set(slugs);
}

/** The targets of the links and pictures of a page, but for those to other sites. */
function links(markdown: string): string[] {
  const text = prose(markdown)
    .join('\n')
    .replace(/`[^`]*`/g, 'code');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path)).replaceAll('\\', '/');
  if (target.startsWith('..') || !existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchors(read(target)).has(anchor);
}

/** A test that a page names: `` `jobs/masking.test.ts`: *name of the test* ``. */
function citedTests(markdown: string): { readonly file: string; readonly name: string }[] {
  return [...markdown.matchAll(/`([\w./-]+\.test\.ts)`: ((?:\*[^*]+\*(?:, )?)+)/g)].flatMap(
    ([, file = '', names = '']) =>
      [...names.matchAll(/\*([^*]+)\*/g)].map(([, name = '']) => ({ file, name: name.replace(/\s+/g, ' ') })),
  );
}

test('docs/inputs-and-outputs.md is what action.yml says: else npm run document', () => {
  expect(read('docs/inputs-and-outputs.md')).toBe(documentInputs(read('action.yml')));
});

describe.each(PAGES)('%s', (page) => {
  test('every link within the checkout leads somewhere', () => {
    expect(links(read(page)).filter((link) => isBroken(page, link))).toEqual([]);
  });

  test('every test that it names is there', () => {
    const missing = citedTests(read(page)).filter(({ file, name }) => {
      const path = join('__tests__', file);
      const quoted = ["'", '"', '`'].map((quote) => quote + name + quote);
      return !existsSync(join(ROOT, path)) || !quoted.some((one) => read(path).includes(one));
    });
    expect(missing).toEqual([]);
  });
});

/** The pages of the clients, and the list of messages as they are, have wider lines. */
const NARROW = PAGES.filter((page) => !page.startsWith('docs/clients/') && page !== 'docs/messages.md');

test.each(NARROW)('%s has no line of more than 120 characters, outside tables, badges and code', (page) => {
  const lines = prose(read(page)).map((line, index) => ({ line, place: `${page}:${index + 1}` }));
  const long = lines.filter(({ line }) => line.length > 120 && !/^(?:\||\[!\[)/.test(line));
  expect(long.map(({ place }) => place)).toEqual([]);
});

test('the threat model names tests', () => {
  expect(citedTests(read('docs/security.md')).length).toBeGreaterThan(20);
});

describe('decisions', () => {
  test('the index lists them all, once each and in order', () => {
    const listed = links(read('docs/decisions/README.md')).map((link) => `docs/decisions/${link}`);
    expect(listed).toEqual(DECISIONS);
  });

  test.each(DECISIONS)('%s has the four parts, in at most 40 lines', (page) => {
    const lines = read(page).split('\n');
    expect(lines.filter((line) => line.startsWith('## '))).toEqual([
      '## Context',
      '## Decision',
      '## Consequences',
      '## What would change our mind',
    ]);
    expect(lines.length - 1).toBeLessThanOrEqual(40);
  });
});

test('no picture is larger than 150 kB', () => {
  const pictures = readdirSync(join(ROOT, 'docs', 'images')).map((name) => join(ROOT, 'docs', 'images', name));
  expect(pictures.filter((path) => statSync(path).size > 150_000)).toEqual([]);
  expect(pictures.length).toBeGreaterThan(0);
});
