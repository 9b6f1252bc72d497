import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAction } from './action-step.ts';
import { type ControlResult, createBackgroundSteps } from './background-steps.ts';
import { type JobOptions, prepareJob } from './prepare-job.ts';
import { describeRun } from './run-step.ts';
import { runStep, type Step, type StepResult } from './step.ts';
import { changeAtOnce, changeWhenAwaited } from './step-changes.ts';
import { RUNNER_WAITS } from './stop-signals.ts';
import type { Supervision } from './supervised-process.ts';
import { createTurns } from './turns.ts';

export type { ControlResult } from './background-steps.ts';
export type { JobOptions } from './prepare-job.ts';
export type { StepResult } from './step.ts';

type Variables = Record<string, string>;

/** A step's own settings beside what it runs. */
export type StepOptions = Supervision & {
  id?: string;
  env?: Variables;
  /**
   * `background: true`: the next step begins as soon as this one has begun, or was queued behind ten others. The
   * promise still settles when the step has ended; its changes count once it was waited for, see {@link Job.wait}.
   */
  background?: boolean;
};

/**
 * A job on this machine: steps one after the other, in the order in which they are asked for, then {@link Job.finish}.
 */
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
   * A `wait:` step: when the background steps with these ids have ended, their changes count, in the order of the ids.
   */
  wait(ids: readonly string[]): Promise<ControlResult>;
  /** A `wait-all:` step: waits for all that nothing has waited for. */
  waitAll(): Promise<ControlResult>;
  /** A `cancel:` step: stops background steps, waits for them, and takes over their changes. */
  cancel(ids: readonly string[]): Promise<ControlResult>;
  /**
   * Waits for the background steps that are left; runs the posts, last registered first, whatever became of their
   * mains; ends the processes that ran on; then empties RUNNER_TEMP if asked to.
   */
  finish(options?: Supervision & { emptyTemp?: boolean }): Promise<StepResult[]>;
  /** Ends what still runs in the background, and deletes the job's own folder with all that is in it. */
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
  const background = createBackgroundSteps(job, options.waits?.sigint ?? RUNNER_WAITS.sigint);
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
  const performBeside = (step: Step, onStart: () => void, { waits, cancelWhen, ...more }: Supervision) => {
    const changes = changeWhenAwaited(changeAtOnce(job, step.id));
    const turn = { context: environment.context(step.env), changes, background: true };
    return background.start({ ...step, apply: changes.apply }, (cancelled) => {
      onStart();
      return runStep(job, step, turn, {
        ...more,
        cancelWhen: (line) => cancelled.aborted || cancelWhen?.(line) === true,
        waits: { ...options.waits, ...waits },
      });
    });
  };
  /** What `describe` gives is only then made: earlier steps may have written the action, or emptied RUNNER_TEMP. */
  const takeTurn = async (
    describe: () => Promise<{ main: Step; post?: () => Step }>,
    beside: boolean,
    supervision: Supervision,
  ): Promise<StepResult> => {
    const { ended } = await inTurn(async () => {
      const { main, post } = await describe();
      // The runner registers post when main starts, so it runs whatever main does.
      const register = (): void => void (post !== undefined && posts.push(post));
      if (beside) return { ended: performBeside(main, register, supervision) };
      register();
      return { ended: Promise.resolve(await perform(main, supervision)) };
    });
    return ended;
  };
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

    uses(actionFolder, { with: given = {}, uses = './', id, env = {}, background: beside = false, ...more } = {}) {
      const step = { id: id ?? makeUpId('__self'), folder: actionFolder, uses, with: given, env };
      return takeTurn(() => describeAction(job, step), beside, more);
    },

    run(command, { id, env = {}, workingDirectory = workspace, background: beside = false, ...more } = {}) {
      const step = { id: id ?? makeUpId('__run'), command, env, workingDirectory };
      return takeTurn(async () => ({ main: await describeRun(job, step) }), beside, more);
    },

    wait: (ids) => inTurn(() => background.wait(ids)),
    waitAll: () => inTurn(() => background.waitForRest()),
    cancel: (ids) => inTurn(() => background.cancel(ids)),

    finish: ({ emptyTemp = false, ...supervision } = {}) =>
      inTurn(async () => {
        if (background.unawaited().length > 0) await background.waitForRest();
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
      await background.stop();
      endProcesses();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
