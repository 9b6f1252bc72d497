/**
 * Mutation tests of the pure modules: `mutation.ts [MODULE ...]`, such as `mutation.ts access/role clients/netrc`; all
 * modules where it names none. Stryker changes a module in one place at a time, and the unit tests of its room must
 * notice. Fails where they miss a change that docs/mutation-testing.md does not list, and prints it in the form of that
 * list; and where the document lists a change that they do not miss, or a file that is not changed.
 */
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { MODULES, readEdges, readRooms, roomOf, UNIT_TESTED } from './modules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Edges that are pure but for what they are handed. */
const NEARLY_PURE = [
  ...['apply/variables', 'aws/explain', 'aws/missing-credentials', 'aws/retry'],
  ...['github/log', 'github/masks', 'github/quotation', 'github/state', 'prepare'],
];

const EDGES = readEdges();
const CHANGED = MODULES.filter((module) => NEARLY_PURE.includes(module) || !EDGES.includes(module));

/** Unit tests of edges, which take long or start other processes. */
const OTHER_PROCESSES = EDGES.filter((module) => !NEARLY_PURE.includes(module));

/** Tests of other rooms that answer for a room as well: those that are quick and start no other process. */
const MORE_TESTS: Readonly<Record<string, readonly string[]>> = {
  clients: ['project/clients'],
  configparser: ['unit/formats/pip-conf'],
  formats: ['slow/pypirc.properties'],
  keyringrc: ['unit/access/settings'],
};

/** Lists missed changes with reasons: in `diff` blocks, a line with the file, then two lines for each change. */
const DOCUMENT = 'docs/mutation-testing.md';

const LINES = /^(?<file>src\/\S+)$|^(?<change>- .*\n\+ .*)$/gm;

const NOTICED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

type Results = Awaited<ReturnType<Stryker['runMutationTest']>>;

/** Changes modules of one room. */
function mutate(room: string, modules: readonly string[]): Promise<Results> {
  const own = UNIT_TESTED.filter((module) => roomOf(module) === room && !OTHER_PROCESSES.includes(module));
  const tests = [...own.map((module) => `unit/${module}`), ...(MORE_TESTS[room] ?? [])];
  const stryker = new Stryker({
    mutate: modules.map((module) => `src/${module}.ts`),
    // Most strings are the wording of messages.
    mutator: { plugins: [], excludedMutations: ['StringLiteral'] },
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    coverageAnalysis: 'perTest',
    // A change counts as noticed where its tests take too long; on a busy machine all of them take long.
    timeoutMS: 30_000,
    plugins: ['@stryker-mutator/jest-runner'],
    jest: {
      configFile: 'jest.config.js',
      enableFindRelatedTests: false,
      config: {
        testEnvironment: './scripts/test/mutation-environment.ts',
        testMatch: tests.map((name) => `**/__tests__/${name}?(.properties).test.ts`),
      },
    },
    // Stryker would rewrite it, for which TypeScript 7 has no interface. No test needs it.
    tsconfigFile: 'none',
    ignorePatterns: ['/bench', '/coverage', '/dist', '/lib', '/.github', '/.venv'],
    tempDirName: 'coverage/mutation',
    reporters: [],
    logLevel: 'error',
    // Each run of jest leaves modules in its process, which takes gigabytes and five times as long after some hundred.
    maxTestRunnerReuse: 25,
    // How many changes are tried at once: MUTATION_CONCURRENCY, 2 where it is not set. With other work, 1 is kinder.
    concurrency: Number(process.env['MUTATION_CONCURRENCY'] ?? 2),
    allowConsoleColors: false,
  } as ConstructorParameters<typeof Stryker>[0]);
  return stryker.runMutationTest();
}

/** A change in two lines: before (`- `) and after (`+ `). */
function showChange({ fileName, location: { start, end }, replacement = '' }: Results[number]): string {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const before = lines[0]?.slice(0, start.column - 1) ?? '';
  const after = lines.at(-1)?.slice(end.column - 1) ?? '';
  const inOne = (code: string) => code.replace(/\s+/g, ' ').trim();
  return `- ${inOne(lines.join('\n'))}\n+ ${inOne(before + replacement + after)}`;
}

/** The changes that the document lists. */
function readListed(): { readonly file: string; readonly change: string }[] {
  const listed = [];
  let last = '';
  for (const { groups } of readFileSync(DOCUMENT, 'utf8').matchAll(LINES)) {
    last = groups?.['file'] ?? last;
    if (groups?.['change'] !== undefined) listed.push({ file: last, change: groups['change'] });
  }
  return listed;
}

/** A module by its file, `src/MODULE.ts`. */
function moduleOf(file: string): string {
  return file.replace(/^src\//, '').replace(/\.ts$/, '');
}

process.chdir(ROOT);
// To ask Python about each change would take hours.
process.env['WITHOUT_PYTHON'] = 'yes';
const named = process.argv.slice(2);
const unknown = named.filter((name) => !CHANGED.includes(name));
if (unknown.length > 0) throw new Error(`No such module: ${unknown.join(', ')}.`);
const listed = readListed();
const unchanged = new Set(listed.map(({ file }) => file).filter((file) => !CHANGED.includes(moduleOf(file))));
let [noticed, total, unlisted, outdated] = [0, 0, 0, unchanged.size];
for (const room of readRooms()) {
  const chosen = CHANGED.filter((module) => roomOf(module) === room && (named.length === 0 || named.includes(module)));
  if (chosen.length === 0) continue;
  const results = await mutate(room, chosen);
  for (const module of chosen) {
    const mutants = results.filter(
      ({ fileName }) => moduleOf(relative(ROOT, fileName).split(sep).join('/')) === module,
    );
    const file = `src/${module}.ts`;
    const killed = mutants.filter(({ status }) => NOTICED.includes(status)).length;
    const missed = mutants.filter(({ status }) => MISSED.includes(status)).map(showChange);
    const explained = listed.filter((one) => one.file === file).map(({ change }) => change);
    const unexplained = missed.filter((change) => !explained.includes(change));
    const gone = explained.filter((change) => !missed.includes(change));
    noticed += killed;
    total += killed + missed.length;
    if (mutants.length > 0) console.log(`${file}: ${killed} of ${killed + missed.length}`);
    if (unexplained.length > 0) console.log(['not noticed, and not listed:', ...unexplained].join('\n'));
    if (gone.length > 0) console.log([`listed in ${DOCUMENT}, and no more there:`, ...gone].join('\n'));
    unlisted += unexplained.length;
    outdated += gone.length;
  }
}
for (const file of unchanged) console.log(`listed in ${DOCUMENT}, and no pure module: ${file}`);
console.log(`${noticed} of ${total} changes were noticed: ${((100 * noticed) / Math.max(total, 1)).toFixed(1)} %.`);
console.log(`${unlisted} of the others are not listed in ${DOCUMENT}.`);
console.log(`${outdated} entries of ${DOCUMENT} are out of date.`);
process.exitCode = unlisted + outdated === 0 ? 0 : 1;
