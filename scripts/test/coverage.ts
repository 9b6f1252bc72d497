/**
 * Measures which lines and branches of src/ the tests run: `coverage.ts [jest's own options and patterns]`. Jobs run the
 * entries of src/ in the place of the committed bundles, and every process notes what it ran, but one that is killed.
 * Fails where a test fails, and where less than THRESHOLD of all lines or of all branches was run. HTML: `coverage/`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CoverageReport, type V8CoverageEntry } from 'monocart-coverage-reports';

/** Percent. */
const THRESHOLD = 97;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SRC = join(ROOT, 'src/');
const FOLDER = join(ROOT, 'coverage');
/** What runs nothing of src/ but in the committed bundles. */
const ELSEWHERE = ['act/', 'sandbox/', 'dist'].map((name) => `__tests__/${name}`);
const [RAW, ACTION] = [join(FOLDER, 'raw'), join(FOLDER, 'action')];

/** Writes an action as the one that is shipped, where main and post are the entries of src/. */
function writeAction(): void {
  mkdirSync(ACTION, { recursive: true });
  copyFileSync(join(ROOT, 'action.yml'), join(ACTION, 'action.yml'));
  for (const entry of ['main', 'post']) {
    mkdirSync(join(ACTION, 'dist', entry), { recursive: true });
    const module = pathToFileURL(join(SRC, `${entry}.ts`)).href;
    writeFileSync(join(ACTION, 'dist', entry, 'index.js'), `import ${JSON.stringify(module)};\n`);
  }
}

/** The exit status of the tests. */
function runTests(): number | null {
  const test = fileURLToPath(new URL('test.ts', import.meta.url));
  const args = [
    ...process.argv.slice(2),
    '--testPathIgnorePatterns',
    ...ELSEWHERE,
    '--setupFilesAfterEnv',
    './__tests__/support/note-coverage.ts',
    // Modules one by one start more slowly than the bundles.
    '--testTimeout',
    '600000',
  ];
  const env = { ...process.env, NODE_V8_COVERAGE: RAW, ACTION_UNDER_TEST: ACTION };
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', test, ...args], {
    env,
    stdio: 'inherit',
  }).status;
}

/** What one process noted of src/; nothing where it was killed as it wrote. jest names a file by its path, Node by its URL. */
function readNote(path: string): V8CoverageEntry[] {
  const src = pathToFileURL(SRC).href;
  return readEntries(path)
    .map((entry) => ({ ...entry, url: entry.url.startsWith('file:') ? entry.url : pathToFileURL(entry.url).href }))
    .filter(({ url }) => url.startsWith(src))
    .map((entry) => ({ ...entry, source: readSource(fileURLToPath(entry.url)) }));
}

function readEntries(path: string): V8CoverageEntry[] {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { result: V8CoverageEntry[] }).result;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** As Node runs it: spaces in the place of types. */
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
