import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { placeAnnotation } from '../../sandbox/runner/annotation-place.ts';
import { NamedValues } from '../../sandbox/runner/named-values.ts';
import type { Job } from '../../sandbox/runner/runner.ts';
import { WorkerDeath } from '../../sandbox/runner/worker-death.ts';
import { runScript } from '../support/node-programs.ts';
import { makeAction, newJob } from './small-job.ts';

const workspace = resolve('/work');

function place(given: Record<string, string>): Record<string, string> {
  const properties = new NamedValues();
  for (const [name, value] of Object.entries(given)) properties.set(name, value);
  return Object.fromEntries(placeAnnotation(properties, { workspace, repository: 'me/mine' }));
}

describe('the place', () => {
  test('a file in the workspace is told by its path there, and the repository with it', () => {
    expect(place({ File: join(workspace, 'a', 'b.py') })).toEqual({ File: 'a/b.py', repo: 'me/mine' });
    expect(place({ file: workspace })).toEqual({ file: workspace, repo: 'me/mine' });
    expect(place({ file: `${workspace}space/b.py` })).toEqual({ file: `${workspace}space/b.py` });
    expect(place({ file: 'b.py' })).toEqual({ file: 'b.py' });
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['all of one line', { line: '1', endLine: '1', col: '2', endColumn: '3' }, {}],
    ['an end alone is the start too', { endLine: '2', endColumn: '3' }, { line: '2', col: '3' }],
    ['columns without a line', { col: '2', endColumn: '3' }, { col: '', endColumn: '' }],
    ['columns of several lines', { line: '1', endLine: '2', col: '2' }, { col: '' }],
    ['lines that end before they begin', { line: '2', endLine: '1' }, { line: '', endLine: '' }],
    ['columns that end before they begin', { line: '1', col: '3', endColumn: '2' }, { col: '', endColumn: '' }],
    ['what is no number', { col: 'x', endLine: '-' }, {}],
  ])('%s', (_, given, changed) => {
    const expected = Object.entries({ ...given, ...changed }).filter(([, value]) => value !== '');
    expect(place(given)).toEqual(Object.fromEntries(expected));
  });
});

describe('in a job', () => {
  let job: Job;
  beforeEach(async () => {
    job = await newJob();
  });

  test('without a message the property of that name is it, and without that there is none', async () => {
    const lines = ['::error message=from the property::', '::error::', '::error:: ', '::error::c%0D%0Ad'];
    const step = await runScript(job, `console.log(${JSON.stringify(lines.join('\n'))})`);
    expect(step.annotations.map(({ message }) => message)).toEqual(['from the property', 'c\r\nd']);
    expect(step.log.slice(-3)).toEqual(['##[error] ', '##[error]c\r', 'd']);
  });

  const print = (line: string): string => `console.log(${line})`;

  test.each([
    ['its 4096th unit', print(`'::notice::x' + '😀'.repeat(3000)`)],
    ['the 256th of an error', print(`'::error::x' + '😀'.repeat(200)`)],
    ['the 256th of a third warning', print(`'::warning::a\\n::error::b\\n::warning::x' + '😀'.repeat(200)`)],
  ])('a character cut in half at %s is the death of the Worker', async (_, main) => {
    const action = await makeAction(job, { main, post: '' });
    await expect(job.uses(action)).rejects.toThrow(WorkerDeath);
    await expect(job.run([process.execPath, '--version'])).rejects.toThrow(WorkerDeath);
    await expect(job.finish()).rejects.toThrow(WorkerDeath);
    expect(job.log).not.toContain('Post job cleanup.');
  });

  test.each([
    ['cut between characters', print(`'::error::' + '😀'.repeat(3000)`)],
    ['the 256th unit of a notice', print(`'::notice::x' + '😀'.repeat(200)`)],
    ['the 256th unit of a fourth error', print(`'::error::a\\n'.repeat(3) + '::error::x' + '😀'.repeat(200)`)],
    ['an eleventh notice', print(`'::notice::a\\n'.repeat(10) + '::notice::x' + '😀'.repeat(3000)`)],
  ])('%s is not', async (_, main) => {
    expect(await runScript(job, main)).toMatchObject({ outcome: 'success' });
  });

  test('a mask can cut a character in half too: a summary fails, an issue is the death of the Worker', async () => {
    // After `&+` the runner masks all but one unit, which is half of this secret's next character.
    job = await newJob({ secrets: ['battery&+😀staples'] });
    const { log, outcome, summary } = await runScript(job, `say('STEP_SUMMARY', '😀staples')`);
    expect({ outcome, summary }).toEqual({ outcome: 'success', summary: '' });
    expect(log.at(-1)).toMatch(/^##\[error\]Failed to create step summary using 'GITHUB_STEP_SUMMARY': /);
    await expect(runScript(job, print(`'::error::😀staples'`))).rejects.toThrow(WorkerDeath);
  });
});
