/** Steps in the background that meet other steps at files in RUNNER_TEMP. */
import type { Job, StepOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { runScript } from '../support/node-programs.ts';

/** What a script that meets others has: `file(name)`, a path, and `when(name, act)`, which waits for that file. */
export const MEET = `const file = (name) => process.env.RUNNER_TEMP + '/' + name;
  const when = (name, act) => {
    const timer = setInterval(() => { if (fs.existsSync(file(name))) { clearInterval(timer); act?.() } }, 5);
  };`;

/** JavaScript that makes the file which others wait for. */
export function touch(name: string): string {
  return `fs.writeFileSync(file('${name}'), '');`;
}

/** Starts a script as a `run:` step in the background. */
export type Beside = (id: string, script: string, options?: StepOptions) => Promise<StepResult>;

/** The background steps of a job. */
export function stepsBeside(job: Job): Beside {
  return (id, script, options) => runScript(job, `${MEET}\n${script}`, { ...options, id, background: true });
}
