import { join } from 'node:path';
import { createFileCommands } from './command-files.ts';
import { createCommandProcessor } from './command-processor.ts';
import type { JobContext } from './job-context.ts';
import type { EnvContext } from './job-environment.ts';
import type { NamedValues } from './named-values.ts';
import { type Annotation, createStepLog, type StepLog } from './step-log.ts';
import { createStepRecord, type StepTurn } from './step-record.ts';
import { type ProcessEnd, type Supervision, superviseProcess } from './supervised-process.ts';

/** How one step ended and what it did. */
export type StepResult = {
  /** The name as the log shows it, such as `Post Run ./`. */
  name: string;
  outcome: 'success' | 'failure' | 'cancelled';
  outputs: Record<string, string>;
  /** What main and post share: saved by this step or by its main. */
  state: Record<string, string>;
  /** Variables that it wrote to GITHUB_ENV, and PATH entries, as the job takes them over. */
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

/** One process of a job: a main, a post, or a `run:` step. */
export type Step = {
  name: string;
  /** The id, or the name that GitHub makes up: GITHUB_ACTION. */
  id: string;
  process: { file: string; args: string[]; cwd?: string };
  /** `env:` of the step. */
  env: Record<string, string>;
  /** STATE_ and INPUT_ variables. */
  actionEnv: Record<string, string>;
  /** What main saves for post. */
  state: NamedValues;
  /** What the log shows before the process starts. */
  intro(log: StepLog, context: EnvContext): void;
  /** What the log shows when it has ended by itself with another exit code than 0. */
  onFailure?(log: StepLog, exitCode: number): void;
};

/**
 * Runs one step and takes over what it wrote; file commands count also after a failure, a time-out or a kill. Rejects
 * with a {@link WorkerDeath} where nothing of the job would follow.
 */
export async function runStep(
  job: JobContext,
  step: Step,
  turn: StepTurn,
  supervision: Supervision,
): Promise<StepResult> {
  const env = job.environment.of(turn.context, step.actionEnv);
  const log = createStepLog(job.masker, job.debug, (line) => job.log.push(line));
  const record = createStepRecord(job, step.state, turn, log);
  step.intro(log, turn.context);
  const files = await createFileCommands(join(job.temp, '_runner_file_commands'));
  const commands = createCommandProcessor(record.effects, job.debug);
  const end = await superviseProcess(
    { cwd: job.workspace, ...step.process, env: { ...env, ...files.variables, GITHUB_ACTION: step.id } },
    (line) => {
      if (!commands.process(line)) log.write(escapeMarkers(line));
    },
    { ...supervision, worstCase: job.worstCase },
  );
  if (end.endAtLast !== undefined) job.endAtLast.push(end.endAtLast);
  const summary = await files.process(record.effects, job.masker);
  explainEnd(step, turn, end, supervision, log);
  log.complete();
  const { both, error: _, stopped: __, endAtLast: ___, ...measured } = end;
  return {
    name: step.name,
    outcome: decideOutcome(end, record.failed()),
    ...record.values(),
    log: log.lines,
    rawLog: both,
    annotations: log.annotations,
    summary,
    ...measured,
  };
}

/** The runner marks the parts of a composite action with two words of its own, which no process may print. */
function escapeMarkers(line: string): string {
  return line.replaceAll('##[start-action', '##[\\start-action').replaceAll('##[end-action', '##[\\end-action');
}

function decideOutcome(end: ProcessEnd, failed: boolean): StepResult['outcome'] {
  if (end.error === undefined && end.stopped === 'cancelled') return 'cancelled';
  return failed || end.error !== undefined || end.exitCode !== 0 || end.stopped === 'timed-out' ? 'failure' : 'success';
}

function explainEnd(
  step: Step,
  { background }: StepTurn,
  end: ProcessEnd,
  supervision: Supervision,
  log: StepLog,
): void {
  if (end.error !== undefined) log.issue('error', end.error);
  else if (end.stopped === 'cancelled') {
    if (!background) log.issue('error', 'The operation was canceled.');
  } else if (end.stopped === 'timed-out') {
    const minutes = (supervision.timeoutMs ?? 0) / 60_000;
    const what = background ? 'background step' : 'action';
    log.issue('error', `The ${what} '${step.name}' has timed out after ${minutes} minutes.`);
  } else if (end.exitCode !== 0) step.onFailure?.(log, end.exitCode);
}
