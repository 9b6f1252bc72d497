/**
 * The demo: runs the committed action on three repositories in two accounts, with a sample keyringrc.cfg, real clients
 * and the stand-in for AWS. Shows the log as GitHub does, installs with pip, uploads with twine, and checks that post
 * cleans up.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleWorld } from './aws/sample-world.ts';
import { startStandIn } from './aws/stand-in.ts';
import { credentialsFile } from './aws/world.ts';
import { makePackages, writePackages } from './packages/make-packages.ts';
import { makeEmptyEnvironment, pythonClients } from './python/environments.ts';
import { startJob } from './runner/runner.ts';

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

const clients = await pythonClients();
if (!clients.available) {
  throw new Error(`The demo drives real pip and twine, and these cannot be had: ${clients.reason}`);
}
const sample = await sampleWorld();
await using standIn = await startStandIn(sample.world);
const job = await startJob({
  machine: { ...standIn.clientEnvironment(), PATH: `${clients.bin}${delimiter}${process.env['PATH']}` },
});
const pypirc = join(job.home, '.pypirc');

try {
  await mkdir(join(job.home, '.aws'));
  await writeFile(
    join(job.home, '.aws', 'credentials'),
    credentialsFile({ acme: sample.acmeUser, labs: sample.labsUser }),
  );
  await writeFile(join(job.workspace, 'keyringrc.cfg'), KEYRINGRC);
  writeFileSync(pypirc, OWN_PYPIRC);
  print(
    'Everything below is real but AWS: a stand-in answers under the real host names, ' +
      'through a proxy, for this process only.',
  );
  heading('keyringrc.cfg of the sample repository');
  print(KEYRINGRC);

  heading('The step, as GitHub shows it');
  const { team, shared, research } = sample.urls;
  const step = await job.uses(ACTION, {
    with: { repositories: `${team}\n${shared}\n${research}`, 'publish-to': 'team' },
  });
  print(step.log.join('\n'));
  expect(step.outcome === 'success', 'the step succeeds');

  heading('pip install acme-tool acme-sdist acme-probe: three repositories, two accounts, one isolated build');
  const python = await makeEmptyEnvironment(clients.python, join(job.folder, 'environment'));
  const install = await job.run(['pip', '--python', python, 'install', 'acme-tool', 'acme-sdist', 'acme-probe']);
  print(install.log.join('\n'));
  expect(install.outcome === 'success', 'pip installs from all of them');

  heading('twine upload (to team, by default) and twine upload -r research');
  const files = await writePackages(
    join(job.workspace, 'dist'),
    await makePackages([{ name: 'acme-upload', version: '1.0.0' }]),
  );
  for (const argv of [
    ['twine', 'upload', ...files],
    ['twine', 'upload', '-r', 'research', ...files],
  ]) {
    const upload = await job.run(argv);
    print(upload.log.join('\n'));
    expect(upload.outcome === 'success', `${argv.slice(0, -1).join(' ')} uploads`);
  }

  heading('The job summary');
  print(step.summary);

  heading('Post');
  const written = ['pip-config-file', 'netrc-file'].map((name) => step.outputs[name] ?? '');
  for (const post of await job.finish()) print(post.log.join('\n'));
  expect(!written.some((file) => existsSync(file)), 'pip.conf and netrc are gone');
  expect(readFileSync(pypirc, 'latin1') === OWN_PYPIRC, "~/.pypirc is the user's own again, byte for byte");
  const left = (await readdir(job.home)).filter((name) => name.startsWith('.pypirc'));
  expect(left.join() === '.pypirc', 'nothing else of ours is left beside it');
  print('\nAll of the demo passed.');
} finally {
  await job.remove();
}

function heading(text: string): void {
  print(`\n=== ${text}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function expect(truth: boolean, what: string): void {
  if (!truth) throw new Error(`The demo failed; this is not true: ${what}.`);
  print(`ok: ${what}`);
}
