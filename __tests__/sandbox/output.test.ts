import { expect, test } from '@jest/globals';
import { runScript } from '../support/node-programs.ts';
import { NO_SHELL, testUnless } from '../support/test-unless.ts';
import { newJob } from './small-job.ts';

test('a secret is masked without the white space around it, and so are its encodings', async () => {
  const job = await newJob({ secrets: [' s3cret \n'] });
  const [inner, outer] = ['s3cret', ' s3cret \n'].map((text) => Buffer.from(text).toString('base64'));
  const { log } = await runScript(
    job,
    `console.log('s3cret');
    for (const text of ['s3cret', ' s3cret \\n']) console.log(Buffer.from(text).toString('base64'))`,
  );
  expect(inner).not.toBe(outer);
  expect(log.slice(-3)).toEqual(['***', '***', outer]);
});

test('a byte order mark at the start of a stream is no part of its first line', async () => {
  const job = await newJob();
  const script =
    `fs.writeSync(1, '\\ufeff::add-mask::one\\n'); ` +
    `fs.writeSync(2, Buffer.from('\\ufeff::add-mask::two\\n', 'utf16le'))`;
  await runScript(job, script);
  expect(job.masks.slice(1).sort()).toEqual(['one', 'two']);
});

test("the runner's own marks cannot be printed", async () => {
  const job = await newJob();
  const { log } = await runScript(job, `console.log('a ##[start-action b ##[end-action c')`);
  expect(log.at(-1)).toBe('a ##[\\start-action b ##[\\end-action c');
});

testUnless(NO_SHELL)('the shell is shown with its path', async () => {
  const job = await newJob();
  const { log } = await job.run('true');
  expect(log).toContainEqual(expect.stringMatching(/^shell: \/.*\/bash -e \{0\}$/));
});

test('the second step without an id has a number in its name', async () => {
  const job = await newJob();
  const script = 'console.log(process.env.GITHUB_ACTION)';
  expect((await runScript(job, script)).stdout).toBe('__run\n');
  expect((await runScript(job, script)).stdout).toBe('__run_2\n');
  expect((await runScript(job, script, { id: 'mine' })).stdout).toBe('mine\n');
});

test('only an action gets the address and the token of the runtime; both know the files of artifacts', async () => {
  const job = await newJob();
  const names = ['ACTIONS_RUNTIME_URL', 'GITHUB_ARTIFACTS', 'GITHUB_ARTIFACTS_LIST', 'RUNNER_TRACKING_ID'];
  const { stdout } = await runScript(
    job,
    `console.log(${JSON.stringify(names)}.filter((name) => process.env[name]).join())`,
  );
  expect(stdout).toBe('GITHUB_ARTIFACTS,GITHUB_ARTIFACTS_LIST,RUNNER_TRACKING_ID\n');
});
