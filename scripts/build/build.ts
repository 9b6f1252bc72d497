/**
 * Builds dist/ from src/: `build.ts`. With `--check`, fails where the committed dist/ is not what src/ builds.
 *
 * 1. tsc turns the TypeScript of src/ into the JavaScript of lib/.
 * 2. ncc bundles each entry with its dependencies, as CommonJS. A stub replaces what the action never reaches. Of the
 *    AWS SDK it takes the ES modules, since it can leave out the parts of those that nobody uses.
 * 3. terser makes the files small.
 * 4. Functions that usual steps call are marked, so that V8 compiles them at once.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { markEagerFunctions } from './eager-functions.ts';
import { esModulePaths } from './es-module-paths.ts';
import { licencesOf } from './licences.ts';
import { runUsualSteps } from './usual-steps.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRIES = ['main', 'post'] as const;

/** Replacements of modules, seen from lib/. Each stub says why. */
const STUBS = {
  '@actions/http-client': '../stubs/http-client.js',
  '@actions/http-client/lib/auth': '../stubs/http-client.js',
  '@actions/exec': '../stubs/exec.js',
};

/** Those of post alone. */
const POST_STUBS = { '@actions/core': '../stubs/core.js' };

/** ES modules are strict without saying so. */
const STRICT = '"use strict";';

function node(cwd: string, script: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function build(folder: string): Promise<void> {
  const lib = join(ROOT, 'lib');
  rmSync(lib, { recursive: true, force: true });
  node(ROOT, 'typescript/bin/tsc', '-p', 'tsconfig.build.json');
  // ncc makes CommonJS, with which Node.js starts faster, where the package of the entry says nothing of ES modules.
  writeFileSync(join(lib, 'package.json'), '{}');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  const paths = { ...esModulePaths(join(ROOT, 'node_modules'), '../node_modules'), ...STUBS };
  keepExec(join(lib, 'apply', 'preflight.js'));
  for (const entry of ENTRIES) {
    if (entry === 'post') leaveOutClients(join(lib, 'clients', 'table.js'));
    writePaths(lib, entry === 'post' ? { ...paths, ...POST_STUBS } : paths);
    // Its cache does not know whether the package of the entry says ES modules.
    node(lib, '@vercel/ncc/dist/ncc/cli.js', 'build', `${entry}.js`, '--no-cache', '-o', join(folder, entry));
    writeFileSync(join(folder, entry, 'licenses.txt'), licencesOf(ROOT));
    await minifyFiles(join(folder, entry));
    if (entry === 'main') loadPromisesLate(join(folder, entry));
    await markEagerFunctions(join(folder, entry), (variables) => runUsualSteps(folder, entry, variables));
  }
}

/** The one file that starts programs, and is loaded where that is asked for, gets the real `@actions/exec`. */
function keepExec(file: string): void {
  replaceIn(file, /'@actions\/exec'/g, "'../../node_modules/@actions/exec/lib/exec.js'");
}

/** ncc follows the paths of this file where it resolves imports. */
function writePaths(lib: string, paths: Readonly<Record<string, string>>): void {
  const list = Object.entries(paths).map(([name, path]) => [name, [path]]);
  const options = { baseUrl: '.', paths: Object.fromEntries(list) };
  writeFileSync(join(lib, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
}

/** Post reads what the table says of the clients, and configures none: it needs no way to load them. */
function leaveOutClients(table: string): void {
  replaceIn(table, /load: \(\) => import\([^)]+\),/g, '');
  if (/\bimport\(/.test(readFileSync(table, 'utf8'))) {
    throw new Error(`${table} loads clients in a way that is unknown here.`);
  }
}

/**
 * The promises of `node:fs` load the terminal and more, 3 % of a run. The AWS SDK reads files by them that few runs
 * have, and the writer of @actions/core's summary, which has them at its start, is never called (src/summary.ts).
 */
function loadPromisesLate(folder: string): void {
  replaceIn(
    join(folder, 'index.js'),
    /require\("node:fs\/promises"\)/,
    '{readFile:(...all)=>require("node:fs").promises.readFile(...all)}',
  );
  const files = readdirSync(folder).filter((name) => name.endsWith('index.js'));
  const withSummary = files.filter((name) => readFileSync(join(folder, name), 'utf8').includes('GITHUB_STEP_SUMMARY'));
  const [file, ...others] = withSummary.filter((name) =>
    readFileSync(join(folder, name), 'utf8').includes('.promises;'),
  );
  if (file === undefined || others.length > 0)
    throw new Error(`Not one file has the summary of @actions/core: ${file}.`);
  replaceIn(join(folder, file), /(const\{access:\w+,appendFile:\w+,writeFile:\w+\}=)\w+\.promises;/, '$1{};');
}

function replaceIn(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`${file} has nothing like ${pattern}.`);
  writeFileSync(file, changed);
}

/**
 * Minifies an entry's first file, and those that it imports on demand. Drops what nothing calls, which ncc's own
 * minifier keeps, and rearranges nothing. Names of classes and functions stay, since errors and the SDK use them.
 */
async function minifyFiles(folder: string): Promise<void> {
  for (const name of readdirSync(folder).filter((file) => /^(?:\d+\.)?index\.js$/.test(file))) {
    const path = join(folder, name);
    const { code } = await minify(readFileSync(path, 'utf8'), {
      module: true,
      compress: { defaults: false, unused: true, dead_code: true, side_effects: true, passes: 3 },
      mangle: true,
      // One letter beyond Latin-1, and V8 holds the whole file in two bytes a letter.
      format: { ascii_only: true },
      keep_classnames: true,
      keep_fnames: true,
    });
    if (!code) throw new Error(`${path} is empty after terser.`);
    // In a file with a CommonJS module, webpack puts it into each of the other modules, and not at the top.
    writeFileSync(path, code.startsWith(STRICT) ? code : STRICT + code);
  }
}

/** Contents of all files below a folder, by path. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

const dist = join(ROOT, 'dist');
const fresh = join(mkdtempSync(join(tmpdir(), 'build-')), 'dist');
await build(fresh);
const built = filesOf(fresh);
if (process.argv.includes('--check')) {
  const committed = filesOf(dist);
  const names = new Set([...built.keys(), ...committed.keys()]);
  const differing = [...names].filter((name) => built.get(name) !== committed.get(name));
  if (differing.length > 0) {
    console.error(`dist/ is not what src/ builds: ${differing.join(', ')}; run npm run build and commit it.`);
    process.exitCode = 1;
  } else console.log(`dist/ is what src/ builds (${built.size} files).`);
} else {
  rmSync(dist, { recursive: true, force: true });
  cpSync(fresh, dist, { recursive: true });
  for (const [name, text] of built) console.log(`dist/${name}: ${Buffer.byteLength(text)} bytes`);
}
