/** The house: CONTRIBUTING.md lists the rooms of src/ and its edges, and the code keeps to both lists. Reads files only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const filesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .toSorted();

const CONTRIBUTING = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const chapter = (heading: string) => CONTRIBUTING.split(/^##+ /m).find((text) => text.startsWith(heading)) ?? '';

/** The rooms, in their order; '' for the files that lie in none. */
const ROOMS = [...chapter('The rooms of src/').matchAll(/^\d+\. `(?:src)?([a-z]*)\/`/gm)].map(([, room = '']) => room);
const EDGES = [...chapter('The edges').matchAll(/^\| (`[^|]+) \|/gm)]
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file))
  .toSorted();

const SOURCES = filesIn('src');
/** A file without its comments. */
const codeOf = (file: string) =>
  readFileSync(join(ROOT, 'src', file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const roomOf = (file: string) => dirname(file).replace(/^\.$/, '');

/** What a file imports: files of src/, and packages; types included. */
function importsOf(file: string): { readonly files: string[]; readonly packages: string[] } {
  const named = [...codeOf(file).matchAll(/(?:\bfrom|\bimport\(|^import)\s*(?:\/\*.*?\*\/)?\s*'([^']+)'/gm)];
  const specifiers = named.map(([, specifier = '']) => specifier);
  return {
    files: specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(dirname(file), specifier)),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
}

describe('the rooms', () => {
  test('CONTRIBUTING.md lists them all, each once', () => {
    expect(ROOMS.toSorted()).toEqual([...new Set(SOURCES.map(roomOf))].toSorted());
    expect(ROOMS.at(-1)).toBe('');
  });

  test('imports go up the list, types included', () => {
    const down = SOURCES.flatMap((file) =>
      importsOf(file)
        .files.filter((other) => ROOMS.indexOf(roomOf(other)) > ROOMS.indexOf(roomOf(file)))
        .map((other) => `${file} imports ${other}`),
    );
    expect(down).toEqual([]);
    expect(SOURCES.flatMap((file) => importsOf(file).files).length).toBeGreaterThan(SOURCES.length);
  });

  test('Biome refuses circles of files, types included', () => {
    const { rules } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')).linter;
    expect(rules.suspicious.noImportCycles).toEqual({ level: 'error', options: { ignoreTypes: false } });
  });

  test('at most ten files lie in none, and no file has more than 200 lines or a line of more than 120 characters', () => {
    expect(SOURCES.filter((file) => roomOf(file) === '').length).toBeLessThanOrEqual(10);
    const lines = SOURCES.map((file) => ({ file, lines: readFileSync(join(ROOT, 'src', file), 'utf8').split('\n') }));
    expect(lines.filter((one) => one.lines.length > 201).map(({ file }) => file)).toEqual([]);
    const long = lines.flatMap((one) =>
      one.lines.flatMap((line, index) => (line.length > 120 ? [`${one.file}:${index + 1}`] : [])),
    );
    expect(long).toEqual([]);
  });
});

describe('the edges', () => {
  /** What reads or changes something outside the program, as a package or in the code. */
  const PACKAGES =
    /^(?:node:(?:fs|os|net|http|https|tls|dns|child_process|timers|worker_threads|readline)\b|@actions\/|@aws-sdk\/|@smithy\/)/;
  const GLOBALS =
    /\bprocess\.\w|\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bMath\.random\(|\bset(?:Timeout|Interval|Immediate)\(|\bAbortSignal\.timeout|\bglobalThis\b|\bfetch\(|\bconsole\.|\brandom(?:Bytes|UUID)\(/;
  const touches = (file: string) =>
    GLOBALS.test(codeOf(file)) || importsOf(file).packages.some((name) => PACKAGES.test(name));

  test('CONTRIBUTING.md lists them all, and no others', () => {
    expect(SOURCES.filter(touches)).toEqual(EDGES);
  });

  test('one file reads the process', () => {
    const readers = SOURCES.filter((file) =>
      /\bprocess\.(?:env|platform|cwd|argv|arch|getuid)\b|\bhomedir\b|\bGITHUB_WORKSPACE\b/.test(codeOf(file)),
    );
    expect(readers).toEqual(['machine/machine.ts']);
  });
});

test('the unit tests mirror src/: each tests the file of its name, in the same place', () => {
  const tested = filesIn('__tests__/unit').map((name) => name.replace(/(?:\.properties)?\.test\.ts$/, '.ts'));
  expect(tested.filter((file) => !existsSync(join(ROOT, 'src', file)))).toEqual([]);
  // What whole jobs test, and what the file that uses it tests with it.
  const untested = SOURCES.filter((file) => !tested.includes(file));
  expect(untested).toEqual(UNTESTED);
});

const UNTESTED: readonly string[] = [];
