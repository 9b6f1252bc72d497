/** What GitHub's runner cannot bear, and what a step must therefore never do. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { place } from '../support/files.ts';
import { commandLine } from '../support/node-programs.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';
import { testUnless } from '../support/test-unless.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** Repositories with long names. */
const list = (number: number) =>
  Array.from({ length: number }, (_, index) => `packages-of-team-${index}`)
    .map((name) => stage.urls.team.replace('/team/', `/${name}/`))
    .join('\n');

const errorOf = (step: StepResult) => step.annotations.find(({ level }) => level === 'error')?.message ?? '';

describe('annotations', () => {
  test('6,000 emojis in one error: the job goes on, and its post runs', async () => {
    await using job = await stage.startJob();
    const step = await job.action({ repositories: stage.urls.team, tools: '\u{1f600}'.repeat(6_000) });
    const message = errorOf(step);
    expect(message).toMatch(/^Input tools names .*; /);
    expect(message.length).toBeLessThanOrEqual(4_000);
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
  });

  test('emojis in the first 256 units of each of several, and where a mask cuts', async () => {
    await using job = await stage.startJob({ secrets: ['battery&+\u{1f600}staples'] });
    job.workspaceFile('keyringrc.cfg', '[codeartifact]\nprofile_name = nobody\n');
    const tools = `x${'\u{1f600}'.repeat(100)} \u{1f600}staples`;
    const step = await job.action({ repositories: stage.urls.team, tools, forks: '\u{1f600}'.repeat(150) });
    expect(errorOf(step)).toContain('\\u{1f600}');
    expect(errorOf(step)).toMatch(/^3 problems:\n/);
    expect((await job.finish())[0]?.outcome).toBe('success');
  });

  test('2,000 problems: some are shown, the others counted, all of them are in the log', async () => {
    await using job = await stage.startJob();
    const repositories = Array.from({ length: 2_000 }, (_, index) => `http://example.com/${index}`).join('\n');
    const step = await job.action({ repositories });
    const message = errorOf(step);
    expect(message.length).toBeLessThanOrEqual(4_000);
    expect(message).toMatch(/^2000 problems:\n1\. .*\nAnd \d+ more, which the log of this step lists\.$/s);
    const begin = step.log.indexOf('##[group]In full, what the annotation below has no room for');
    const end = step.log.indexOf('##[endgroup]', begin);
    expect(step.log.slice(begin + 1, end)).toHaveLength(2_000);
    expect(step.log[end - 1]).toContain('http://example.com/1999');
  });
});

describe('variables', () => {
  const testOnLinux = testUnless(process.platform === 'linux' ? undefined : 'The bounds are those of Linux.');
  const inputs = (number: number) => ({
    repositories: list(number),
    tools: 'uv',
    'profile-name': 'acme',
    'token-duration': '900',
  });

  testOnLinux(
    '1,150 repositories with uv, more than a variable has room for: refused before AWS is asked',
    async () => {
      await using job = await stage.startJob();
      const calls = stage.standIn.calls.length;
      const step = await job.action(inputs(1_150));
      expect(errorOf(step)).toMatch(
        /^The variable UV_INDEX would have \d+ bytes where Linux has room for 131072, and /,
      );
      expect(stage.standIn.calls.length).toBe(calls);
      expect([step.exported, step.state]).toEqual([{}, {}]);
      expect((await job.run([process.execPath, '--version'])).outcome).toBe('success');
      expect((await job.finish())[0]?.outcome).toBe('success');
    },
  );

  testOnLinux('as many as there is room for: later steps and post start', async () => {
    await using job = await stage.startJob();
    const step = await job.action(inputs(1_050));
    expect(step.outcome).toBe('success');
    expect(step.exported['UV_INDEX']?.length).toBeGreaterThan(110_000);
    expect((await job.run([process.execPath, '--version'])).outcome).toBe('success');
    expect((await job.finish())[0]).toMatchObject({ outcome: 'success', annotations: [] });
  });
});

