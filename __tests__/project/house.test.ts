/**
 * The house: docs/development.md lists the rooms of src/ and its edges, and the code keeps to both lists. It reads
 * files only.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { MODULES, readEdges, readRooms, roomOf, TESTED_BY, UNIT_TESTED } from '../../scripts/test/modules.ts';
import { memoize } from '../../src/access/memoize.ts';
import { reachOf } from '../support/impurities.ts';

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
  test('docs/development.md lists them all, each once', () => {
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

  test('no module has more than 200 lines', () => {
    expect(MODULES.filter((module) => textOf(module).trimEnd().split('\n').length > 200)).toEqual([]);
  });

  test('no name is exported with two meanings, but for what configures a client', () => {
    const names = MODULES.flatMap((module) => {
      const exports = codeOf(module).matchAll(
        /^export (?:async |abstract )*(?:class|const|function|interface|let|type) (?<name>\w+)/gm,
      );
      return [...exports].map(({ groups }) => groups?.['name'] ?? '').filter((name) => name !== 'configure');
    });
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(MODULES.length);
  });

  test('every module says first what it is', () => {
    expect(MODULES.filter((module) => !textOf(module).startsWith('/**'))).toEqual([]);
  });

  test('every export has a docstring', () => {
    const bare = MODULES.flatMap((module) => {
      const lines = textOf(module).split('\n');
      const isBare = (line: string, index: number) =>
        /^export (?:abstract|async|class|const|function|interface|let|type \w)/.test(line) &&
        !lines[index - 1]?.endsWith('*/');
      return lines.filter(isBare).map((line) => `${module}: ${line}`);
    });
    expect(bare).toEqual([]);
  });
});

