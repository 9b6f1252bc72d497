import type { Masker } from './masker.ts';
import { createSlots, TaskCancelled } from './slots.ts';
import type { StepResult } from './step.ts';
import { createStepLog } from './step-log.ts';
import { endsWithin } from './stop-signals.ts';
import { WorkerDeath } from './worker-death.ts';

type Outcome = StepResult['outcome'];

/** How a step ended that waits for background steps, or cancels them. */
export type ControlResult = {
  /** The worst of the steps that it waited for; a `cancel` succeeds whatever became of them. */
  outcome: Outcome;
  log: string[];
};

/** The background steps of a job, as BackgroundStepCoordinator of actions/runner v2.336.0 has them. */
export type BackgroundSteps = {
  /**
   * Starts a step beside those that run; with ten of them it is queued. Gives its result when it has ended.
   * @param step.apply carries out its changes, which are kept until it is waited for
   * @param run is told by the signal that the step is cancelled
   */
  start(
    step: { id: string; name: string; apply(): void },
    run: (cancelled: AbortSignal) => Promise<StepResult>,
  ): Promise<StepResult>;
  /** Waits for the steps and applies their changes, in the order of the ids; an unknown id is no error. */
  wait(ids: readonly string[]): Promise<ControlResult>;
  /** Waits for all that nothing has waited for, in the order of their starts. */
  waitForRest(): Promise<ControlResult>;
  cancel(ids: readonly string[]): Promise<ControlResult>;
  /** Ids of the steps that nothing has waited for. */
  unawaited(): string[];
  /** Stops all that still run, for a job that is given up. */
  stop(): Promise<void>;
};

type Entry = {
  name: string;
  apply(): void;
  ended: Promise<StepResult>;
  cancelled: AbortController;
  settled: boolean;
  outcome?: Outcome;
};

/** Where no more than so many steps run at a time, the next waits for its slot. */
const SLOTS = 10;

/** @param graceMs milliseconds that `cancel` waits for its steps to end */
export function createBackgroundSteps(
  job: { masker: Masker; debug: boolean; log: string[] },
  graceMs: number,
): BackgroundSteps {
  const steps = new Map<string, Entry>();
  const awaited = new Set<string>();
  const slots = createSlots(SLOTS);
  const unawaited = (): string[] => [...steps.keys()].filter((id) => !awaited.has(id));
  const known = (ids: readonly string[]): Entry[] => ids.flatMap((id) => steps.get(id) ?? []);
  const describe = (ids: readonly string[]): string =>
    ids.map((id) => steps.get(id)?.name ?? id).join(', ') || '(none)';

  const complete = (ids: readonly string[]): Outcome => {
    for (const id of ids) awaited.add(id);
    for (const { apply } of known(ids)) apply();
    return worstOf(known(ids).flatMap(({ outcome }) => outcome ?? []));
  };

  const control = async (ids: readonly string[], [first, last]: [string, string], act: () => Promise<Outcome>) => {
    const log = createStepLog(job.masker, job.debug, (line) => job.log.push(line));
    log.write(first);
    let outcome: Outcome = 'failure';
    try {
      outcome = await act();
      log.write(last);
      for (const entry of known(ids))
        log.write(`  ${entry.name}: ${entry.outcome ? RESULTS[entry.outcome] : 'Unknown'}`);
    } catch (error) {
      if (error instanceof WorkerDeath) throw error;
      if (error instanceof TaskCancelled) outcome = 'cancelled';
      log.issue('error', error instanceof Error ? error.message : String(error));
    }
    log.complete();
    return { outcome, log: log.lines };
  };

  const waitFor = (ids: readonly string[], words: [string, string]): Promise<ControlResult> =>
    control(ids, words, async () => {
      const ends = await Promise.allSettled(known(ids).map(({ ended }) => ended));
      for (const end of ends) if (end.status === 'rejected' && !(end.reason instanceof TaskCancelled)) throw end.reason;
      return complete(ids);
    });

  return {
    unawaited,

    async stop() {
      for (const { cancelled } of steps.values()) cancelled.abort();
      await Promise.allSettled([...steps.values()].map(({ ended }) => ended));
    },

    start({ id, name, apply }, run) {
      const cancelled = new AbortController();
      const entry: Entry = { name, apply, cancelled, settled: false, ended: runInSlot(cancelled.signal) };
      async function runInSlot(signal: AbortSignal): Promise<StepResult> {
        // Nothing is awaited where a slot is free: the step begins before the next one has its turn.
        const turn = slots.take(signal);
        if (turn !== undefined) await turn;
        try {
          return await run(signal);
        } finally {
          slots.give();
        }
      }
      steps.set(id, entry);
      const settle = (result?: StepResult): void => {
        entry.settled = true;
        if (result !== undefined) entry.outcome ??= result.outcome;
      };
      entry.ended.then(settle, () => settle());
      return entry.ended;
    },

    wait: (ids) =>
      waitFor(ids, [
        `Waiting for background step(s) to complete: ${describe(ids)}`,
        'Finished waiting for background step(s).',
      ]),

    waitForRest() {
      const ids = unawaited();
      const first =
        ids.length > 0
          ? `Waiting for all background step(s) to complete: ${describe(ids)}`
          : 'No background steps remaining to wait for.';
      return waitFor(ids, [first, 'Finished waiting for all background step(s).']);
    },

    cancel(ids) {
      const first = `Cancelling background step(s): ${describe(ids)}`;
      return control(ids, [first, 'Finished cancelling background step(s).'], async () => {
        const stopping = known(ids).filter(({ settled }) => !settled);
        for (const { cancelled } of stopping) cancelled.abort();
        const ended = Promise.allSettled(stopping.map((entry) => entry.ended));
        if (await endsWithin(ended, graceMs)) {
          for (const end of await ended) if (end.status === 'rejected') throw end.reason;
        }
        for (const entry of stopping) entry.outcome ??= 'cancelled';
        complete(ids);
        return 'success';
      });
    },
  };
}

const RESULTS: Record<Outcome, string> = { success: 'Succeeded', failure: 'Failed', cancelled: 'Canceled' };

function worstOf(outcomes: readonly Outcome[]): Outcome {
  return (['cancelled', 'failure'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'success';
}
