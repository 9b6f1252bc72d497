/** Jobs of the stand-in for the runner, and actions for them in a few lines of JavaScript. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { type Job, type JobOptions, startJob } from '../../sandbox/runner/runner.ts';

const jobs: Job[] = [];

afterEach(async () => {
  for (const done of jobs.splice(0)) await done.remove();
});

/** A job that is removed when the test is over. */
export async function newJob(options?: JobOptions): Promise<Job> {
  const job = await startJob(options);
  jobs.push(job);
  return job;
}

/**
 * Writes an action of CommonJS scripts into the job's folder, and gives its folder. The scripts have `fs`, `env`, and
 * `say(file command, text)`: `say('ENV', 'NAME=value\n')`.
 * @param scripts.yml more of action.yml, such as its inputs
 */
export async function makeAction(job: Job, scripts: { main: string; post?: string; yml?: string }): Promise<string> {
  const folder = join(job.folder, `action-${(await readdir(job.folder)).length}`);
  await mkdir(folder);
  const head = `const fs = require('fs'); const { env } = process;
    const say = (name, text) => fs.appendFileSync(env['GITHUB_' + name], text);\n`;
  await writeFile(join(folder, 'main.js'), head + scripts.main);
  if (scripts.post !== undefined) await writeFile(join(folder, 'post.js'), head + scripts.post);
  const post = scripts.post === undefined ? '' : ', post: post.js';
  const yml = `name: a\ndescription: d\n${scripts.yml ?? ''}\nruns: { using: node24, main: main.js${post} }\n`;
  await writeFile(join(folder, 'action.yml'), yml);
  return folder;
}
