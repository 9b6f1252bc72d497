/**
 * The examples of the documents, run as they stand under a workflow engine: those whose steps can run on this machine.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { makeMachine, runAct } from '../../sandbox/act/act.ts';
import { isLeftOut, isOwn, onThisMachine, type WorkflowContent } from '../../sandbox/act/adapt-workflow.ts';
import { sampleWorld } from '../../sandbox/aws/sample-world.ts';
import { startStandIn } from '../../sandbox/aws/stand-in.ts';
import { makePackages, writePackages } from '../../sandbox/packages/make-packages.ts';
import { asWorkflow, type Example, findExamples } from '../../scripts/lint/examples.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { describeWithPython } from '../support/python-clients.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Commands that the project below and the sample world have an answer to. */
const COMMANDS = [
  /^pip install ((acme-tool|acme-probe)( |$))+$/,
  /^pip install -r requirements\.txt$/,
  /^pip install build twine$/,
  /^python -m build$/,
  /^twine upload (-r (team|shared|labs|research) )?dist\/\*$/,
  /^\.\/[\w-]+\.sh$/,
];

const documents = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .sort(),
];
const examples = documents.flatMap((file) => findExamples(file, readFileSync(join(ROOT, file), 'utf8')));
const contents = new Map(examples.map((example) => [example, parse(asWorkflow(example).text) as WorkflowContent]));
const nameOf = ({ file, line }: Example) => `${file}:${line}`;
const runnable = examples.filter((example) => {
  const steps = Object.values(contents.get(example)?.jobs ?? {}).flatMap((job) => job.steps);
  return (
    steps.some(({ uses }) => uses === './') &&
    !/\$\{\{ (vars|secrets|inputs)\./.test(example.text) &&
    steps.every(({ uses, run }) => (uses ? isOwn(uses) || isLeftOut(uses) : commandsOf(run).every(isKnown)))
  );
});

await describeWithPython(
  'the examples of the documents under act',
  ({ bin, program }) => {
    test('the first ones of the front page are among them', () => {
      const names = runnable.map(nameOf);
      process.stderr.write(`Examples that run: ${names.join(', ')}; only linted: ${examples.length - names.length}.\n`);
      expect(names.filter((name) => name.startsWith('README.md:')).length).toBeGreaterThanOrEqual(5);
    });

    test.each(runnable.map((example) => [nameOf(example), example] as const))('%s', async (_, example) => {
      const content = contents.get(example);
      if (!content) throw new Error('no example');
      const folder = freshFolder();
      const { world, labs, acmeRole, labsRole } = await sampleWorld();
      const named = new Set(example.text.match(/arn:aws:iam::\d{12}:role\/[\w/-]+/g));
      for (const arn of named) {
        const own = arn.includes('444455556666') ? labsRole : acmeRole;
        world.roles.push({ ...own, arn, allow: named.size === 1 ? [...acmeRole.allow, ...labsRole.allow] : own.allow });
      }
      // One role for repositories of two accounts: the domain's own policy lets it in.
      if (named.size === 1) labs.sharedWith = ['111122223333'];
      for (const role of ['arn:aws:iam::111122223333:role/ci', 'arn:aws:iam::444455556666:role/ci']) {
        world.roles.push({ ...(role.includes('444455556666') ? labsRole : acmeRole), arn: role });
      }
      // Every repository has every package, as those of a company with one upstream.
      const repositories = world.domains.flatMap((domain) => domain.repositories);
      const packages = repositories.flatMap((repository) => repository.packages);
      for (const repository of repositories) repository.packages = [...packages];
      await using standIn = await startStandIn(world);
      const machine = await makeMachine(folder, await makeProject(join(folder, 'project'), content), bin, 'action');
      const file = join(folder, 'example.yml');
      writeFileSync(file, stringify(onThisMachine(content, 'action')));
      const release = JSON.stringify(content.on).includes('release');
      const run = await runAct(program('act'), machine, {
        file,
        ...(release ? { event: { name: 'release', payload: { action: 'published' } }, ref: 'refs/tags/v1.0.0' } : {}),
        env: {
          ...standIn.clientEnvironment(),
          AWS_EC2_METADATA_DISABLED: 'true',
          PIP_PREFIX: join(folder, 'prefix'),
          PIP_NO_CACHE_DIR: '1',
          PIP_DISABLE_PIP_VERSION_CHECK: '1',
          ACTIONS_ID_TOKEN_REQUEST_URL: standIn.oidc.requestUrl,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: standIn.oidc.requestToken,
        },
      });
      expect({ status: run.status, log: run.status === 0 ? '' : run.shown }).toEqual({ status: 0, log: '' });
      expect(run.lines.filter(({ jobResult }) => jobResult === 'success').length).toBeGreaterThan(0);
      expect(
        standIn.calls.some(({ operation, status }) => operation === 'GetAuthorizationToken' && status === 200),
      ).toBe(true);
    });
  },
  'act',
);

/** The sandbox's own build backend, and source distributions, so that a build needs nothing from an index. */
const BACKEND = [
  'import tarfile',
  'from acme_backend import *',
  'def build_sdist(sdist_directory, config_settings=None):',
  '    name = "acme_widgets-1.0.0"',
  '    with tarfile.open(f"{sdist_directory}/{name}.tar.gz", "w:gz") as file:',
  '        for part in ("PKG-INFO", "pyproject.toml", "acme_backend.py", "backend.py", "acme_widgets/__init__.py"):',
  '            file.add(part, f"{name}/{part}")',
  '    return f"{name}.tar.gz"',
  '',
].join('\n');

/** A project that every example could be the workflow of. */
async function makeProject(folder: string, content: WorkflowContent): Promise<string> {
  const backend = readFileSync(join(ROOT, 'sandbox/packages/acme_backend.py'), 'utf8');
  const files = {
    'keyringrc.cfg': firstBlock('README.md', 'ini'),
    'requirements.txt': 'acme-probe\n',
    'pyproject.toml':
      '[project]\nname = "acme-widgets"\nversion = "1.0.0"\n\n[build-system]\nrequires = []\n' +
      'build-backend = "backend"\nbackend-path = ["."]\n',
    'acme_backend.py': backend,
    'backend.py': BACKEND,
    'acme_widgets/__init__.py': '',
    'PKG-INFO': 'Metadata-Version: 2.1\nName: acme-widgets\nVersion: 1.0.0\nSummary: A package of the sandbox\n',
  };
  const commands = Object.values(content.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => commandsOf(run)));
  const builds = commands.includes('python -m build');
  mkdirSync(join(folder, 'acme_widgets'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  // Where an example builds nothing itself, an earlier job did.
  if (!builds)
    await writePackages(join(folder, 'dist'), await makePackages([{ name: 'acme-widgets', version: '1.0.0' }]));
  for (const script of commands.filter((command) => command.startsWith('./'))) {
    const path = join(folder, script);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '#!/bin/sh\nexit 0\n');
    chmodSync(path, 0o755);
  }
  return folder;
}

function commandsOf(run: string | undefined): string[] {
  return (run ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function isKnown(command: string): boolean {
  return COMMANDS.some((known) => known.test(command.replace(/\s+#.*$/, '')));
}

function firstBlock(file: string, language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(
    readFileSync(join(ROOT, file), 'utf8'),
  )?.[1];
  if (block === undefined) throw new Error(`${file} has no block of ${language}.`);
  return block;
}
