import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../sandbox/runner/runner.ts';
import { runScript, setVariables } from '../support/node-programs.ts';
import { newJob } from './small-job.ts';

let job: Job;
beforeEach(async () => {
  job = await newJob();
});

const last = ({ log }: { log: string[] }, count: number): string[] => log.slice(-count);

test.each(['ENV', 'OUTPUT'])(
  'an empty name in GITHUB_%s fails the step, and the pairs after it are lost',
  async (file) => {
    const step = await runScript(job, `say('${file}', 'A=1\\n=x\\nB=2\\n')`, { id: 'step' });
    expect(step).toMatchObject({ outcome: 'failure', [file === 'ENV' ? 'exported' : 'outputs']: { A: '1' } });
    expect({ ...step.exported, ...step.outputs }).toEqual({ A: '1' });
    expect(last(step, 2)).toEqual([
      `##[error]Unable to process file command '${file.toLowerCase()}' successfully.`,
      "##[error]Value cannot be null. (Parameter 'name')",
    ]);
  },
);

test('state may have an empty name', async () => {
  const step = await runScript(job, `say('STATE', '=x\\n')`);
  expect(step).toMatchObject({ outcome: 'success', state: { '': 'x' } });
});

test('names of outputs in any case are one: the first spelling, the last value', async () => {
  const step = await runScript(job, `say('OUTPUT', 'X=1\\nx=2\\n')`, { id: 'step' });
  expect(step.outputs).toEqual({ X: '2' });
  expect(job.outputs).toEqual({ step: { X: '2' } });
});

test('outputs of a step without an id cannot be read', async () => {
  expect((await runScript(job, `say('OUTPUT', 'x=1\\n')`)).outputs).toEqual({ x: '1' });
  expect(job.outputs).toEqual({});
});

test('a variable ends at a NUL; a name with one is none', async () => {
  await runScript(job, `say('ENV', 'A=b\\0c\\nD\\0E=f\\n'); say('PATH', '/p\\0q\\n')`);
  const { stdout } = await runScript(job, 'console.log(process.env.A, process.env.D, process.env.PATH)');
  expect(stdout).toBe('b undefined /p\n');
});

test('a variable with a number for a name is listed in its place', async () => {
  await setVariables(job, { B: 'b' });
  await setVariables(job, { 1: 'one' });
  const { log } = await runScript(job, '');
  expect(log.slice(log.indexOf('env:'))).toEqual(['env:', '  B: b', '  1: one', '##[endgroup]']);
});

test('a byte order mark says how a file is written', async () => {
  const utf16 = (text: string): string => `Buffer.from('\\ufeff${text}', 'utf16le')`;
  const step = await runScript(job, `say('ENV', ${utf16('V=é\\n')}); say('STEP_SUMMARY', ${utf16('é\\n')})`);
  expect(step).toMatchObject({ exported: { V: 'é' }, summary: 'é\n' });
});

describe('files that are gone', () => {
  const remove = (name: string): string => `fs.rmSync(process.env.GITHUB_${name}, { force: true });`;
  const replace = (name: string): string => `${remove(name)} fs.mkdirSync(process.env.GITHUB_${name});`;

  test('are no error', async () => {
    const script = ['PATH', 'ENV', 'STEP_SUMMARY', 'STATE', 'OUTPUT'].map(remove).join('');
    expect(await runScript(job, script)).toMatchObject({ outcome: 'success', summary: '' });
  });

  test.each(['PATH', 'STEP_SUMMARY'])('a folder in the place of GITHUB_%s is none either', async (name) => {
    expect(await runScript(job, replace(name))).toMatchObject({ outcome: 'success', annotations: [] });
  });

  test.each(['ENV', 'STATE', 'OUTPUT'])('a folder in the place of GITHUB_%s fails the step', async (name) => {
    const step = await runScript(job, replace(name));
    expect(step.outcome).toBe('failure');
    expect(last(step, 1)[0]).toMatch(/^##\[error\]Access to the path '.*' is denied\.$/);
  });
});
