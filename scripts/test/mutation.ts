/**
 * Mutation tests of the pure modules: `mutation.ts [MODULE ...]`, such as `mutation.ts access/role clients/netrc`; all
 * modules where it names none. Stryker changes a module in one place at a time, and its tests must notice. Fails where
 * they miss a change that docs/mutation-testing.md does not list, and prints it in the form of that list.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CLIENTS = ['env', 'flit', 'hatch', 'index', 'index-servers', 'pdm', 'pipenv', 'poetry', 'poetry-check', 'uv'];

/** Modules of src/, and their tests in __tests__/: those that are quick and start no other process. */
const GROUPS: readonly (readonly [modules: readonly string[], tests: readonly string[]])[] = [
  [['access/identity'], ['unit/access/identity', 'unit/access/token-request']],
  [['access/role'], ['unit/access/role']],
  [['access/settings'], ['unit/access/settings']],
  [['access/token-request'], ['unit/access/token-request']],
  [['access/tokens'], ['unit/access/tokens']],
  [['aws/explain'], ['unit/aws/explain']],
  [['aws/memoize'], ['unit/aws/memoize']],
  [['aws/retry'], ['unit/aws/retry']],
  [CLIENTS.map((name) => `clients/${name}`), ['unit/clients/clients']],
  [['clients/changes'], ['unit/clients/changes', 'unit/clients/clients']],
  [['clients/indexes'], ['unit/clients/indexes']],
  [['clients/netrc', 'formats/netrc-text'], ['unit/formats/netrc-text']],
  [['clients/pdm-check'], ['unit/clients/pdm-check', 'unit/clients/clients']],
  [['clients/pip'], ['unit/clients/pip', 'unit/clients/indexes']],
  [['clients/twine'], ['unit/clients/twine']],
  [['clients/uv-check'], ['unit/clients/uv-check']],
  [
    ['configparser/configparser', 'configparser/mistakes', 'configparser/comment-start', 'configparser/python-text'],
    ['unit/configparser/configparser'],
  ],
  [['formats/pip-conf'], ['unit/formats/pip-conf']],
  [
    ['formats/pypirc', 'formats/pypirc-list', 'formats/pypirc-section'],
    ['unit/formats/pypirc', 'slow/pypirc.properties'],
  ],
  [['formats/toml-config'], ['unit/formats/toml-config', 'unit/clients/clients']],
  [
    ['github/log', 'github/masks'],
    ['unit/github/log', 'unit/github/masks'],
  ],
  [['github/state'], ['unit/github/state']],
  [
    ['keyringrc/choose-section', 'keyringrc/section-header'],
    ['unit/keyringrc/choose-section', 'unit/keyringrc/keyringrc'],
  ],
  [
    ['keyringrc/keyringrc', 'keyringrc/key-values', 'keyringrc/keyringrc-warnings', 'keyringrc/decode-config'],
    ['unit/keyringrc/keyringrc', 'unit/keyringrc/choose-section', 'unit/configparser/configparser'],
  ],
  [['messages/problems'], ['unit/messages/problems']],
  [['prepare'], ['unit/prepare']],
  [['repositories/defaults'], ['unit/inputs']],
  [['repositories/repository'], ['unit/repositories/repository']],
];

/** Lists missed changes with reasons: in `diff` blocks, a line with the file, then two lines for each change. */
const DOCUMENT = 'docs/mutation-testing.md';

const LINES = /^(?<file>src\/\S+)$|^(?<change>- .*\n\+ .*)$/gm;

const NOTICED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

type Results = Awaited<ReturnType<Stryker['runMutationTest']>>;

function mutate(modules: readonly string[], tests: readonly string[]): Promise<Results> {
  const stryker = new Stryker({
    mutate: modules.map((module) => `src/${module}.ts`),
    // Most strings are the wording of messages.
    mutator: { plugins: [], excludedMutations: ['StringLiteral'] },
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    coverageAnalysis: 'perTest',
    plugins: ['@stryker-mutator/jest-runner'],
    jest: {
      configFile: 'jest.config.js',
      enableFindRelatedTests: false,
      config: {
        testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
        testMatch: tests.map((name) => `**/__tests__/${name}.test.ts`),
      },
    },
    // Stryker would rewrite it, for which TypeScript 7 has no interface. No test needs it.
    tsconfigFile: 'none',
    ignorePatterns: ['/bench', '/coverage', '/dist', '/docs', '/lib', '/.github', '/.venv'],
    tempDirName: 'coverage/mutation',
    reporters: [],
    logLevel: 'error',
    concurrency: 2,
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

/** A file that was moved would otherwise be left out without a word. */
function requireFiles(): void {
  const paths = GROUPS.flatMap(([modules, tests]) => [
    ...modules.map((name) => `src/${name}.ts`),
    ...tests.map((name) => `__tests__/${name}.test.ts`),
  ]);
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`mutation.ts names files that are not there: ${missing.join(', ')}.`);
}

process.chdir(ROOT);
requireFiles();
// To ask Python about each change would take hours.
process.env['WITHOUT_PYTHON'] = 'yes';
const named = process.argv.slice(2);
const known = GROUPS.flatMap(([modules]) => modules);
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`No such module: ${unknown.join(', ')}.`);
const listed = readListed();
let [noticed, total, unlisted] = [0, 0, 0];
for (const [modules, tests] of GROUPS) {
  const chosen = modules.filter((name) => named.length === 0 || named.includes(name));
  if (chosen.length === 0) continue;
  const results = await mutate(chosen, tests);
  for (const [file, mutants] of Map.groupBy(results, ({ fileName }) => relative(ROOT, fileName).split(sep).join('/'))) {
    const killed = mutants.filter(({ status }) => NOTICED.includes(status)).length;
    const missed = mutants.filter(({ status }) => MISSED.includes(status)).map(showChange);
    const explained = listed.filter((one) => one.file === file).map(({ change }) => change);
    const unexplained = missed.filter((change) => !explained.includes(change));
    const gone = explained.filter((change) => !missed.includes(change));
    noticed += killed;
    total += killed + missed.length;
    console.log(`${file}: ${killed} of ${killed + missed.length}`);
    if (unexplained.length > 0) console.log(['not noticed, and not listed:', ...unexplained].join('\n'));
    if (gone.length > 0) console.log([`listed in ${DOCUMENT}, and no more there:`, ...gone].join('\n'));
    unlisted += unexplained.length;
  }
}
console.log(`${noticed} of ${total} changes were noticed: ${((100 * noticed) / Math.max(total, 1)).toFixed(1)} %.`);
console.log(`${unlisted} of the others are not listed in ${DOCUMENT}.`);
process.exitCode = unlisted === 0 ? 0 : 1;
