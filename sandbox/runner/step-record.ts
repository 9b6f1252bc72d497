import type { CommandEffects } from './commands.ts';
import type { JobContext } from './job-context.ts';
import type { EnvContext } from './job-environment.ts';
import { NamedValues } from './named-values.ts';
import type { StepChanges } from './step-changes.ts';
import type { StepLog } from './step-log.ts';

/** What is settled when a step's turn comes, and not again when it starts: a background step may start later. */
export type StepTurn = { context: EnvContext; changes: StepChanges; background: boolean };

/** What the commands of one step do, and what of it was noted down. */
export type StepRecord = {
  effects: CommandEffects;
  /** Whether a command failed the step. */
  failed(): boolean;
  values(): {
    outputs: Record<string, string>;
    state: Record<string, string>;
    exported: Record<string, string>;
    addedPaths: string[];
  };
};

/**
 * Makes the record of a step that begins.
 * @param state what main saves for post
 */
export function createStepRecord(job: JobContext, state: NamedValues, turn: StepTurn, log: StepLog): StepRecord {
  const outputs = new NamedValues();
  const exported = new Map<string, string>();
  const addedPaths: string[] = [];
  let failed = false;
  const effects: CommandEffects = {
    workspace: job.workspace,
    repository: job.repository,
    write: log.write,
    debug: log.debug,
    issue: log.issue,
    fail() {
      failed = true;
    },
    addSecret: job.masker.add,
    addMask: job.masker.addMask,
    setOutput(name, value) {
      turn.changes.setOutput(name, value);
      outputs.set(name, value);
    },
    saveState: (name, value) => state.set(name, value),
    setEnv(name, value) {
      turn.changes.setEnv(name, value);
      exported.set(name, value);
    },
    addPath(path) {
      turn.changes.addPath(path);
      addedPaths.push(path);
    },
    readEnv: (name) => turn.context.get(name),
  };
  return {
    effects,
    failed: () => failed,
    values: () => ({
      outputs: Object.fromEntries(outputs),
      state: Object.fromEntries(state),
      exported: Object.fromEntries(exported),
      addedPaths,
    }),
  };
}
