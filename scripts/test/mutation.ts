/**
 * Mutation tests of the pure modules: `mutation.ts [MODULE ...]`, such as `mutation.ts repository clients/netrc`; all
 * where none is named. Stryker changes a module in one place at a time, and the tests named here have to notice. Fails
 * where they do not notice a change that docs/mutation-testing.md does not list, and prints it as it would stand there.
 */
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Modules, and the test files that answer for them: those that are quick and start no other process. */
const GROUPS: readonly (readonly [modules: readonly string[], tests: readonly string[]])[] = [
  [['repository'], ['repository']],
  [['identity'], ['identity', 'access']],
  [['access'], ['access']],
  [['role'], ['role']],
  [['defaults'], ['inputs']],
  [['options'], ['options']],
  [['indexes'], ['indexes']],
  [['tokens'], ['tokens']],
  [['remember'], ['remember']],
  [['problems'], ['problems']],
  [['plan'], ['plan']],
  [['changes'], ['changes', 'clients']],
  [['state'], ['state']],
  [
    ['secrets', 'log'],
    ['secrets', 'log'],
  ],
  [
    ['keyringrc/section', 'keyringrc/section-header'],
    ['section', 'keyringrc'],
  ],
  [
    ['keyringrc/keyringrc', 'keyringrc/key-values', 'keyringrc/keyringrc-warnings', 'keyringrc/decode-config'],
    ['keyringrc', 'section', 'configparser'],
  ],
  [
    ['configparser/configparser', 'configparser/mistakes', 'configparser/comment-start', 'configparser/python-text'],
    ['configparser'],
  ],
  [['clients/netrc-text', 'clients/netrc'], ['netrc']],
  [
    ['clients/pypirc', 'clients/pypirc-list', 'clients/pypirc-section'],
    ['pypirc', 'pypirc.properties'],
  ],
  [['clients/pip-conf'], ['pip-conf']],
  [['clients/pip'], ['pip', 'indexes']],
  [['clients/twine'], ['twine']],
  [
    ['index', 'index-servers', 'env', 'uv', 'poetry', 'poetry-check', 'pdm', 'hatch', 'flit', 'pipenv'].map(
      (name) => `clients/${name}`,
    ),
    ['clients'],
  ],
  [['clients/pdm-check'], ['pdm-check', 'clients']],
  [['clients/uv-check'], ['uv-check']],
  [['clients/toml-config'], ['toml-config', 'clients']],
  [['aws/retry'], ['retry']],
  [['aws/explain'], ['explain']],
];

/** What is left, and why: in its `diff` blocks, a line with the file, then two lines for each change. */
const DOCUMENT = 'docs/mutation-testing.md';

const NOTICED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

type Results = Awaited<ReturnType<Stryker['runMutationTest']>>;

function mutate(modules: readonly string[], tests: readonly string[]): Promise<Results> {
  const stryker = new Stryker({
    mutate: modules.map((module) => `src/${module}.ts`),
    // The wording of a message is no behaviour.
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
    // Stryker rewrites it through an interface that TypeScript 7 has no more; nothing here needs it rewritten.
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

/** The lines of a change, before (`- `) and after (`+ `), each in one. */
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
  let file = '';
  for (const [, named, change] of readFileSync(DOCUMENT, 'utf8').matchAll(/^(src\/\S+)$|^(- .*\n\+ .*)$/gm)) {
    if (named !== undefined) file = named;
    if (change !== undefined) listed.push({ file, change });
  }
  return listed;
}

process.chdir(ROOT);
// What Python says of each change would take hours to ask.
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
