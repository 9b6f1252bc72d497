/** The house: CONTRIBUTING.md lists the rooms of src/ and its edges, and the code keeps to both lists. Reads files only. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { MODULES, readEdges, readRooms, roomOf, TESTED_BY, UNIT_TESTED } from '../../scripts/test/modules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROOMS = readRooms();

const textOf = (module: string) => readFileSync(join(ROOT, 'src', `${module}.ts`), 'utf8');
/** A module without its comments. */
const codeOf = (module: string) => textOf(module).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

/** What a module imports: modules and packages; types included. */
function importsOf(module: string): { readonly modules: string[]; readonly packages: string[] } {
  const named = [...codeOf(module).matchAll(/(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm)];
  const specifiers = named.map(([, specifier = '']) => specifier);
  const isModule = (specifier: string) => specifier.startsWith('.');
  return {
    modules: specifiers
      .filter(isModule)
      .map((specifier) => posix.join(dirname(module), specifier).replace(/\.ts$/, '')),
    packages: specifiers.filter((specifier) => !isModule(specifier)),
  };
}

describe('the rooms', () => {
  test('CONTRIBUTING.md lists them all, each once', () => {
    expect(ROOMS.toSorted()).toEqual([...new Set(MODULES.map(roomOf))].toSorted());
    expect(ROOMS.at(-1)).toBe('');
  });

  test('imports go up the list, types included', () => {
    const all = MODULES.flatMap((module) => importsOf(module).modules.map((other) => [module, other] as const));
    const down = all.filter(([module, other]) => ROOMS.indexOf(roomOf(other)) > ROOMS.indexOf(roomOf(module)));
    expect(down).toEqual([]);
    expect(all.length).toBeGreaterThan(MODULES.length);
    expect(all.filter(([, other]) => !MODULES.includes(other))).toEqual([]);
  });

  test('Biome refuses circles of files, types included', () => {
    const { rules } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')).linter;
    expect(rules.suspicious.noImportCycles).toEqual({ level: 'error', options: { ignoreTypes: false } });
  });

  test('at most ten modules lie in none', () => {
    expect(MODULES.filter((module) => roomOf(module) === '').length).toBeLessThanOrEqual(10);
  });

  test('no module has more than 200 lines, or a line of more than 120 characters', () => {
    const modules = MODULES.map((module) => ({ module, lines: textOf(module).trimEnd().split('\n') }));
    expect(modules.filter(({ lines }) => lines.length > 200).map(({ module }) => module)).toEqual([]);
    const long = modules.flatMap(({ module, lines }) =>
      lines.flatMap((line, index) => (line.length > 120 ? [`${module}.ts:${index + 1}`] : [])),
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
  const touches = (module: string) =>
    GLOBALS.test(codeOf(module)) || importsOf(module).packages.some((name) => PACKAGES.test(name));

  test('CONTRIBUTING.md lists them all, and no others', () => {
    expect(MODULES.filter(touches)).toEqual(readEdges());
  });

  test('one file reads the process', () => {
    const readers = MODULES.filter((module) =>
      /\bprocess\.(?:env|platform|cwd|argv|arch|getuid)\b|\bhomedir\b|\bGITHUB_WORKSPACE\b/.test(codeOf(module)),
    );
    expect(readers).toEqual(['machine/machine']);
  });
});

describe('the tests mirror src/', () => {
  test('each unit test is that of a module, in the same place', () => {
    expect(UNIT_TESTED.filter((module) => !MODULES.includes(module))).toEqual([]);
  });

  test('each module has its unit test, or is listed with what tests it', () => {
    expect(MODULES.filter((module) => !UNIT_TESTED.includes(module))).toEqual(Object.keys(TESTED_BY).toSorted());
    const tests = Object.values(TESTED_BY).flat();
    expect(tests.filter((name) => !existsSync(join(ROOT, '__tests__', `${name}.test.ts`)))).toEqual([]);
  });
});
