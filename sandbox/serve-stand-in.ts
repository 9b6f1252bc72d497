/**
 * The stand-in for AWS and GitHub's OIDC, with the sample world, for clients outside this project. `stand-in.ts` prints
 * the variables that lead to it and serves until it is interrupted. `stand-in.ts --background` does so in a process of
 * its own, gives the variables to the later steps of a workflow's job too, and returns as soon as that process serves;
 * GitHub's runner ends it with the job.
 *
 * The sample world (sandbox/aws/sample-world.ts) has three repositories in two accounts, a role in each that trusts the
 * OIDC token, and a user in each, whose keys are the profiles `acme` and `labs`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleWorld } from './aws/sample-world.ts';
import { startStandIn } from './aws/stand-in.ts';
import type { Identity } from './aws/world.ts';

type Variables = Record<string, string>;

if (process.argv.includes('--background')) await leave();
else await serve();

async function serve(): Promise<void> {
  const sample = await sampleWorld();
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const standIn = await startStandIn(sample.world, { folder });
  const profiles = join(folder, 'credentials');
  writeFileSync(profiles, profile('acme', sample.acmeUser) + profile('labs', sample.labsUser));
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

async function leave(): Promise<void> {
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

function profile(name: string, { accessKeyId, secretAccessKey }: Identity): string {
  return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

function lines(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
