/**
 * Serves the stand-in for AWS and GitHub's OIDC to programs outside this project: `serve-stand-in.ts [--background]`.
 * Prints the variables that lead to it, and serves until it is interrupted. With `--background`, a process of its own
 * serves, and this one ends as soon as that does; in a job on GitHub, later steps get the variables too, and the runner
 * ends the process with the job.
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
import { sampleWorld } from './aws/sample-world.ts';
import { startStandIn } from './aws/stand-in.ts';
import { credentialsFile } from './aws/world.ts';

type Variables = Record<string, string>;

if (process.argv.includes('--background')) await serveInBackground();
else await serve();

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
  if (process.send) process.send(variables);
  else process.stdout.write(lines(variables));
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
