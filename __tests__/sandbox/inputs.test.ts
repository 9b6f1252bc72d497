import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { Job } from '../../sandbox/runner/runner.ts';
import { makeAction, newJob } from './small-job.ts';

let job: Job;
beforeEach(async () => {
  job = await newJob();
});

test('what is warned of before main is warned of again before post', async () => {
  const yml = 'inputs: { old: { description: d, deprecationMessage: use new } }';
  const action = await makeAction(job, { main: '', post: '', yml });
  const { log } = await job.uses(action, { with: { old: '1', other: '2' } });
  const warnings = [
    "##[warning]Input 'old' has been deprecated with message: use new",
    "##[warning]Unexpected input(s) 'other', valid inputs are ['old']",
  ];
  expect(log.slice(0, 2)).toEqual(warnings);
  expect((await job.finish())[0]?.log).toEqual([...warnings, 'Post job cleanup.']);
});

test('a deprecated input in another spelling is taken without a warning', async () => {
  const yml = 'inputs: { old: { description: d, deprecationMessage: use new } }';
  const action = await makeAction(job, { main: 'console.log(env.INPUT_OLD)', yml });
  expect(await job.uses(action, { with: { OLD: '1' } })).toMatchObject({ stdout: '1\n', annotations: [] });
});

test('upper case is a character for a character', async () => {
  const yml = 'inputs: { straße: { description: d, default: lang } }';
  const action = await makeAction(job, { main: `console.log(env['INPUT_STRAßE'])`, yml });
  expect((await job.uses(action)).stdout).toBe('lang\n');
});

test('the runtime is named in any case', async () => {
  const action = await makeAction(job, { main: '' });
  await writeFile(join(action, 'action.yml'), 'runs: { using: NODE24, main: main.js }');
  expect((await job.uses(action)).outcome).toBe('success');
});
