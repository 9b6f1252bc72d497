/**
 * Serves the stand-in for AWS and GitHub's OIDC to programs outside this project: `serve-stand-in.ts [--background]`.
 * Prints the variables that lead to it and what to try, and serves until it is interrupted. With `--background`, a
 * process of its own serves, and this one ends as soon as that does; in a job on GitHub, later steps get the variables
 * too, and the runner ends the process with the job.
 *
 * The world is the sample (aws/sample-world.ts): three repositories in two accounts, and in each account a role that
 * trusts the OIDC token, and a user, whose keys are the profiles `acme` and `labs`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SampleWorld, sampleWorld } from './aws/sample-world.ts';
import { startStandIn } from './aws/stand-in.ts';
import { credentialsFile } from './aws/world.ts';

type Variables = Record<string, string>;

const USAGE = 'Usage: npm run stand-in [-- --background]';

const args = process.argv.slice(2);
if (args.length === 0) await serve();
else if (args.join() === '--background') await serveInBackground();
else {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 1;
}

async function serve(): Promise<void> {
  const sample = await sampleWorld();
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const standIn = await startStandIn(sample.world, { folder });
  const profiles = join(folder, 'credentials');
  writeFileSync(profiles, credentialsFile({ acme: sample.acmeUser, labs: sample.labsUser }));
  const variables: Variables = {
    ...standIn.clientEnvironment(),
    AWS_SHARED_CREDENTIALS_FILE: profiles,
    ACTIONS_ID_TOKEN_REQUEST_URL: standIn.oidc.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: standIn.oidc.requestToken,
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      rmSync(folder, { recursive: true, force: true });
      process.exit();
    });
  }
  if (process.send) {
    process.send(variables);
    return;
  }
  const script = join(folder, 'variables.sh');
  writeFileSync(script, exports(variables));
  process.stdout.write(howTo(script, sample));
}

/** What a person does with a stand-in that runs. */
function howTo(script: string, { urls }: SampleWorld): string {
  return `The stand-in for AWS and for GitHub's OIDC tokens runs until you press Ctrl-C. It has:

  ${urls.team}        acme-tool, acme-sdist
  ${urls.shared}      acme-lib, acme-backend
  ${urls.research}  acme-probe

The profiles acme and labs hold keys of the two accounts. Workflows of acme/widgets may assume
arn:aws:iam::111122223333:role/publisher and arn:aws:iam::444455556666:role/publisher.

In another terminal, lead its programs here; other hosts are out of reach there:

  . ${script}

Then try:

  aws codeartifact get-authorization-token --profile acme --region us-east-1 --domain acme
  aws codeartifact login --tool pip --profile acme --region us-east-1 --domain acme --repository team --dry-run

To run a workflow of yours, you need none of this: npm run act -- PATH/TO/WORKFLOW.yml
`;
}

/** A script that sets the variables, for any POSIX shell. */
function exports(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}

async function serveInBackground(): Promise<void> {
  const log = join(mkdtempSync(join(tmpdir(), 'stand-in-log-')), 'log.txt');
  const output = openSync(log, 'a');
  const child = fork(fileURLToPath(import.meta.url), { detached: true, stdio: ['ignore', output, output, 'ipc'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The stand-in did not start:\n${readFileSync(log, 'utf8')}`);
  });
  const [variables] = (await Promise.race([once(child, 'message'), ended])) as [Variables];
  child.disconnect();
  child.unref();
  const text = lines(variables);
  const laterSteps = process.env['GITHUB_ENV'];
  if (laterSteps) appendFileSync(laterSteps, text);
  process.stdout.write(text);
  console.log(`The stand-in is process ${child.pid}; what it says is in ${log}.`);
}

function lines(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
