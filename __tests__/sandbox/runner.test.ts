import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../sandbox/runner/runner.ts';
import { runScript, setVariables } from '../support/node-programs.ts';
import { NO_SHELL, onWindows, testUnless } from '../support/test-unless.ts';
import { newJob, makeAction as writeAction } from './small-job.ts';

let job: Job;
beforeEach(async () => {
  job = await newJob();
});

const makeAction = (scripts: Parameters<typeof writeAction>[1]): Promise<string> => writeAction(job, scripts);

const printEnv = 'console.log(JSON.stringify(env))';

const NO_SIGNALS = onWindows('Windows has no signals.');

/** What a process on Windows has besides: from the runner, and from Node.js, which starts none without it. */
const ON_WINDOWS = [
  'APPDATA COMSPEC LOCALAPPDATA PATHEXT USERPROFILE HOMEDRIVE HOMEPATH LOGONSERVER PROCESSOR_ARCHITECTURE',
  'SYSTEMDRIVE SYSTEMROOT TEMP USERDOMAIN USERNAME WINDIR',
].flatMap((names) => names.split(' '));

describe('environment', () => {
  const inputs = `inputs:
  my-input: { description: d }
  with space: { description: d, default: 'a b' }
  count: { description: d, default: 5 }
  flag: { description: d, default: false }
  needed: { description: d, required: true }`;

  test('every declared input is set; names in any case; unexpected ones draw a warning', async () => {
    const action = await makeAction({ main: printEnv, yml: inputs });
    const step = await job.uses(action, { with: { 'My-Input': ' x\ny ', extra: 'e' } });
    expect(JSON.parse(step.stdout)).toMatchObject({
      'INPUT_MY-INPUT': ' x\ny ',
      INPUT_WITH_SPACE: 'a b',
      INPUT_COUNT: '5',
      INPUT_FLAG: 'false',
      INPUT_NEEDED: '',
      INPUT_EXTRA: 'e',
    });
    expect(step.outcome).toBe('success');
    expect(step.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: "Unexpected input(s) 'extra', valid inputs are ['my-input', 'with space', 'count', 'flag', 'needed']",
      }),
    ]);
  });

  test('nothing of this machine but PATH comes in', async () => {
    process.env['AWS_PROFILE'] = 'mine';
    try {
      const step = await job.uses(await makeAction({ main: printEnv }));
      const names = Object.keys(JSON.parse(step.stdout)).filter((name) => !/^(GITHUB|RUNNER)_/.test(name));
      const more = process.platform === 'win32' ? ON_WINDOWS : [];
      const ours = names.filter((name) => !more.includes(name.toUpperCase()));
      expect(ours.sort()).toEqual(['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RUNTIME_URL', 'CI', 'HOME', 'LANG', 'PATH']);
    } finally {
      delete process.env['AWS_PROFILE'];
    }
  });

  test('later layers override earlier ones', async () => {
    job = await newJob({ machine: { A: 'machine', M: 'machine' }, env: { A: 'job', B: 'job', C: 'job', D: 'job' } });
    const forged = [
      'B',
      'C',
      'INPUT_DECLARED',
      'INPUT_OTHER',
      'GITHUB_REPOSITORY',
      'RUNNER_TEMP',
      'GITHUB_TOKEN',
      'CI',
    ];
    const { exported } = await setVariables(job, Object.fromEntries(forged.map((name) => [name, 'forged'])));
    expect(Object.keys(exported)).toEqual(forged);

    const action = await makeAction({ main: printEnv, yml: 'inputs: { declared: { description: d } }' });
    const step = await job.uses(action, { env: { C: 'step' } });
    expect(JSON.parse(step.stdout)).toMatchObject({
      M: 'machine',
      A: 'job',
      B: 'forged',
      C: 'step',
      D: 'job',
      INPUT_DECLARED: '',
      INPUT_OTHER: 'forged',
      GITHUB_REPOSITORY: 'octo-org/octo-repo',
      RUNNER_TEMP: job.temp,
      GITHUB_TOKEN: 'forged',
      CI: 'forged',
    });
  });

  test('event, repository, OIDC, debug', async () => {
    job = await newJob({
      event: { name: 'pull_request', payload: { number: 7 } },
      repository: 'me/mine',
      github: { head_ref: 'topic' },
      idToken: { url: 'https://oidc.example/', token: 'request-token' },
      debug: true,
    });
    const main = `console.log(JSON.stringify({ ...env, event: JSON.parse(fs.readFileSync(env.GITHUB_EVENT_PATH)) }))
      console.log('::debug::request-token')`;
    const step = await job.uses(await makeAction({ main }));
    expect(JSON.parse(step.stdout.split('\n')[0] ?? '')).toMatchObject({
      GITHUB_EVENT_NAME: 'pull_request',
      event: { number: 7 },
      GITHUB_REPOSITORY: 'me/mine',
      GITHUB_REPOSITORY_OWNER: 'me',
      GITHUB_HEAD_REF: 'topic',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.example/',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
      RUNNER_DEBUG: '1',
    });
    expect(step.log.at(-1)).toBe('##[debug]***');
  });

  test('PATH entries: the latest first, each once, also where .NET calls them equal', async () => {
    await runScript(job, `say('PATH', '/on\u00ade\\n/two\\n')`);
    await runScript(job, `say('PATH', '/one\\n')`);
    const { stdout } = await runScript(job, 'console.log(process.env.PATH)');
    expect(stdout.trim()).toBe(['/one', '/two', process.env['PATH']].join(delimiter));
    expect(job.env['PATH']).toBe(stdout.trim());
  });
});