describe('a key or a token that is none, for a character that is not visible ASCII', () => {
  // The runner takes no `::add-mask::` in front of the first of these for a command, and would show the value.
  const ODD = ['\u0e33never-printed-4711-odd', 'never-printed-4711-\u0301-odd', 'never-printed-4711-é-odd'];
  const profileOf = (secret: string, more = '') =>
    `[odd]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${secret}\n${more}`;

  interface Place {
    readonly inputs?: Record<string, string>;
    readonly machine?: Record<string, string>;
    readonly files?: Record<string, string>;
    readonly workspace?: string;
  }
  const ID = 'AKIAIOSFODNN7EXAMPLE';
  const PLACES: Record<string, (odd: string, job: StagedJob) => Place> = {
    'the inputs': (odd) => ({ inputs: { 'aws-access-key-id': ID, 'aws-secret-access-key': odd } }),
    'the session token of the inputs': (odd) => ({
      inputs: { 'aws-access-key-id': ID, 'aws-secret-access-key': 'fine', 'aws-session-token': odd },
    }),
    'keyringrc.cfg': (odd) => ({
      workspace: `[codeartifact]\naws_access_key_id = ${ID}\naws_secret_access_key = x${odd}x\n`,
    }),
    'the environment': (odd) => ({ machine: { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: odd } }),
    'the session token of the environment': (odd) => ({
      machine: { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: 'fine', AWS_SESSION_TOKEN: odd },
    }),
    'a profile': (odd) => ({ inputs: { 'profile-name': 'odd' }, files: { '.aws/credentials': profileOf(odd) } }),
    'the session token of a profile': (odd) => ({
      inputs: { 'profile-name': 'odd' },
      files: { '.aws/credentials': profileOf('fine', `aws_session_token = ${odd}\n`) },
    }),
    'a credential process': (odd, job) => {
      const answer = JSON.stringify({ Version: 1, AccessKeyId: ID, SecretAccessKey: odd });
      const command = commandLine(job.home, 'answer', `console.log(${JSON.stringify(answer)})`);
      return {
        inputs: { 'profile-name': 'odd' },
        files: { '.aws/config': `[profile odd]\ncredential_process = ${command}\n` },
      };
    },
  };

  test.each(Object.entries(PLACES))(
    'in %s: refused, before any call, and not printed even to hide it',
    async (_, placeOf) => {
      for (const odd of ODD) {
        await using scratch = await stage.startJob();
        const { inputs, machine = {}, files = {}, workspace } = placeOf(odd, scratch);
        await using job = await stage.startJob({ machine, debug: true });
        for (const [name, text] of Object.entries(files)) place(join(job.home, name), text, {});
        if (workspace !== undefined) place(join(job.workspace, 'keyringrc.cfg'), workspace, {});
        const calls = stage.standIn.calls.length;
        const step = await job.action({ repositories: stage.urls.team, ...inputs });
        expect(errorOf(step)).toContain('a space or a character that no AWS key has');
        expect(stage.standIn.calls.length).toBe(calls);
        expect(step.rawLog).not.toMatch(/never-printed|4711/);
        expect(step.rawLog).not.toContain(Buffer.from(odd).toString('base64').slice(4, 20));
      }
    },
  );
});

describe('standard error, of which the runner may show a line before a mask counts', () => {
  /** When a preloaded script does something in main: as most of it is yet to be loaded, or as it asks AWS. */
  const MOMENTS = {
    early:
      "const resolve = (name, context, next) => (name === 'node:https' && act(), next(name, context));\n" +
      "require('node:module').registerHooks({ resolve });",
    late: "require('node:diagnostics_channel').subscribe('http.client.request.start', act);",
  };

  /** In post it does so as soon as post has taken standard error. */
  const preload = (job: StagedJob, moment: keyof typeof MOMENTS, script: string) => {
    const path = join(job.home, 'preload.cjs');
    const lines = [
      `const act = () => { ${script} };`,
      MOMENTS[moment],
      "const taken = () => Object.getOwnPropertyDescriptor(process, 'stderr').get;",
      'const untaken = taken();',
      'const poll = () => (taken() === untaken ? setTimeout(poll, 1) : act());',
      "if (require('node:worker_threads').isMainThread && /post.index\\.js$/.test(process.argv[1])) poll();",
    ];
    place(path, lines.join('\n'), {});
    return { NODE_OPTIONS: `--require=${path}` };
  };

  test.each([
    ['NODE_DEBUG, which shows requests with their headers', () => ({ NODE_DEBUG: 'http,https,tls,net' })],
    [
      'warnings of Node.js',
      (job: StagedJob) => preload(job, 'early', `process.emitWarning('4711', 'DeprecationWarning')`),
    ],
    ['certificates that nobody checks', () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })],
    ['a console of somebody', (job: StagedJob) => preload(job, 'early', `console.error('4711'); console.warn('4711')`)],
  ])('stays empty: %s', async (_, variables) => {
    await using job = await stage.startJob();
    const env = variables(job);
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' }, { env });
    const [post] = await job.finish();
    expect([step.stderr, post?.stderr]).toEqual(['', '']);
    expect(step.rawLog + post?.rawLog).not.toMatch(/AWS4-HMAC-SHA256 Credential|createConnection/);
  });

  test('an error that nobody caught fails main, and post only warns of it', async () => {
    await using job = await stage.startJob();
    const env = preload(job, 'late', `throw new Error('4711 uncaught')`);
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' }, { env });
    expect([step.outcome, step.stderr]).toEqual(['failure', '']);
    expect(errorOf(step)).toBe('This is a bug of the action; please report it: Error: 4711 uncaught');
    const [post] = await job.finish();
    expect([post?.outcome, post?.stderr]).toEqual(['success', '']);
  });
});
