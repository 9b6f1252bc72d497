import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { createLineSplitter } from './line-splitter.ts';

/** Milliseconds that the runner waits after SIGINT, after SIGTERM, and for streams that outlive the process. */
export type Waits = { sigint: number; sigterm: number; streams: number };

/** The runner's own waits (ProcessInvoker of actions/runner v2.336.0). */
export const RUNNER_WAITS: Waits = { sigint: 7500, sigterm: 2500, streams: 5000 };

/** Says whether the moment has come: asked with every raw line as it is read, and without one each millisecond. */
export type Moment = (line: string | undefined) => boolean;

/** What to do to the process while it runs. */
export type Supervision = {
  /** Sends one signal (SIGKILL unless said otherwise) at the first such moment, as a crash would end the process. */
  kill?: { when: Moment; signal?: NodeJS.Signals };
  /** Cancels as the runner does: SIGINT, a wait, SIGTERM, a wait, SIGKILL. */
  cancelWhen?: Moment;
  /** Cancels in the same way after so many milliseconds. */
  timeoutMs?: number;
  waits?: Partial<Waits>;
  /** True: reads the peak of resident memory (Linux only). */
  measureMemory?: boolean;
};

/** How a process ended, and everything that it wrote, unmasked. */
export type ProcessEnd = {
  /** 128 + N after signal N; -1 when the process could not be started. */
  exitCode: number;
  /** Set when the process could not be started. */
  startError?: string;
  stopped?: 'cancelled' | 'timed-out';
  stdout: string;
  stderr: string;
  /** Both streams as they arrived. */
  both: string;
  durationMs: number;
  maxRssBytes?: number;
};

/**
 * Runs a process without input and hands on its lines in batches, within each those of stderr before those of stdout,
 * as the runner does. Ends when the process and both streams have ended, or `waits.streams` after the process.
 */
export async function superviseProcess(
  command: { file: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv },
  onLine: (line: string) => void,
  supervision: Supervision = {},
): Promise<ProcessEnd> {
  const waits = { ...RUNNER_WAITS, ...supervision.waits };
  const started = performance.now();
  const end: ProcessEnd = { exitCode: -1, stdout: '', stderr: '', both: '', durationMs: 0 };
  const child = startChild(command);
  if (child instanceof Error) return { ...end, startError: child.message };

  const batch = createBatch(onLine);
  let killed = false;
  const ask = (line: string | undefined): void => {
    if (!killed && supervision.kill?.when(line) === true) {
      killed = child.kill(supervision.kill.signal ?? 'SIGKILL');
    }
    if (end.stopped === undefined && supervision.cancelWhen?.(line) === true) stop('cancelled');
  };
  const splitters = (['stderr', 'stdout'] as const).map((name) => {
    const splitter = createLineSplitter();
    const take = (lines: string[]): void => {
      for (const line of lines) ask(line);
      batch.add(name, lines);
    };
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      end[name] += piece;
      end.both += piece;
      take(splitter.add(piece));
    });
    return () => take(splitter.end());
  });

  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      end.startError = error.message;
      resolve();
    });
    child.on('exit', (code, signal) => {
      end.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      const timer = setTimeout(resolve, waits.streams);
      child.on('close', () => clearTimeout(timer));
    });
    child.on('close', () => resolve());
  });
  let stopping: Promise<void> | undefined;
  function stop(reason: 'cancelled' | 'timed-out'): void {
    end.stopped ??= reason;
    stopping ??= signalInTurn(child as { kill(signal: NodeJS.Signals): boolean }, ended, waits);
  }

  const watch = supervision.kill || supervision.cancelWhen ? setInterval(() => ask(undefined), 1) : undefined;
  const memory = supervision.measureMemory
    ? setInterval(() => {
        end.maxRssBytes = readPeakMemory(child.pid) ?? end.maxRssBytes ?? 0;
      }, 10)
    : undefined;
  const timeout =
    supervision.timeoutMs === undefined ? undefined : setTimeout(() => stop('timed-out'), supervision.timeoutMs);
  await ended;
  for (const timer of [watch, memory, timeout]) clearTimeout(timer);
  await stopping;
  child.stdout.destroy();
  child.stderr.destroy();
  for (const finish of splitters) finish();
  batch.flush();
  return { ...end, durationMs: performance.now() - started };
}

/** A command line that is too long makes spawn throw; a missing program only shows later, as an event. */
function startChild(command: { file: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv }) {
  try {
    const { cwd, env } = command;
    return spawn(command.file, command.args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function createBatch(onLine: (line: string) => void) {
  const waiting: Record<'stderr' | 'stdout', string[]> = { stderr: [], stdout: [] };
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    const lines = [...waiting.stderr.splice(0), ...waiting.stdout.splice(0)];
    for (const line of lines) onLine(line);
  };
  return {
    flush,
    add(stream: 'stderr' | 'stdout', lines: string[]): void {
      waiting[stream].push(...lines);
      // Both streams that are ready in one turn of the event loop make one batch.
      if (!scheduled) setImmediate(flush);
      scheduled = true;
    },
  };
}

async function signalInTurn(
  child: { kill(signal: NodeJS.Signals): boolean },
  ended: Promise<void>,
  waits: Waits,
): Promise<void> {
  for (const [signal, wait] of [
    ['SIGINT', waits.sigint],
    ['SIGTERM', waits.sigterm],
  ] as const) {
    child.kill(signal);
    if (await endsWithin(ended, wait)) return;
  }
  child.kill('SIGKILL');
}

async function endsWithin(ended: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const result = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return result;
}

/** Bytes: the high-water mark that Linux keeps for a live process. */
function readPeakMemory(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