describe('file commands', () => {
  test('outputs, state and variables', async () => {
    const main = `say('OUTPUT', 'a=1\\nb<<E\\n2\\n3\\nE\\n'); say('STATE', 's=4\\n'); say('ENV', 'V=5\\n')`;
    const step = await job.uses(await makeAction({ main }));
    expect(step).toMatchObject({ outputs: { a: '1', b: '2\n3' }, state: { s: '4' }, exported: { V: '5' } });
    expect((await runScript(job, `const { V, a, s } = process.env; console.log(V, a, s)`)).stdout).toBe(
      '5 undefined undefined\n',
    );
  });

  test('count after a failure', async () => {
    const step = await job.uses(await makeAction({ main: `say('ENV', 'V=5\\n'); process.exitCode = 3` }));
    expect(step).toMatchObject({ outcome: 'failure', exitCode: 3 });
    expect(job.exported).toEqual({ V: '5' });
  });

  test('a bad line fails the step; the pairs before it are taken over', async () => {
    const step = await job.uses(await makeAction({ main: `say('ENV', 'V=5\\nbad\\nW=6\\n')` }));
    expect(step).toMatchObject({ outcome: 'failure', exitCode: 0, exported: { V: '5' } });
    expect(step.log.slice(-2)).toEqual([
      "##[error]Unable to process file command 'env' successfully.",
      "##[error]Invalid format 'bad'",
    ]);
  });

  test('NODE_OPTIONS is refused, but the step does not fail', async () => {
    const step = await job.uses(await makeAction({ main: `say('ENV', 'Node_Options=--x\\nLD_PRELOAD=\\n')` }));
    expect(step).toMatchObject({ outcome: 'success', exported: { LD_PRELOAD: '' } });
    expect(step.log.at(-1)).toBe("##[error]Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  });

  test('each step has new files; old ones stay until the job ends', async () => {
    const main = `say('OUTPUT', 'a=' + fs.readFileSync(env.GITHUB_OUTPUT) + 'x\\n')`;
    const action = await makeAction({ main });
    await job.uses(action);
    expect((await job.uses(action)).outputs).toEqual({ a: 'x' });
    const files = await readdir(join(job.temp, '_runner_file_commands'));
    expect(files.filter((name) => name.startsWith('set_output_'))).toHaveLength(2);
  });

  test('the summary is masked line by line, and refused above 1 MiB', async () => {
    job = await newJob({ secrets: ['s3cret', 'two\nlines'] });
    const { summary } = await runScript(job, `say('STEP_SUMMARY', 'a s3cret\\ntwo\\nlines')`);
    expect(summary).toBe('a ***\n***\n***\n');
    const large = await runScript(job, `say('STEP_SUMMARY', '\\0'.repeat(1048577))`);
    expect(large).toMatchObject({ summary: '', outcome: 'success' });
    expect(large.annotations[0]?.message).toContain('upload aborted');
  });
});

describe('log', () => {
  test('shows inputs and variables of main, masked; of post only that it cleans up', async () => {
    job = await newJob({ secrets: ['s3cret'], env: { TOKEN: 'a s3cret' } });
    const action = await makeAction({
      main: `console.log('in main')`,
      post: `console.log('in post')`,
      yml: 'inputs: { key: { description: d }, other: { description: d, default: o }, empty: { description: d } }',
    });
    await job.uses(action, { with: { key: 's3cret' }, env: { MINE: 'm' }, uses: 'me/action@v1' });
    const posts = await job.finish();
    const main = [
      '##[group]Run me/action@v1',
      'with:',
      '  key: ***',
      '  other: o',
      'env:',
      '  TOKEN: a ***',
      '  MINE: m',
      '##[endgroup]',
      'in main',
    ];
    expect(job.log).toEqual([...main, 'Post job cleanup.', 'in post']);
    expect(posts[0]).toMatchObject({ name: 'Post Run me/action@v1', log: ['Post job cleanup.', 'in post'] });
  });

  test('a line before add-mask is shown in clear, one after it is not; the raw log keeps all', async () => {
    const main = `console.log('one s3cret\\n::add-mask::s3cret\\ntwo s3cret')`;
    const step = await job.uses(await makeAction({ main }));
    expect(step.log.slice(-2)).toEqual(['one s3cret', 'two ***']);
    expect(step.rawLog).toBe('one s3cret\n::add-mask::s3cret\ntwo s3cret\n');
    expect(job.masks.slice(1)).toEqual(['s3cret']);
    expect((await runScript(job, `console.log('s3cret')`)).log.at(-1)).toBe('***');
  });

  test('standard error of a batch comes before standard output', async () => {
    job = await newJob({ worstCase: false });
    // While the runner is held up at the first line, both streams get something to read.
    const main = `console.log('go');
      setTimeout(() => { fs.writeSync(1, '::add-mask::s3cret\\n'); fs.writeSync(2, 'error s3cret\\n') }, 50)`;
    const holdUp = (line: string | undefined): boolean => {
      if (line === 'go') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return false;
    };
    const step = await job.uses(await makeAction({ main }), { kill: { when: holdUp } });
    expect(step.log.at(-1)).toBe('error s3cret');
  });

  test('stop-commands lasts until the end of the step', async () => {
    const main = `console.log('::stop-commands::stop-token\\n::add-mask::one')`;
    await job.uses(await makeAction({ main }));
    await runScript(job, `console.log('::add-mask::two')`);
    expect(job.masks.slice(1)).toEqual(['stop-token', 'two']);
  });

  test('ten annotations of each level, each cut to 4096 characters; more are lines', async () => {
    const main = `for (let i = 0; i < 12; i++) console.log('::error title=t::' + i + 'x'.repeat(5000));
      console.log('::warning::w')`;
    const step = await job.uses(await makeAction({ main }));
    expect(step.annotations.map(({ level }) => level)).toEqual([...Array(10).fill('error'), 'warning']);
    expect(step.annotations[0]).toMatchObject({ message: `0${'x'.repeat(4095)}`, properties: { title: 't' } });
    expect(step.log.filter((line) => line.startsWith('##[error]'))).toHaveLength(12);
    expect(step.outcome).toBe('success');
  });
});

describe('post', () => {
  const tell = (name: string): string => `say('ENV', 'ORDER=' + (env.ORDER ?? '') + '${name}\\n')`;

  test('runs last in, first out, with the state of its own main, also after a failed one', async () => {
    const post = `console.log(env.STATE_name ?? 'none'); process.exitCode = env.STATE_name === 'b' ? 1 : 0`;
    const action = (name: string, more = ''): Promise<string> =>
      makeAction({ main: `say('STATE', 'name=${name}\\n'); ${tell(name)}; ${more}`, post: `${post}; ${tell(name)}` });
    await job.uses(await action('a'));
    await job.uses(await action('b', `throw new Error('fails')`));
    await job.uses(await makeAction({ main: '' }));
    await job.uses(await action('c'));
    const posts = await job.finish();
    expect(posts.map(({ stdout }) => stdout)).toEqual(['c\n', 'b\n', 'a\n']);
    expect(posts.map(({ outcome }) => outcome)).toEqual(['success', 'failure', 'success']);
    expect(job.exported).toEqual({ ORDER: 'abccba' });
    expect(await job.finish()).toEqual([]);
  });

  test('gets inputs and the step variables again, and what later steps exported', async () => {
    const action = await makeAction({ main: '', post: printEnv, yml: 'inputs: { i: { description: d } }' });
    await job.uses(action, { with: { i: '1' }, env: { S: '2' } });
    await setVariables(job, { LATER: '3' });
    const [post] = await job.finish();
    expect(JSON.parse(post?.stdout ?? '')).toMatchObject({ INPUT_I: '1', S: '2', LATER: '3' });
  });

  test('state that main saved cannot be forged; state that it did not save can', async () => {
    const action = await makeAction({ main: `say('STATE', 'saved=own\\n')`, post: printEnv });
    await job.uses(action);
    await setVariables(job, { STATE_saved: 'forged', STATE_other: 'forged' });
    const [post] = await job.finish();
    expect(JSON.parse(post?.stdout ?? '')).toMatchObject({ STATE_saved: 'own', STATE_other: 'forged' });
  });

  test('state names are case-insensitive, and the first spelling stays', async () => {
    const step = await job.uses(await makeAction({ main: `say('STATE', 'Name=1\\nnAME=2\\n')` }));
    expect(step.state).toEqual({ Name: '2' });
  });

  test('RUNNER_TEMP is emptied at the end when asked for', async () => {
    await writeFile(join(job.temp, 'left'), '');
    await job.finish();
    expect(existsSync(join(job.temp, 'left'))).toBe(true);
    await job.finish({ emptyTemp: true });
    expect(await readdir(job.temp)).toEqual([]);
  });
});

describe('end of a process', () => {
  const stay = 'setInterval(() => {}, 1000)';

  test('killed at a line: what it wrote counts, and post runs', async () => {
    const main = `say('STATE', 's=1\\n'); console.log('now'); ${stay}`;
    const step = await job.uses(await makeAction({ main, post: 'console.log(env.STATE_s)' }), {
      kill: { when: (line) => line === 'now' },
    });
    expect(step).toMatchObject({ outcome: 'failure', exitCode: 137, state: { s: '1' } });
    expect((await job.finish())[0]?.stdout).toBe('1\n');
  });

  test('killed when a file appears', async () => {
    const file = join(job.temp, 'mark');
    const main = `fs.writeFileSync(env.RUNNER_TEMP + '/mark', ''); ${stay}`;
    const step = await job.uses(await makeAction({ main }), {
      kill: { when: () => existsSync(file), signal: 'SIGTERM' },
    });
    expect(step.exitCode).toBe(143);
  });

  testUnless(NO_SIGNALS)('cancelled: SIGINT, then SIGTERM, then SIGKILL', async () => {
    const waits = { sigint: 40, sigterm: 40 };
    const listen = (signals: string[]): string =>
      `${signals.map((signal) => `process.on('${signal}', () => console.log('${signal}'))`).join(';')};
       console.log('ready'); ${stay}`;
    const cancelWhen = (line: string | undefined): boolean => line === 'ready';
    for (const [signals, exitCode] of [
      [[], 130],
      [['SIGINT'], 143],
      [['SIGINT', 'SIGTERM'], 137],
    ] as const) {
      const step = await job.uses(await makeAction({ main: listen([...signals]) }), { cancelWhen, waits });
      expect(step).toMatchObject({ outcome: 'cancelled', exitCode });
      expect(step.log.slice(-2 - signals.length)).toEqual([
        'ready',
        ...signals,
        '##[error]The operation was canceled.',
      ]);
    }
  });

  testUnless(NO_SIGNALS)('timed out: a failure, even when the process ends well', async () => {
    const main = `process.on('SIGINT', () => process.exit(0)); ${stay}`;
    const step = await job.uses(await makeAction({ main }), { timeoutMs: 600, waits: { sigint: 5000 } });
    expect(step).toMatchObject({ outcome: 'failure', exitCode: 0 });
    expect(step.log.at(-1)).toBe("##[error]The action 'Run ./' has timed out after 0.01 minutes.");
  });

  test('a child that keeps the streams open is not waited for', async () => {
    const main = `console.log('main'); const { spawn } = require('child_process');
      const options = { stdio: 'inherit', detached: true, cwd: '/' };
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], options).unref()`;
    const step = await job.uses(await makeAction({ main }), { waits: { streams: 50 } });
    expect(step).toMatchObject({ outcome: 'success', stdout: 'main\n' });
    expect(step.durationMs).toBeLessThan(2000);
  });

  testUnless(onWindows('Windows has other bounds.'))(
    'a variable that is too long for the system fails every later step',
    async () => {
      await job.run([
        process.execPath,
        '-e',
        `require('fs').writeFileSync(process.env.GITHUB_ENV, 'V=' + 'x'.repeat(2 ** 17))`,
      ]);
      const step = await job.run(['true']);
      expect(step).toMatchObject({ outcome: 'failure', exitCode: -1 });
      expect(step.log.at(-1)).toMatch(
        /^##\[error\]An error occurred trying to start process 'true' .* Argument list too long$/,
      );
    },
  );

  test('a program that does not exist is a failure', async () => {
    expect(await job.run(['no-such-program'])).toMatchObject({ outcome: 'failure', exitCode: -1 });
  });
});

test('a run step fails with the exit code of its program', async () => {
  const step = await runScript(job, `console.log('out'); console.error('err'); process.exitCode = 3`);
  expect(step).toMatchObject({ outcome: 'failure', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  expect(step.log.at(-1)).toBe('##[error]Process completed with exit code 3.');
});

testUnless(NO_SHELL)('a run step may be a script for bash', async () => {
  const step = await job.run('echo out; echo err >&2; false; echo no');
  expect(step).toMatchObject({ outcome: 'failure', exitCode: 1, stdout: 'out\n', stderr: 'err\n' });
});

test.each([
  ['a Docker action', 'runs: { using: docker, image: Dockerfile }', "This runner has no runtime for 'using: docker'."],
  ['no main', 'runs: { using: node24 }', 'names no main script'],
  ['a condition', 'runs: { using: node24, main: m.js, post-if: success() }', "This runner evaluates no 'post-if'"],
  [
    'an expression',
    'inputs: { t: { default: "$\\u007b{ github.token }}" } }\nruns: { using: node24, main: m.js }',
    "The default of input 't' is an expression: not evaluated.",
  ],
])('refuses %s', async (_, yml, message) => {
  await writeFile(join(job.folder, 'action.yml'), yml);
  await expect(job.uses(job.folder)).rejects.toThrow(message);
});
