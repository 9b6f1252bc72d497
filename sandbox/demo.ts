/**
 * The demo: `demo.ts [--offline]`. Runs the committed action on three repositories in two accounts, with a sample
 * keyringrc.cfg, real clients and the stand-in for AWS. Shows the log as GitHub does, installs with pip, uploads with
 * twine, and checks that post cleans up. Where the public PyPI cannot be reached, or with `--offline`, pip is the one
 * that comes with Python, and twine the machine's own, if there is one.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { type SampleWorld, sampleWorld } from './aws/sample-world.ts';
import { startStandIn } from './aws/stand-in.ts';
import { credentialsFile } from './aws/world.ts';
import { makePackages, writePackages } from './packages/make-packages.ts';
import { makeEmptyEnvironment, pythonClients } from './python/environments.ts';
import { machineClients } from './python/machine-clients.ts';
import { type Job, startJob } from './runner/runner.ts';
import { summaryText } from './summary-text.ts';

const ACTION = fileURLToPath(new URL('..', import.meta.url));

const KEYRINGRC = `# Tokens live for half an hour.
[codeartifact]
token_duration = 1800

# Everything in the company's own account.
[codeartifact account="111122223333"]
profile_name = acme

# The laboratory has an account of its own.
[codeartifact domain="acme-labs" region="eu-central-1"]
profile_name = labs
`;

/** What the user has in ~/.pypirc before the action. */
const OWN_PYPIRC = `# my own
[distutils]
index-servers = private

[private]
repository = https://pypi.example.com/legacy/
username = me`;

/** The clients of the demo. */
interface Clients {
  readonly bin: string;
  readonly python: string;
  readonly hasTwine: boolean;
}

const folder = await mkdtemp(join(tmpdir(), 'demo-'));
try {
  await demonstrate(await findClients());
} catch (error) {
  // A person reads this, and a stack tells them nothing.
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** @throws where there is no pip at all */
async function findClients(): Promise<Clients> {
  const clients = process.argv.includes('--offline')
    ? ({ available: false, reason: 'The public PyPI is not asked, because of --offline.' } as const)
    : await pythonClients();
  if (clients.available) return { bin: clients.bin, python: clients.python, hasTwine: true };
  const own = await machineClients(join(folder, 'clients'));
  if (!own.available) throw new Error(`The demo needs pip, and there is none: ${clients.reason} ${own.reason}`);
  print(
    `${clients.reason}\nSo this demo uses ${own.pip}, which comes with Python` +
      (own.hasTwine ? ", and this machine's own twine." : ', and leaves out the uploads: there is no twine here.'),
  );
  return own;
}

async function demonstrate(clients: Clients): Promise<void> {
  const sample = await sampleWorld();
  await using standIn = await startStandIn(sample.world);
  const job = await startJob({
    machine: { ...standIn.clientEnvironment(), PATH: `${clients.bin}${delimiter}${process.env['PATH']}` },
  });
  try {
    await runJob(job, clients, sample);
  } finally {
    await job.remove();
  }
}

async function runJob(job: Job, clients: Clients, { acmeUser, labsUser, urls }: SampleWorld): Promise<void> {
  const pypirc = join(job.home, '.pypirc');
  await mkdir(join(job.home, '.aws'));
  await writeFile(join(job.home, '.aws', 'credentials'), credentialsFile({ acme: acmeUser, labs: labsUser }));
  await writeFile(join(job.workspace, 'keyringrc.cfg'), KEYRINGRC);
  writeFileSync(pypirc, OWN_PYPIRC);
  print('Everything below is real except AWS: a stand-in answers for it on this machine, under the real host names.');

  heading('keyringrc.cfg of the sample repository', 'Each account has its own credentials, and says so here.');
  print(KEYRINGRC);

  heading('The step', 'One step gets a token for each of three repositories in two accounts.');
  const repositories = [urls.team, urls.shared, urls.research].join('\n');
  const step = await job.uses(ACTION, { with: { repositories, 'publish-to': 'team' } });
  printLog(step.log);
  expect(step.outcome === 'success', 'the step succeeds');

  const packages = ['acme-tool', 'acme-sdist', 'acme-probe'];
  heading(
    `pip install ${packages.join(' ')}`,
    'pip needs no option and no password, also for the isolated build of acme-sdist.',
  );
  const python = await makeEmptyEnvironment(clients.python, join(job.folder, 'environment'));
  const install = await job.run(['pip', '--python', python, 'install', ...packages]);
  printLog(install.log);
  expect(install.outcome === 'success', 'pip installs from all three repositories');

  if (clients.hasTwine) await upload(job);

  heading('The job summary', 'What GitHub shows below the job.');
  print(summaryText(step.summary));

  heading('Post', 'When the job ends, the machine is as it was.');
  const written = ['pip-config-file', 'netrc-file'].map((name) => step.outputs[name] ?? '');
  for (const post of await job.finish()) printLog(post.log);
  expect(!written.some((file) => existsSync(file)), 'pip.conf and netrc are gone');
  expect(readFileSync(pypirc, 'latin1') === OWN_PYPIRC, "~/.pypirc is the user's own again, byte for byte");
  const left = (await readdir(job.home)).filter((name) => name.startsWith('.pypirc'));
  expect(left.join() === '.pypirc', 'nothing else is left beside it');
  print(`\nThe whole demo passed${clients.hasTwine ? '' : ', without uploads'}.`);
}

async function upload(job: Job): Promise<void> {
  heading('twine upload', 'Uploads go to team, the publish-to of the step; -r NAME chooses another repository.');
  const files = await writePackages(
    join(job.workspace, 'dist'),
    await makePackages([{ name: 'acme-upload', version: '1.0.0' }]),
  );
  for (const [argv, place] of [
    [['twine', 'upload', ...files], 'team'],
    [['twine', 'upload', '-r', 'research', ...files], 'research, with the token of the other account'],
  ] as const) {
    const done = await job.run([...argv]);
    printLog(done.log);
    expect(done.outcome === 'success', `${argv.slice(0, -1).join(' ')} uploads to ${place}`);
  }
}

/** A title, and what the part below it shows. */
function heading(text: string, shows: string): void {
  print(`\n=== ${text}\n    ${shows}\n`);
}

/** Prints a log as GitHub shows it at first: what a step runs with is folded. No colours, no bars. */
function printLog(log: readonly string[]): void {
  let folded = false;
  let indent = '';
  for (const line of log.map(stripVTControlCharacters)) {
    const [, title] = /^##\[group\](.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      folded = title.startsWith('Run ');
      indent = folded ? '' : '  ';
      print(`${folded ? '▸' : '▾'} ${title}`);
    } else if (line === '##[endgroup]') {
      folded = false;
      indent = '';
    } else if (!folded && !/━|^\s*$/.test(line)) print(indent + line);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function expect(truth: boolean, what: string): void {
  if (!truth) throw new Error(`The demo failed; this is not true: ${what}.`);
  print(`ok: ${what}`);
}
