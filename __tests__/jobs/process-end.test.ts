/** A step lasts as long as its process: whatever is left open must not keep it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JobOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { commandLine, placeProgram } from '../support/node-programs.ts';
import { serveRaw } from '../support/raw-server.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';
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

describe('work that does not come to its end is told once, and main fails', () => {
  test.each([
    [
      'nothing is left to wait for, and the work is not done',
      'new Promise(() => {})',
      'globalThis.setTimeout = () => ({ unref() {} }); fs.open = () => {};',
    ],
    ['4711', `Promise.reject(new Error('4711'))`, `fs.open = () => { throw new Error('4711'); };`],
  ])(
    '%s',
    async (message, inMain, inPost) => {
      const [preload, flag] = [join(freshFolder(), 'preload.cjs'), join(freshFolder(), 'flag')];
      // Main waits for its turn between the pieces that it loads, post for the disk.
      writeFileSync(
        preload,
        `const fs = require('node:fs');
      if (fs.existsSync(${JSON.stringify(flag)})) {
        const timers = require('node:timers/promises');
        const turn = timers.setImmediate;
        let turns = 0;
        timers.setImmediate = () => (++turns === 3 ? ${inMain} : turn());
        if ('STATE_clean-up' in process.env) { ${inPost} }
      }`,
      );
      await using job = await stage.startJob({ machine: { NODE_OPTIONS: `--require=${JSON.stringify(preload)}` } });
      const use = { repositories: stage.urls.team, 'profile-name': 'acme' };
      expect((await job.action(use)).outcome).toBe('success');
      writeFileSync(flag, '');
      const step = await job.action(use);
      expect(step.outcome).toBe('failure');
      expect(step.annotations.map((one) => one.message)).toEqual([
        `This is a bug of the action; please report it: Error: ${message}`,
      ]);
      const [, first] = await job.finish();
      expect(first?.annotations.map((one) => one.message)).toEqual([`Not everything could be cleaned up: ${message}`]);
    },
    60_000,
  );
});

test('a credential process that fails is told, and what it said is not', async () => {
  await using job = await stage.startJob();
  const script = `console.error('hvs.SECRETvalue123456'); process.exitCode = 1`;
  job.homeFile('.aws/config', `[profile broken]\ncredential_process = ${commandLine(job.home, 'broken', script)}\n`);
  const broken = await job.action({ repositories: stage.urls.team, 'profile-name': 'broken' });
  expect(broken.outcome).toBe('failure');
  expect(broken.rawLog).not.toContain('hvs.SECRET');
  expect(broken.annotations[0]?.message).toContain('credential_process of the profile "broken" failed');
}, 60_000);

test('a source profile that STS refuses with its canonical request: no session token is shown', async () => {
  await using job = await stage.startJob();
  const token = `IQoJb3JpZ2luX2VjE${'secret-part-of-a-session/token+'.repeat(8)}`;
  job.homeFile(
    '.aws/credentials',
    `[base]\naws_access_key_id = ${stage.acmeUser.accessKeyId}\n` +
      `aws_secret_access_key = ${stage.acmeUser.secretAccessKey}\naws_session_token = ${token}\n`,
  );
  job.homeFile(
    '.aws/config',
    '[profile chained]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\n',
  );
  const message =
    'The request signature we calculated does not match.\n\n' +
    `The Canonical String for this request should have been\n'POST\nx-amz-security-token:${token}'`;
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

describe('a pipe or a device in the place of a file', () => {
  const ROLE = 'arn:aws:iam::111122223333:role/x';
  const NAMING = [
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  ];
  for (const name of NAMING) testUnless(NO_PIPES)(`${name} naming a pipe is told at once`, () => runWithPipe(name));

  async function runWithPipe(name: string): Promise<void> {
    await using job = await stage.startJob();
    const pipe = await makePipe(job, 'pipe');
    const step = await job.action(
      { repositories: stage.urls.team },
      { env: { [name]: pipe, AWS_ROLE_ARN: ROLE }, timeoutMs: 20_000 },
    );
    expect(step.annotations[0]?.message).toContain(`The variable ${name} names ${pipe}, which is a pipe`);
    expect(step.durationMs).toBeLessThan(15_000);
  }

  async function makePipe(job: StagedJob, name: string): Promise<string> {
    const pipe = join(job.home, name);
    expect((await job.run(['mkfifo', pipe])).outcome).toBe('success');
    return pipe;
  }

  testUnless(NO_PIPES)('as ~/.aws/config, or as the token of a profile, is told at once', async () => {
    await using job = await stage.startJob();
    const pipe = await makePipe(job, 'pipe');
    job.homeFile('.aws/config', `[profile web]\nrole_arn = ${ROLE}\nweb_identity_token_file = ${pipe}\n`);
    const web = await job.action({ repositories: stage.urls.team, 'profile-name': 'web' }, { timeoutMs: 20_000 });
    expect(web.annotations[0]?.message).toContain(`The profile web names ${pipe}, which is a pipe`);
    await job.run(['rm', join(job.home, '.aws/config')]);
    const config = await makePipe(job, '.aws/config');
    const chain = await job.action({ repositories: stage.urls.team }, { timeoutMs: 20_000 });
    expect(chain.annotations[0]?.message).toContain(`The file ${config} is a pipe`);
    expect(chain.log.join('\n')).toContain('identity: ');
  });

  testUnless(NO_PIPES)('does no harm to keys, for which the SDK looks into these files too', async () => {
    await using job = await stage.startJob();
    await job.run(['rm', join(job.home, '.aws/credentials')]);
    await makePipe(job, '.aws/config');
    await makePipe(job, '.aws/credentials');
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    const step = await job.action(
      {
        repositories: stage.urls.team,
        'aws-access-key-id': accessKeyId,
        'aws-secret-access-key': secretAccessKey,
      },
      { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/dev/zero' }, timeoutMs: 20_000 },
    );
    expect(step.outcome).toBe('success');
    expect(step.stderr).toBe('');
  });
});

describe('who is waited for without end (95 s)', () => {
  /** A failed step, which is over in time. */
  async function failing(
    options: JobOptions,
    config: string,
    inputs: Record<string, string> = {},
  ): Promise<StepResult> {
    await using job = await stage.startJob(options);
    job.homeFile('.aws/config', config.replaceAll('HOME', job.home));
    const step = await job.action({ repositories: stage.urls.team, ...inputs }, { timeoutMs: 110_000 });
    expect(step.outcome).toBe('failure');
    expect(step.durationMs).toBeLessThan(95_000);
    return step;
  }
  const messageOf = ({ annotations }: StepResult) => annotations[0]?.message ?? '';

  test('a credential process, a child that holds its pipes, a container endpoint, GitHub: each is named', async () => {
    await using silent = await serveRaw(() => {});
    const folder = freshFolder();
    const hangs = commandLine(folder, 'hangs', 'setTimeout(() => {}, 120_000)');
    const child =
      `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 100000)'], ` +
      `{ stdio: 'inherit', detached: true }).unref()`;
    const holds = commandLine(folder, 'holds', `console.log('{}'); ${child}`);
    const started = performance.now();
    const [process, pipes, container, github] = await Promise.all([
      failing({}, `[profile p]\ncredential_process = ${hangs}\n`, { 'profile-name': 'p' }),
      failing(
        {},
        `[profile base]\ncredential_process = ${holds}\n[profile p]\nsource_profile = base\n` +
          'role_arn = arn:aws:iam::111122223333:role/x\n',
        { 'profile-name': 'p' },
      ),
      failing({ machine: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${silent.url}/x` } }, ''),
      failing({ idToken: { url: `${silent.url}/?a=b`, token: 'bearer-of-the-job' } }, '', {
        'role-to-assume': 'arn:aws:iam::111122223333:role/x',
      }),
    ]);
    expect(performance.now() - started).toBeLessThan(100_000);
    for (const step of [process, pipes]) {
      expect(messageOf(step)).toMatch(
        /90 s, was over after it had waited (?:89|90) s for the credential_process of the profile p\. Run/,
      );
    }
    expect(messageOf(container)).toMatch(/waited (?:89|90) s for credentials from 127\.0\.0\.1\. Check the network/);
    expect(messageOf(github)).toMatch(
      /GitHub gave no OIDC token: it did not answer within 10 s \(5 attempts in 5\d s\)\. Check the network/,
    );
  }, 130_000);
});

testUnless(NO_PIPES)(
  'a thread that waits for a pipe keeps no failed process, and what was printed gets out',
  async () => {
    const folder = freshFolder();
    const pipe = join(folder, 'pipe');
    await once(spawn('mkfifo', [pipe]), 'exit');
    const module = new URL('../../src/github/process-end.ts', import.meta.url).href;
    const script = `
    const { endSoon } = await import(${JSON.stringify(module)});
    const { readFile } = await import('node:fs/promises');
    readFile(${JSON.stringify(pipe)});
    process.exitCode = 1;
    process.stdout.write('x'.repeat(1_000_000) + 'the last mask');
    endSoon();`;
    const started = performance.now();
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(output.endsWith('the last mask')).toBe(true);
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    expect(performance.now() - started).toBeLessThan(10_000);
  },
);
