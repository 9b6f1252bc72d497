/**
 * Measures which lines and branches of src/ the tests run: `coverage.ts [options and patterns of jest]`. Jobs run src/
 * instead of the committed bundles. Every process notes what it runs, except one that is killed. Fails where a test
 * fails, and below THRESHOLD of all lines or branches. Writes pages to `coverage/`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CoverageReport, type V8CoverageEntry } from 'monocart-coverage-reports';

/** The least percentage of lines and of branches. */
const THRESHOLD = 97;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SRC = join(ROOT, 'src/');
const FOLDER = join(ROOT, 'coverage');
/** Tests that run the committed bundles or nothing of src/, measure their memory, or kill what would note. */
const ELSEWHERE = ['act/', 'sandbox/', 'project/dist', 'jobs/bundles', 'jobs/memory', 'slow/kills'].map(
  (name) => `__tests__/${name}`,
);
const [RAW, ACTION] = [join(FOLDER, 'raw'), join(FOLDER, 'action')];

/** Writes an action like the committed one, CommonJS too, whose main and post load the entries of src/. */
function writeAction(): void {
  const dist = join(ACTION, 'dist');
  mkdirSync(dist, { recursive: true });
  copyFileSync(join(ROOT, 'action.yml'), join(ACTION, 'action.yml'));
  writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  for (const entry of ['main', 'post']) {
    mkdirSync(join(dist, entry), { recursive: true });
    const module = JSON.stringify(pathToFileURL(join(SRC, `${entry}.ts`)).href);
    // @actions/core first: undici, which the bundles leave out, needs the web streams that main removes.
    writeFileSync(join(dist, entry, 'index.js'), `import('@actions/core').then(() => import(${module}));\n`);
  }
}

/** @returns the exit status of the tests */
function runTests(): number | null {
  const test = fileURLToPath(new URL('test.ts', import.meta.url));
  const args = [
    ...process.argv.slice(2),
    '--testPathIgnorePatterns',
    ...ELSEWHERE,
    '--setupFilesAfterEnv',
    './__tests__/support/note-coverage.ts',
    // Single modules start more slowly than bundles.
    '--testTimeout',
    '600000',
  ];
  const env = { ...process.env, NODE_V8_COVERAGE: RAW, ACTION_UNDER_TEST: ACTION };
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', test, ...args], {
    env,
    stdio: 'inherit',
  }).status;
}

/** What one process notes of src/. jest names a file by its path, Node by its URL. */
function readNote(path: string): V8CoverageEntry[] {
  const src = pathToFileURL(SRC).href;
  return readEntries(path)
    .map((entry) => ({ ...entry, url: entry.url.startsWith('file:') ? entry.url : pathToFileURL(entry.url).href }))
    .filter(({ url }) => url.startsWith(src))
    .map((entry) => ({ ...entry, source: readSource(fileURLToPath(entry.url)) }));
}

/** Gives nothing where the process was killed as it wrote. */
function readEntries(path: string): V8CoverageEntry[] {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { result: V8CoverageEntry[] }).result;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** The code that Node runs: spaces replace types. */
function readSource(path: string): string {
  return stripTypeScriptTypes(readFileSync(path, 'utf8'));
}

rmSync(FOLDER, { recursive: true, force: true });
writeAction();
const status = runTests();
const report = new CoverageReport({
  name: 'src/',
  outputDir: FOLDER,
  clean: false,
  reports: ['v8', ['console-details', { metrics: ['lines', 'branches'] }]],
  all: {
    dir: SRC,
    transformer: async (entry) => {
      entry.source = stripTypeScriptTypes(entry.source);
    },
  },
});
for (const name of readdirSync(RAW)) {
  const note = readNote(join(RAW, name));
  if (note.length > 0) await report.add(note);
}
const results = await report.generate();
const { lines, branches } = results?.summary ?? {};
const below = Object.entries({ lines, branches }).filter(([, metric]) => !(Number(metric?.pct) >= THRESHOLD));
for (const [name, metric] of below) console.error(`${metric?.pct} % of the ${name} were run, not ${THRESHOLD} %.`);
process.exitCode = status === 0 && below.length === 0 ? 0 : 1;
