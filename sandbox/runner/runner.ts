import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAction } from './action-step.ts';
import { type JobOptions, prepareJob } from './prepare-job.ts';
import { describeRun } from './run-step.ts';
import { runStep, type Step, type StepResult } from './step.ts';
import { changeAtOnce } from './step-changes.ts';
import type { Supervision } from './supervised-process.ts';
import { createTurns } from './turns.ts';

export type { JobOptions } from './prepare-job.ts';
export type { StepResult } from './step.ts';

type Variables = Record<string, string>;

/** A step's own settings beside what it runs. */
export type StepOptions = Supervision & { id?: string; env?: Variables };

/** A job on this machine: steps one after the other, in the order in which they are asked for, then {@link Job.finish}. */
export type Job = {
  readonly folder: string;
  readonly home: string;
  readonly workspace: string;
  readonly temp: string;
  /** Everything shown so far. */
  readonly log: string[];
  /** Registered secrets, without their encoded forms; the job's own token is the first. */
  readonly masks: string[];
  /** The whole environment that a `run:` step would get now, but for its file commands. */
  readonly env: Variables;
  /** What steps wrote to GITHUB_ENV so far. */
  readonly exported: Variables;
  /** `steps.ID.outputs` of the steps with ids. */
  readonly outputs: Record<string, Variables>;
  /**
   * Runs main of the action in a folder, and registers its post.
   * @param options.uses how the workflow names the action; `./` unless given
   */
  uses(folder: string, options?: StepOptions & { with?: Variables; uses?: string }): Promise<StepResult>;
  /** A `run:` step: a program with its arguments, or a script for `bash -e`. */
  run(command: string | string[], options?: StepOptions & { workingDirectory?: string }): Promise<StepResult>;
  /**
   * Runs the posts, last registered first, whatever became of their mains; ends the processes that ran on; then empties
   * RUNNER_TEMP if asked to.
   */
  finish(options?: Supervision & { emptyTemp?: boolean }): Promise<StepResult[]>;
  /** Deletes the job's own folder with all that is in it. */
  remove(): Promise<void>;
};

/**
 * Makes a job folder and gives a job that runs JavaScript actions as GitHub's runner does (actions/runner v2.336.0).
 * Rejects with a WorkerDeath, for the step and all that would follow, where the runner's Worker dies.
 * Not modelled: containers, expressions, conditions, `pre`, problem matchers, artifacts.
 */
export async function startJob(options: JobOptions = {}): Promise<Job> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'job-'));
  const home = options.home ?? join(folder, 'home');
  const job = await prepareJob(folder, home, options);
  const { workspace, temp, log, masker, environment } = job;
  const inTurn = createTurns();
  const madeUp = new Map<string, number>();
  const posts: (() => Step)[] = [];

  /** GitHub's name for a step without an id: the second is `__run_2`. */
  const makeUpId = (name: string): string => {
    const count = (madeUp.get(name) ?? 0) + 1;
    madeUp.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  };
  const perform = (step: Step, { waits, ...supervision }: Supervision): Promise<StepResult> => {
    const turn = { context: environment.context(step.env), changes: changeAtOnce(job, step.id), background: false };
    return runStep(job, step, turn, { ...supervision, waits: { ...options.waits, ...waits } });
  };
  /** What `describe` gives is only then made: earlier steps may have written the action, or emptied RUNNER_TEMP. */
  const takeTurn = (describe: () => Promise<{ main: Step; post?: () => Step }>, supervision: Supervision) =>
    inTurn(async () => {
      const { main, post } = await describe();
      // The runner registers post when main starts, so it runs whatever main does.
      if (post !== undefined) posts.push(post);
      return perform(main, supervision);
    });
  const endProcesses = (): void => {
    for (const end of job.endAtLast.splice(0)) end();
  };

  return {
    folder,
    home,
    workspace,
    temp,
    log,
    get masks() {
      return masker.values;
    },
    get env() {
      return environment.of(environment.context({}), {});
    },
    get exported() {
      return Object.fromEntries(environment.exported);
    },
    get outputs() {
      return Object.fromEntries([...job.outputs].map(([id, outputs]) => [id, Object.fromEntries(outputs)]));
    },

    uses(actionFolder, { with: given = {}, uses = './', id, env = {}, ...more } = {}) {
      const step = { id: id ?? makeUpId('__self'), folder: actionFolder, uses, with: given, env };
      return takeTurn(() => describeAction(job, step), more);
    },

    run(command, { id, env = {}, workingDirectory = workspace, ...more } = {}) {
      const step = { id: id ?? makeUpId('__run'), command, env, workingDirectory };
      return takeTurn(async () => ({ main: await describeRun(job, step) }), more);
    },

    finish: ({ emptyTemp = false, ...supervision } = {}) =>
      inTurn(async () => {
        const results: StepResult[] = [];
        for (let post = posts.pop(); post !== undefined; post = posts.pop()) {
          results.push(await perform(post(), supervision));
        }
        endProcesses();
        if (emptyTemp) {
          await rm(temp, { recursive: true, force: true });
          await mkdir(temp, { recursive: true });
        }
        return results;
      }),

    async remove() {
      endProcesses();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
