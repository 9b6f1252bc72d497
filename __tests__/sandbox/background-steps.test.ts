import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../sandbox/runner/runner.ts';
import { runScript } from '../support/node-programs.ts';
import { type Beside, MEET, stepsBeside, touch } from './meeting-steps.ts';
import { makeAction, newJob } from './small-job.ts';

let job: Job;
let beside: Beside;
beforeEach(async () => {
  job = await newJob();
  beside = stepsBeside(job);
});

describe('the changes of a background step', () => {
  test('count when it was waited for, not when it has ended', async () => {
    const script =
      `say('ENV', 'V=1\\n'); say('OUTPUT', 'x=2\\n'); say('PATH', '/mine\\n'); ` + `console.log('::add-mask::s3cret')`;
    const result = await beside('a', script);
    expect(result).toMatchObject({
      outcome: 'success',
      exported: { V: '1' },
      outputs: { x: '2' },
      addedPaths: ['/mine'],
    });
    const show = 'console.log(process.env.V, process.env.PATH.startsWith("/mine"), "s3cret")';
    const before = await runScript(job, show);
    expect(before.stdout).toBe('undefined false s3cret\n');
    expect(before.log.at(-1)).toBe('undefined false ***');
    expect(job.outputs).toEqual({});
    expect(await job.wait(['a'])).toMatchObject({ outcome: 'success' });
    expect((await runScript(job, show)).stdout).toBe('1 true s3cret\n');
    expect(job.outputs).toEqual({ a: { x: '2' } });
  });

  test('count in the order of the ids, whichever ended first', async () => {
    const write = (id: string): string => `say('ENV', 'V=${id}\\n${id}=1\\n'); say('PATH', '/${id}\\n');`;
    const a = beside('a', `when('b-ended', () => { ${write('a')} })`);
    await beside('b', write('b'));
    await runScript(job, `${MEET} ${touch('b-ended')}`);
    await a;
    await job.wait(['a', 'b']);
    expect(job.exported).toEqual({ V: 'b', a: '1', b: '1' });
    expect(job.env['PATH']).toMatch(/^\/b[:;]\/a[:;]/);
  });

  test('count again at a second wait, over what was written since', async () => {
    await beside('a', `say('ENV', 'V=background\\n')`);
    await job.wait(['a']);
    await runScript(job, `say('ENV', 'V=later\\n')`);
    await job.wait(['a']);
    expect(job.exported).toEqual({ V: 'background' });
  });

  test('names of variables in any case are one', async () => {
    await beside('a', `say('ENV', 'Name=1\\nNAME=2\\n')`);
    await job.wait(['a']);
    expect(job.exported).toEqual({ Name: '2' });
  });
});

test('the next step begins while it runs, with the environment that there is', async () => {
  const step = beside('a', `when('go', () => console.log(process.env.LATER))`);
  await runScript(job, `say('ENV', 'LATER=1\\n')`);
  await runScript(job, `${MEET} ${touch('go')}`);
  expect((await step).stdout).toBe('undefined\n');
});

test('what is not awaited still has its turn in order', async () => {
  const action = await makeAction(job, { main: `say('ENV', 'V=' + (env.V ?? '') + env.GITHUB_ACTION + '\\n')` });
  const steps = [job.uses(action, { id: 'a' }), job.uses(action, { id: 'b' }), job.uses(action, { id: 'c' })];
  await Promise.all(steps);
  expect(job.exported).toEqual({ V: 'abc' });
});

describe('wait', () => {
  test('shows names and results, and fails with a step that failed', async () => {
    const good = beside('good', '');
    const bad = beside('bad', 'process.exitCode = 1');
    const names = (await Promise.all([good, bad])).map(({ name }) => name);
    const { outcome, log } = await job.wait(['good', 'bad', 'unknown']);
    expect(outcome).toBe('failure');
    expect(log).toEqual([
      `Waiting for background step(s) to complete: ${names.join(', ')}, unknown`,
      'Finished waiting for background step(s).',
      `  ${names[0]}: Succeeded`,
      `  ${names[1]}: Failed`,
    ]);
    expect(job.log.slice(-4)).toEqual(log);
  });

  test('wait-all waits for what nothing has waited for, in the order of the starts', async () => {
    await beside('a', `say('ENV', 'V=a\\n')`);
    await job.wait(['a']);
    const [b, c] = [beside('b', `when('go', () => say('ENV', 'V=b\\n'))`), beside('c', `say('ENV', 'V=c\\n')`)];
    await c;
    await runScript(job, `${MEET} ${touch('go')}`);
    await job.waitAll();
    expect((await b).outcome).toBe('success');
    expect(job.exported).toEqual({ V: 'c' });
    expect((await job.waitAll()).log[0]).toBe('No background steps remaining to wait for.');
  });

  test('an empty name fails it', async () => {
    await beside('a', `say('ENV', '=x\\n')`);
    const { outcome, log } = await job.wait(['a']);
    expect({ outcome, last: log.at(-1) }).toEqual({
      outcome: 'failure',
      last: "##[error]Value cannot be null. (Parameter 'name')",
    });
  });
});

describe('at the end', () => {
  test('what was not waited for is, before the posts; these run last in, first out', async () => {
    const scripts = (name: string) => ({
      main: `say('STATE', 'own=${name}\\n'); setTimeout(() => say('ENV', '${name}=1\\n'), 200)`,
      post: `console.log(env.STATE_own, env.a, env.b)`,
    });
    const [a, b] = [await makeAction(job, scripts('a')), await makeAction(job, scripts('b'))];
    const steps = [job.uses(a, { id: 'a', background: true }), job.uses(b, { id: 'b', background: true })];
    const posts = await job.finish();
    expect(posts.map(({ stdout }) => stdout)).toEqual(['b 1 1\n', 'a 1 1\n']);
    expect((await Promise.all(steps)).map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    const waiting = job.log.indexOf('Waiting for all background step(s) to complete: Run ./, Run ./');
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(job.log.indexOf('Post job cleanup.'));
  });

  test('nothing is said where all were waited for', async () => {
    await beside('a', '');
    await job.wait(['a']);
    await job.finish();
    expect(job.log.filter((line) => line.startsWith('Waiting'))).toHaveLength(1);
  });
});