describe('all code', () => {
  const CODE = globSync('{src,__tests__,sandbox,bench,scripts}/**/*.{ts,mjs,cjs,py}', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

  test('no line has more than 120 characters, but for a text that has no space to be cut at', () => {
    const long = CODE.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          line.length > 120 && !/^ *'[^' ]+',?;?$/.test(line) ? [`${path}:${index + 1}`] : [],
        ),
    );
    expect(long).toEqual([]);
    expect(CODE.length).toBeGreaterThan(MODULES.length * 3);
  });

  test('every file that a comment names is there', () => {
    const isThere = (name: string) => CODE.some(({ path }) => path === name || path.endsWith(`/${name}`));
    const missing = CODE.flatMap(({ path, text }) => {
      const comments = text.match(/\/\*\*[\s\S]*?\*\/|^\s*\/\/ .*$/gm)?.join('\n') ?? '';
      const names = comments.match(/(?<![\w./@-])[\w-]+(?:\/[\w-]+)*(?:\.test|\.properties\.test)?\.ts\b/g) ?? [];
      return names.filter((name) => !/\bMODULE\b/.test(name) && !isThere(name)).map((name) => `${path}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
});

describe('the edges', () => {
  const reached = new Map(MODULES.map((module) => [module, reachOf(textOf(module))]));

  /** Why a module is no pure one: what it reaches itself, and the edges that it imports code from. */
  function whyImpure(module: string, edges: ReadonlySet<string>): string[] {
    const { impurities = [], modules = [] } = reached.get(module) ?? {};
    const imported = modules.map((specifier) => posix.join(dirname(module), specifier).replace(/\.ts$/, ''));
    return [...impurities, ...imported.filter((other) => edges.has(other))];
  }

  /** What imports code from an edge is an edge as well, and so on. */
  function findEdges(): ReadonlySet<string> {
    const edges = new Set<string>();
    for (let before = -1; before < edges.size; ) {
      before = edges.size;
      for (const module of MODULES) if (whyImpure(module, edges).length > 0) edges.add(module);
    }
    return edges;
  }

  test('docs/development.md lists them all, and no others', () => {
    const edges = findEdges();
    const unlisted = [...edges].filter((module) => !readEdges().includes(module));
    expect(unlisted.map((module) => [module, whyImpure(module, edges)])).toEqual([]);
    expect(readEdges().filter((module) => !edges.has(module))).toEqual([]);
    expect(readEdges().filter((module, index, all) => all.indexOf(module) !== index)).toEqual([]);
  });

  test('one file reads the process, one its age, one ends it, and one keeps it silent', () => {
    const users = MODULES.filter((module) => reached.get(module)?.impurities.includes('process'));
    expect(users).toEqual(['github/process-end', 'github/standard-error', 'machine/clock', 'machine/machine']);
    const readers = MODULES.filter((module) => /\bhomedir\b|\bGITHUB_WORKSPACE\b/.test(codeOf(module)));
    expect(readers).toEqual(['machine/machine']);
  });

  test.each([
    ["import { env } from 'node:process';", 'env of node:process'],
    ["import * as fs from 'node:fs';", 'fs of node:fs'],
    ["import 'node:fs';", 'node:fs'],
    ["export * from 'node:fs';", 'node:fs'],
    ["const { readFileSync } = await import('node:fs');", 'node:fs'],
    ['const it = await import(name);', 'a computed module'],
    ["import { createHash, randomInt } from 'node:crypto';", 'randomInt of node:crypto'],
    ["import { resolve } from 'node:path';", 'resolve of node:path'],
    ["import { getInput } from '@actions/core';", 'getInput of @actions/core'],
    ['const { env } = process;', 'process'],
    ["const home = process['env'].HOME;", 'process'],
    ['const tell = () => ({ process });', 'process'],
    ['globalThis.process.exit();', 'globalThis'],
    ['global.process.exit();', 'global'],
    ['const id = crypto.randomUUID();', 'crypto'],
    ['const now = new Date();', 'Date'],
    ['const now = new Date;', 'Date'],
    ['const now = Date();', 'Date'],
    ['const now = Date.now();', 'Date'],
    ["const now = Date['now']();", 'Date'],
    ['const { now } = Date;', 'Date'],
    ['const later = new Date(Date.now() + 1);', 'Date'],
    ['const chance = Math.random();', 'Math.random'],
    ['const { random } = Math;', 'Math.random'],
    ["const chance = Math['random']();", 'Math.random'],
    ['setTimeout(work, 1);', 'setTimeout'],
    ['const started = performance.now();', 'performance'],
    ['console.log(text);', 'console'],
  ])('%s is found', (code, impurity) => {
    expect(reachOf(code).impurities).toEqual([impurity]);
  });

  test.each([
    "import { createHash } from 'node:crypto';",
    "import { join, posix } from 'node:path';",
    "import { parse } from 'ini';",
    "import type { Stats } from 'node:fs';",
    "import { join, type ParsedPath } from 'node:path';",
    "const text = 'process.env'; // Date.now()",
    'const text = `of a process` + it.process + it.global;',
    'const signs = /process|["\'`]/.test(text);',
    'const { process: job } = it;',
    'const global = { "index-url": url };',
    'const time = new Date(0).getTime() + Date.parse(text) + Date.UTC(2026);',
    'const is = (it: unknown): it is Date => it instanceof Date;',
    'const most = Math.max(1, 2);',
  ])('%s is pure', (code) => {
    expect(reachOf(code).impurities).toEqual([]);
  });

  test('types of a module are no code of it', () => {
    const code = "import type { Disk } from './a.ts';\nimport { DISK, type UserFile } from './b.ts';\n";
    expect(reachOf(`${code}const it: Disk = DISK;\n`).modules).toEqual(['./b.ts']);
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

test('each suite that jest begins first is there', () => {
  const list = readFileSync(join(ROOT, 'scripts/test/longest-first.js'), 'utf8');
  const names = [...list.matchAll(/^ {2}'(.+)',$/gm)].map(([, name = '']) => name);
  expect(names).toContain('real-clients/docker-engine');
  expect(names.filter((name) => !existsSync(join(ROOT, '__tests__', `${name}.test.ts`)))).toEqual([]);
});

describe('the fast loop', () => {
  /** What starts a whole job or a stand-in for AWS. */
  const STARTERS = ['sandbox/aws/stand-in.ts', 'sandbox/runner/runner.ts', 'sandbox/act/act.ts'];
  const texts = globSync('{__tests__,sandbox,scripts,bench,src}/**/*.ts', { cwd: ROOT }).map((path) => ({
    path: path.replaceAll('\\', '/'),
    text: readFileSync(join(ROOT, path), 'utf8'),
  }));
  const imports = memoize(
    ({ path }) => path,
    ({ path, text }: (typeof texts)[number]) => reachOf(text).modules.map((name) => posix.join(dirname(path), name)),
  );

  /** Files that import code of one, or of others that do. Only those that name it are parsed. */
  function importersOf(path: string, found = new Set<string>()): Set<string> {
    const importers = texts.filter((file) => file.text.includes(`/${basename(path)}'`) && imports(file).includes(path));
    for (const importer of importers) {
      if (found.has(importer.path)) continue;
      found.add(importer.path);
      importersOf(importer.path, found);
    }
    return found;
  }

  test('has tests that start none of them', () => {
    const tests = texts.filter(({ path }) => /^__tests__\/(?:unit|project)\/.*\.test\.ts$/.test(path));
    expect(tests.length).toBeGreaterThan(UNIT_TESTED.length);
    for (const importers of STARTERS.map((starter) => importersOf(starter))) {
      expect(tests.filter(({ path }) => importers.has(path)).map(({ path }) => path)).toEqual([]);
    }
  });

  test('but a whole job does', () => {
    const job = '__tests__/jobs/bundles.test.ts';
    expect(STARTERS.filter((one) => importersOf(one).has(job))).toEqual(STARTERS.slice(0, 2));
  });
});
