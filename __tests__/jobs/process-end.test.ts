/** A step lasts as long as its process: whatever is left open must not keep it. */

import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshFolder } from '../support/fresh-folder.ts';
import { commandLine, placeProgram } from '../support/node-programs.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { NO_PIPES, testUnless } from '../support/test-unless.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** A proxy that takes connections and says nothing; `first` lets all but the first through to another proxy. */
async function silentProxy(): Promise<{ url: string; server: Server }> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test('after a proxy that never answers: the step fails, and its process ends', async () => {
  const { url, server } = await silentProxy();
  await using job = await stage.startJob({ machine: { HTTPS_PROXY: url } });
  const started = performance.now();
  const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' }, { timeoutMs: 100_000 });
  expect(step.outcome).toBe('failure');
  expect(step.annotations[0]?.message).toMatch(/\(5 attempts in \d+ s\)|were over before/);
  expect(performance.now() - started).toBeLessThan(95_000);
  server.close();
}, 120_000);

test('a credential process that fails is told, and what it said is not', async () => {
  await using job = await stage.startJob();
  const script = `console.error('hvs.SECRETvalue123456'); process.exitCode = 1`;
  job.homeFile('.aws/config', `[profile broken]\ncredential_process = ${commandLine(job.home, 'broken', script)}\n`);
  const broken = await job.action({ repositories: stage.urls.team, 'profile-name': 'broken' });
  expect(broken.outcome).toBe('failure');
  expect(broken.rawLog).not.toContain('hvs.SECRET');
  expect(broken.annotations[0]?.message).toContain('credential_process of the profile failed');
}, 60_000);

test('a source profile that STS refuses with its canonical request: no session token is shown', async () => {
  await using job = await stage.startJob();
  const token = `IQoJb3JpZ2luX2VjE${'secret-part-of-a-session/token+'.repeat(8)}`;
  job.homeFile(
    '.aws/credentials',
    `[base]\naws_access_key_id = ${stage.acmeUser.accessKeyId}\naws_secret_access_key = ${stage.acmeUser.secretAccessKey}\naws_session_token = ${token}\n`,
  );
  job.homeFile(
    '.aws/config',
    '[profile chained]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\n',
  );
  const message = `The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\nx-amz-security-token:${token}'`;
  const remove = stage.standIn.fault({
    kind: 'error',
    times: 10,
    status: 403,
    code: 'SignatureDoesNotMatch',
    message,
    operation: 'AssumeRole',
  });
  const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'chained' });
  remove();
  expect(step.outcome).toBe('failure');
  expect(step.annotations[0]?.message).toContain('does not match');
  expect(step.log.join('\n')).not.toContain('secret-part-of-a-session');
  expect(job.masks).toContain(token);
});

testUnless(NO_PIPES)('a CA bundle or a keyringrc that is a pipe is told at once', async () => {
  await using job = await stage.startJob();
  const pipe = await job.run(['mkfifo', join(job.workspace, 'pipe')]);
  expect(pipe.outcome).toBe('success');
  const bundle = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme', verify: 'pipe' });
  expect(bundle.annotations[0]?.message).toContain('is not a file');
  const file = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme', keyringrc: 'pipe' });
  expect(file.annotations[0]?.message).toContain('which is not a file');
});

test('a HOME where nothing can be written is told before AWS is asked', async () => {
  const folder = freshFolder();
  writeFileSync(join(folder, 'file'), '');
  const homes = [join(folder, 'missing'), join(folder, 'file'), ...(process.platform === 'win32' ? [] : ['/dev/null'])];
  for (const home of homes) {
    await using job = await stage.startJob({
      machine: { AWS_ACCESS_KEY_ID: 'AKIAXXXXXXXXXXXXXXXX', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) },
    });
    const before = stage.standIn.calls.length;
    const step = await job.action({ repositories: stage.urls.team }, { env: { HOME: home, USERPROFILE: home } });
    expect(step.annotations[0]?.message).toContain(
      `${process.platform === 'win32' ? 'USERPROFILE' : 'HOME'} is ${home}`,
    );
    expect(stage.standIn.calls.length).toBe(before);
  }
});

test('a client that fails or hangs in preflight is told as such', async () => {
  await using job = await stage.startJob();
  placeProgram(job.home, 'pip', `console.error('pyenv: pip: command not found'); process.exitCode = 127`);
  const step = await job.action(
    { repositories: stage.urls.team, 'profile-name': 'acme', tools: 'pip', preflight: 'true' },
    { env: { PATH: [job.home, process.env['PATH']].join(delimiter) } },
  );
  expect(step.annotations[0]?.message).toContain('pip config debug failed (exit code 127)');
});

const NAMING = [
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
];
for (const name of NAMING) testUnless(NO_PIPES)(`${name} naming a pipe is told at once`, () => runWithPipe(name));

async function runWithPipe(name: string): Promise<void> {
  await using job = await stage.startJob();
  const pipe = join(job.home, 'pipe');
  await job.run(['mkfifo', pipe]);
  const step = await job.action(
    { repositories: stage.urls.team },
    { env: { [name]: pipe, AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/x' }, timeoutMs: 20_000 },
  );
  expect(step.annotations[0]?.message).toContain(`The variable ${name} names ${pipe}, which is a pipe`);
  expect(step.durationMs).toBeLessThan(15_000);
}
