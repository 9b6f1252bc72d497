import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../sandbox/runner/runner.ts';
import { runScript } from '../support/node-programs.ts';
import { onWindows, testUnless } from '../support/test-unless.ts';
import { type Beside, MEET, stepsBeside, touch } from './meeting-steps.ts';
import { newJob } from './small-job.ts';

const NO_SIGNALS = onWindows('Windows has no signals.');

let job: Job;
let beside: Beside;
beforeEach(async () => {
  job = await newJob();
  beside = stepsBeside(job);
});

test('ten run at a time; the next begins when one of them has ended', async () => {
  const count = `fs.writeFileSync(file('run-' + process.env.GITHUB_ACTION), '')`;
  const ids = Array.from({ length: 11 }, (_, index) => `s${index}`);
  const steps = ids.map((id) => beside(id, `${count}; when('end-' + process.env.GITHUB_ACTION)`));
  const seen = await runScript(
    job,
    `${MEET} when('run-s9', () => setTimeout(() => console.log(fs.existsSync(file('run-s10'))), 200))`,
  );
  expect(seen.stdout).toBe('false\n');
  await runScript(job, `${MEET} ${touch('end-s4')} when('run-s10')`, { timeoutMs: 20_000 });
  await runScript(job, `${MEET} for (const n of ${JSON.stringify(ids)}) fs.writeFileSync(file('end-' + n), '')`);
  expect((await Promise.all(steps)).map(({ outcome }) => outcome)).toEqual(ids.map(() => 'success'));
});

describe('cancel', () => {
  const stay = `${touch('ready')} setInterval(() => {}, 1000);`;
  const ready = () => runScript(job, `${MEET} when('ready')`, { timeoutMs: 20_000 });

  testUnless(NO_SIGNALS)('stops a step, and what it wrote counts', async () => {
    const step = beside('a', `process.on('SIGINT', () => { say('ENV', 'V=1\\n'); process.exit(0) }); ${stay}`);
    await ready();
    const { outcome, log } = await job.cancel(['a']);
    expect(outcome).toBe('success');
    expect(log.at(-1)).toMatch(/^ {2}Run .*: Canceled$/);
    expect(await step).toMatchObject({ outcome: 'cancelled', exitCode: 0 });
    expect((await step).log.at(-1)).not.toContain('canceled');
    expect(job.exported).toEqual({ V: '1' });
    expect(await job.wait(['a'])).toMatchObject({ outcome: 'cancelled' });
  });

  testUnless(NO_SIGNALS)('goes on without a step that does not end in time', async () => {
    job = await newJob({ waits: { sigint: 50, sigterm: 1000 } });
    beside = stepsBeside(job);
    const step = beside('a', `process.on('SIGINT', () => {}); process.on('SIGTERM', () => {}); ${stay}`);
    await ready();
    const started = performance.now();
    expect((await job.cancel(['a'])).log.at(-1)).toMatch(/: Canceled$/);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(await step).toMatchObject({ outcome: 'cancelled', exitCode: 137 });
  });

  test('does nothing to a step that has ended', async () => {
    const step = await beside('a', 'process.exitCode = 1');
    const { outcome, log } = await job.cancel(['a']);
    expect({ outcome, last: log.at(-1) }).toEqual({ outcome: 'success', last: `  ${step.name}: Failed` });
  });

  test('of a step without a slot: it never begins, and the cancel is cancelled', async () => {
    const steps = Array.from({ length: 10 }, (_, index) => beside(`s${index}`, `when('go')`));
    const queued = expect(beside('queued', touch('begun'))).rejects.toThrow('A task was canceled.');
    const { outcome, log } = await job.cancel(['queued']);
    expect({ outcome, last: log.at(-1) }).toEqual({ outcome: 'cancelled', last: '##[error]A task was canceled.' });
    await queued;
    await runScript(job, `${MEET} ${touch('go')}`);
    await Promise.all(steps);
    const { stdout } = await runScript(job, `${MEET} console.log(fs.existsSync(file('begun')))`);
    expect(stdout).toBe('false\n');
  });

  testUnless(NO_SIGNALS)('a time-out is told as that of a background step', async () => {
    const step = await beside('a', stay, { timeoutMs: 600 });
    expect(step.outcome).toBe('failure');
    expect(step.log.at(-1)).toMatch(/^##\[error\]The background step 'Run .*' has timed out after 0.01 minutes\.$/);
  });

  test('is what becomes of a step that still runs when the job is removed', async () => {
    const step = beside('a', stay);
    await ready();
    await job.remove();
    expect(await step).toMatchObject({ outcome: 'cancelled' });
  });
});
