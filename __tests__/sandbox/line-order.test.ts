import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Job, JobOptions } from '../../sandbox/runner/runner.ts';
import { setVariables } from '../support/node-programs.ts';
import { makeAction, newJob } from './small-job.ts';

/** An action that writes to both streams (`!` is stderr), and goes on only when the runner has read what it wrote. */
const inTurn = (writes: readonly string[]): string =>
  `for (const [index, line] of ${JSON.stringify(writes)}.entries()) {
    fs.writeSync(line[0] === '!' ? 2 : 1, line.replace('!', '') + '\\n');
    while (!fs.existsSync(env.RUNNER_TEMP + '/read-' + index)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }`;

async function shownBy(options: JobOptions, ...writes: string[]): Promise<string[]> {
  const job = await newJob(options);
  let read = 0;
  const answer = (line: string | undefined): boolean => {
    if (line !== undefined) writeFileSync(join(job.temp, `read-${read++}`), '');
    return false;
  };
  const { log } = await job.uses(await makeAction(job, { main: inTurn(writes) }), { kill: { when: answer } });
  return log.slice(log.indexOf('##[endgroup]') + 1);
}

describe('the worst case', () => {
  test('a mask that is the last line of stdout comes too late for stderr', async () => {
    const writes = ['::add-mask::s3cret', '!error s3cret', 'then s3cret'];
    expect(await shownBy({ worstCase: false }, ...writes)).toEqual(['error ***', 'then ***']);
    expect(await shownBy({ worstCase: true }, ...writes)).toEqual(['error s3cret', 'then ***']);
  });

  test('a line after the mask lets it through; the end lets the last line through', async () => {
    const writes = ['::add-mask::s3cret', 'one', '!error s3cret', 'two', '!error'];
    expect(await shownBy({ worstCase: true }, ...writes)).toEqual(['error ***', 'one', 'error', 'two']);
  });

  test('a variable turns it on for every job', async () => {
    const before = process.env['WORST_CASE'];
    process.env['WORST_CASE'] = 'yes';
    try {
      expect(await shownBy({}, 'one', '!two')).toEqual(['two', 'one']);
    } finally {
      if (before === undefined) delete process.env['WORST_CASE'];
      else process.env['WORST_CASE'] = before;
    }
  });
});

describe('a stop token that is refused', () => {
  let job: Job;
  beforeEach(async () => {
    // In the worst case a command that is the last line of stdout waits as long as its process runs.
    job = await newJob({ worstCase: false });
  });
  const refused = '##[error]You cannot use a endToken that is an empty string';

  test('fails the step at once: what it prints and writes later does not count, its masks neither', async () => {
    const main = `say('ENV', 'EARLY=1\\n');
      console.log('::add-mask::early\\n::stop-commands::\\n::add-mask::late');
      setTimeout(() => { console.log('::add-mask::later'); say('ENV', 'LATE=1\\n'); say('STATE', 's=1\\n') }, 300)`;
    const step = await job.uses(await makeAction(job, { main }));
    expect(step).toMatchObject({ outcome: 'failure', exported: { EARLY: '1' }, state: {} });
    expect(step.log.at(-1)).toContain(refused);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(job.masks.slice(1)).toEqual(['early']);
    expect(job.exported).toEqual({ EARLY: '1' });
  });

  test('its process runs on beside the next steps and the posts, until the job is over', async () => {
    const beat = (path: string): string => `setInterval(() => fs.appendFileSync(env.RUNNER_TEMP + '/${path}', '.'), 5)`;
    const main = `${beat('beat')}; fs.writeFileSync(env.RUNNER_TEMP + '/pid', String(process.pid));
      console.log('::stop-commands::add-mask')`;
    // A listener that waits for the beat to go on: it ends only while the other process lives.
    const listen = `const size = () => fs.statSync(env.RUNNER_TEMP + '/beat', { throwIfNoEntry: false })?.size ?? 0;
      const before = size(); const timer = setInterval(() => { if (size() > before) clearInterval(timer) }, 5);
      console.log(fs.readFileSync(env.RUNNER_TEMP + '/pid', 'utf8'))`;
    expect((await job.uses(await makeAction(job, { main }))).exitCode).toBe(-1);
    const beside = await job.uses(await makeAction(job, { main: listen, post: listen }), { timeoutMs: 20_000 });
    expect(beside.outcome).toBe('success');
    const [post] = await job.finish({ timeoutMs: 20_000 });
    expect(post?.outcome).toBe('success');
    await expectEnd(Number(beside.stdout));
  });

  test('is allowed by a variable of the job', async () => {
    await setVariables(job, { ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS: 'true' });
    const step = await job.uses(await makeAction(job, { main: `console.log('::stop-commands::\\n::add-mask::x')` }));
    expect(step).toMatchObject({ outcome: 'success' });
    expect(step.log.at(-1)).toBe('::add-mask::x');
  });
});

/** Throws when the process lives on. */
async function expectEnd(pid: number): Promise<void> {
  const lives = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let tries = 0; lives() && tries < 500; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(lives()).toBe(false);
}
