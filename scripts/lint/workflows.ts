/**
 * Lints what GitHub reads: `workflows.ts [--online]`. actionlint and zizmor read the workflows; actionlint gives `run`
 * blocks to shellcheck. actionlint also reads the YAML examples of README.md and docs/, against our own action.yml.
 * With `--online`, zizmor asks GitHub about the actions in use, with the token in GH_TOKEN.
 *
 * Where a program cannot be had, it says so; that is a failure only with CI=true.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { asWorkflow, type Example, findExamples } from './examples.ts';
import { lintPrograms } from './programs.ts';

/** A finding of actionlint with `-format '{{json .}}'`, as far as it matters here. */
interface Finding {
  readonly message: string;
  readonly filepath: string;
  readonly line: number;
  readonly kind: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKFLOWS = join('.github', 'workflows');

/** An example with a wrong input. actionlint must find it, or it does not compare inputs with action.yml. */
const WRONG: Example = {
  file: 'wrong',
  line: 1,
  text: '- uses: codeartifact-keyring/action@v0\n  with: { repositories: URL, index-uri: URL }\n',
};

/** A false finding: actionlint 1.7.12 knows that action from before its version 6.1.0. */
const NEWER_INPUT = 'input "aws-profile" is not defined in action "aws-actions/configure-aws-credentials@v6"';

const programs = await lintPrograms();
if (programs.available) {
  const actionlint = (files: string[], cwd: string): Promise<Finding[]> =>
    runActionlint(programs.actionlint, programs.shellcheck, files, cwd);
  const found = [
    ...(await lintWorkflows(actionlint)),
    ...(await lintExamples(actionlint)),
    ...(await lintSecurity(programs.zizmor)),
  ];
  for (const each of found) console.error(each);
  if (found.length > 0) process.exitCode = 1;
} else {
  console.error(`The workflows are not linted: ${programs.reason}`);
  if (process.env['CI'] === 'true') process.exitCode = 1;
}

type Actionlint = (files: string[], cwd: string) => Promise<Finding[]>;

async function lintWorkflows(actionlint: Actionlint): Promise<string[]> {
  const files = (await readdir(join(ROOT, WORKFLOWS))).map((name) => join(WORKFLOWS, name));
  const findings = await actionlint(files, ROOT);
  console.log(`actionlint: ${files.length} workflows, ${findings.length} findings`);
  return findings.map(({ filepath, line, message, kind }) => `${filepath}:${line}: ${message} [${kind}]`);
}

async function lintExamples(actionlint: Actionlint): Promise<string[]> {
  const docs = (await readdir(join(ROOT, 'docs'), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const found = await Promise.all(
    ['README.md', ...docs.sort()].map(async (file) => findExamples(file, await readFile(join(ROOT, file), 'utf8'))),
  );
  const examples = found.flat();
  const folder = await mkdtemp(join(tmpdir(), 'examples-'));
  try {
    await makeRepository(folder);
    const placed = new Map(await Promise.all([...examples, WRONG].map((each) => place(folder, each))));
    const findings = (await actionlint([...placed.keys()], folder)).map((each) => {
      const { example, before } = placed.get(each.filepath) ?? { example: WRONG, before: 0 };
      return { ...each, example, line: example.line + each.line - 1 - before };
    });
    if (!findings.some(({ example, message }) => example === WRONG && message.includes('input "index-uri"'))) {
      throw new Error('actionlint did not compare the examples with action.yml: a wrong input was not found.');
    }
    // Faults of action.yml itself are among the findings in the workflows.
    const real = findings.filter(({ example, message }) => example !== WRONG && !message.includes('action.yml"'));
    console.log(`actionlint: ${examples.length} examples in the documents, ${real.length} findings`);
    return real.map(({ example, line, message, kind }) => `${example.file}:${line}: ${message} [${kind}]`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a folder that actionlint takes for a repository with our action. */
async function makeRepository(folder: string): Promise<void> {
  await Promise.all(['.git', WORKFLOWS].map((name) => mkdir(join(folder, name), { recursive: true })));
  await cp(join(ROOT, 'action.yml'), join(folder, 'action.yml'));
  const { runs } = parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as { runs: { main: string; post: string } };
  for (const script of [runs.main, runs.post]) {
    await mkdir(dirname(join(folder, script)), { recursive: true });
    await writeFile(join(folder, script), '');
  }
}

async function place(folder: string, example: Example): Promise<[string, { example: Example; before: number }]> {
  const path = join(WORKFLOWS, `${example.file.replaceAll('/', '-')}-${example.line}.yml`);
  const { text, before } = asWorkflow(example);
  await writeFile(join(folder, path), text);
  return [path, { example, before }];
}

async function runActionlint(program: string, shellcheck: string, files: string[], cwd: string): Promise<Finding[]> {
  const checks = ['-shellcheck', shellcheck, '-pyflakes', '', '-ignore', NEWER_INPUT];
  const options = ['-no-color', '-format', '{{json .}}', ...checks];
  const { status, stdout, stderr } = await runProgram(program, [...options, ...files], { cwd });
  if (status !== 0 && status !== 1) throw new Error(`actionlint failed: ${stderr || stdout}`);
  return JSON.parse(stdout) as Finding[];
}

/** zizmor's report, where it has findings. It also reads action.yml, local actions and dependabot.yml. */
async function lintSecurity(zizmor: string): Promise<string[]> {
  const reach = process.argv.includes('--online') ? [] : ['--offline'];
  const options = ['--persona', 'pedantic', '--quiet', '--color', 'never', ...reach];
  const { status, stdout, stderr } = await runProgram(zizmor, [...options, '.'], { cwd: ROOT });
  console.log(`zizmor: ${stdout.trim().split('\n').at(-1)}`);
  return status === 0 ? [] : [`${stderr}\n${stdout}`];
}
