import { join } from 'node:path';
import { createFileCommands } from './command-files.ts';
import { type CommandEffects, createCommandProcessor } from './command-processor.ts';
import type { JobEnvironment } from './job-environment.ts';
import type { Masker } from './masker.ts';
import { type Annotation, createStepLog, type StepLog } from './step-log.ts';
import { type ProcessEnd, type Supervision, superviseProcess } from './supervised-process.ts';

/** How one step ended and what it did. */
export type StepResult = {
  /** The name as the log shows it, such as `Post Run ./`. */
  name: string;
  outcome: 'success' | 'failure' | 'cancelled';
  outputs: Record<string, string>;
  /** What main and post share: saved by this step or by its main. */
  state: Record<string, string>;
  /** Variables that it wrote to GITHUB_ENV, and PATH entries, as taken over by the job. */
  exported: Record<string, string>;
  addedPaths: string[];
  /** Lines as shown, masked. */
  log: string[];
  /** Both streams as they arrived, unmasked. */
  rawLog: string;
  annotations: Annotation[];
  /** The masked summary, '' when none was written. */
  summary: string;
} & Pick<ProcessEnd, 'exitCode' | 'stdout' | 'stderr' | 'durationMs' | 'maxRssBytes'>;

/** What main saves for post. Names are case-insensitive; the first spelling stays. */
export type State = Map<string, { name: string; value: string }>;

/** STATE_ variables of a post. */
export function stateVariables(state: State): Record<string, string> {
  return Object.fromEntries([...state.values()].map(({ name, value }) => [`STATE_${name}`, value]));
}

/** One process of a job: a main, a post, or a `run:` step. */
export type Step = {
  name: string;
  /** GITHUB_ACTION. */
  action: string;
  process: { file: string; args: string[]; cwd?: string };
  /** `env:` of the step. */
  env: Record<string, string>;
  /** STATE_ and INPUT_ variables. */
  actionEnv: Record<string, string>;
  state: State;
  /** What the log shows before the process starts. */
  intro(log: StepLog): void;
  /** What the log shows when it has ended by itself with another exit code than 0. */
  onFailure?(log: StepLog, exitCode: number): void;
};

/** What the steps of a job share. */
export type JobContext = {
  workspace: string;
  temp: string;
  debug: boolean;
  masker: Masker;
  /** Everything shown so far. */
  log: string[];
  environment: JobEnvironment;
};

/** Runs one step and takes over what it wrote; file commands count also after a failure, a time-out or a kill. */
export async function runStep(job: JobContext, step: Step, supervision: Supervision): Promise<StepResult> {
  const log = createStepLog(job.masker, job.debug, (line) => job.log.push(line));
  const done = createRecord(job, step, log);
  const files = await createFileCommands(join(job.temp, '_runner_file_commands'));
  step.intro(log);
  const commands = createCommandProcessor(done.effects, job.debug);
  const own = { ...files.variables, GITHUB_ACTION: step.action };
  const end = await superviseProcess(
    { cwd: job.workspace, ...step.process, env: job.environment.of(step.env, step.actionEnv, own) },
    (line) => {
      if (!commands.process(line)) log.write(line);
    },
    supervision,
  );
  const summary = await files.process(done.effects, job.masker);
  explainEnd(step, end, supervision, log);
  const { both, startError: _, stopped: __, ...measured } = end;
  return {
    name: step.name,
    outcome: decideOutcome(end, done.failed()),
    ...done.values(),
    log: log.lines,
    rawLog: both,
    annotations: log.annotations,
    summary,
    ...measured,
  };
}

function decideOutcome(end: ProcessEnd, failed: boolean): StepResult['outcome'] {
  if (end.stopped === 'cancelled') return 'cancelled';
  return failed || end.exitCode !== 0 || end.stopped === 'timed-out' ? 'failure' : 'success';
}

function explainEnd(step: Step, end: ProcessEnd, supervision: Supervision, log: StepLog): void {
  if (end.startError !== undefined) log.issue('error', end.startError);
  else if (end.stopped === 'cancelled') log.issue('error', 'The operation was canceled.');
  else if (end.stopped === 'timed-out') {
    const minutes = (supervision.timeoutMs ?? 0) / 60_000;
    log.issue('error', `The action '${step.name}' has timed out after ${minutes} minutes.`);
  } else if (end.exitCode !== 0) step.onFailure?.(log, end.exitCode);
}

/** What a step does, carried out on the job and noted down for the result. */
function createRecord(job: JobContext, step: Step, log: StepLog) {
  const outputs = new Map<string, string>();
  const exported = new Map<string, string>();
  const addedPaths: string[] = [];
  let failed = false;
  const effects: CommandEffects = {
    write: log.write,
    debug: log.debug,
    issue: log.issue,
    fail() {
      failed = true;
    },
    addSecret: job.masker.add,
    addMask: job.masker.addMask,
    setOutput: (name, value) => outputs.set(name, value),
    saveState(name, value) {
      const known = step.state.get(name.toLowerCase());
      step.state.set(name.toLowerCase(), { name: known?.name ?? name, value });
    },
    setEnv(name, value) {
      job.environment.exported.set(name, value);
      exported.set(name, value);
    },
    addPath(path) {
      job.environment.addPath(path);
      addedPaths.push(path);
    },
    readEnv: (name) => job.environment.context(step.env)[name],
  };
  return {
    effects,
    failed: () => failed,
    values: () => ({
      outputs: Object.fromEntries(outputs),
      state: Object.fromEntries([...step.state.values()].map(({ name, value }) => [name, value])),
      exported: Object.fromEntries(exported),
      addedPaths,
    }),
  };
}
