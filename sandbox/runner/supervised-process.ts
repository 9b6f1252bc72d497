import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { getSystemErrorMessage } from 'node:util';
import { createTextReader } from './byte-order-mark.ts';
import { createLineBatch, STREAMS } from './line-batch.ts';
import { createLineSplitter } from './line-splitter.ts';
import { RUNNER_WAITS, signalInTurn, type Waits } from './stop-signals.ts';

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
  /** 128 + N after signal N; -1 when the process could not be started, or runs on. */
  exitCode: number;
  /** The runner's words for what went wrong beside the process: it could not be started, or a line was refused. */
  error?: string;
  stopped?: 'cancelled' | 'timed-out';
  stdout: string;
  stderr: string;
  /** Both streams as they arrived. */
  both: string;
  durationMs: number;
  maxRssBytes?: number;
  /** Ends a process that ran on when a line of it was refused. */
  endAtLast?: () => void;
};

type Command = { file: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv };

/**
 * Runs a process without input and hands on its lines in batches, see {@link createLineBatch}. Ends when the process
 * and both streams have ended, or `waits.streams` after the process; or at once when `onLine` throws: then the process
 * runs on, and what it writes is read and dropped, as the runner does.
 */
export async function superviseProcess(
  command: Command,
  onLine: (line: string) => void,
  supervision: Supervision & { worstCase?: boolean } = {},
): Promise<ProcessEnd> {
  const waits = { ...RUNNER_WAITS, ...supervision.waits };
  const started = performance.now();
  const end: ProcessEnd = { exitCode: -1, stdout: '', stderr: '', both: '', durationMs: 0 };
  const { child, error } = startChild(command);
  if (child === undefined) return { ...end, error: explainStart(error, command) };

  const { promise: ended, resolve: markEnded } = Promise.withResolvers<void>();
  const refuse = (error: unknown): void => {
    end.error = error instanceof Error ? error.message : String(error);
    if (child.exitCode === null && child.signalCode === null) end.endAtLast = () => child.kill('SIGKILL');
    markEnded();
  };
  const batch = createLineBatch(onLine, refuse, supervision.worstCase ?? false);
  let killed = false;
  const ask = (line: string | undefined): void => {
    if (!killed && supervision.kill?.when(line) === true) {
      killed = child.kill(supervision.kill.signal ?? 'SIGKILL');
    }
    if (end.stopped === undefined && supervision.cancelWhen?.(line) === true) stop('cancelled');
  };
  const streams = STREAMS.map((name) => {
    const [reader, splitter] = [createTextReader(), createLineSplitter()];
    const take = (text: string, lines: string[]): void => {
      end[name] += text;
      end.both += text;
      for (const line of lines) ask(line);
      batch.add(name, lines);
    };
    const read = (bytes: Buffer): void => {
      const text = reader.add(bytes);
      take(text, splitter.add(text));
    };
    child[name].on('data', read);
    const finish = (): void => {
      const text = reader.end();
      take(text, [...splitter.add(text), ...splitter.end()]);
    };
    return { finish, ignore: () => child[name].off('data', read).resume(), close: () => child[name].destroy() };
  });

  child.on('error', (error) => {
    end.error = explainStart(error, command);
    markEnded();
  });
  child.on('exit', (code, signal) => {
    end.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    const timer = setTimeout(markEnded, waits.streams);
    child.on('close', () => clearTimeout(timer));
  });
  child.on('close', () => markEnded());
  let stopping: Promise<void> | undefined;
  function stop(reason: 'cancelled' | 'timed-out'): void {
    end.stopped ??= reason;
    stopping ??= signalInTurn(child as ChildProcessByStdio<null, Readable, Readable>, ended, waits);
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
  const runsOn = end.endAtLast !== undefined;
  for (const stream of streams) {
    if (runsOn) stream.ignore();
    else stream.finish();
  }
  batch.end();
  if (!runsOn) for (const stream of streams) stream.close();
  return { ...end, durationMs: performance.now() - started };
}

/** A command line that is too long makes spawn throw; a missing program only shows later, as an event. */
function startChild({ file, args, cwd, env }: Command) {
  try {
    return { child: spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }) };
  } catch (error) {
    return { error };
  }
}

/** .NET's words, with those of the system. Jest's `Error` is not that of Node's own errors, so nothing asks for it. */
function explainStart(error: unknown, { file, cwd }: Command): string {
  const { errno } = error as { errno?: unknown };
  const reason = typeof errno === 'number' ? getSystemErrorMessage(errno) : String(error);
  const capital = reason.charAt(0).toUpperCase() + reason.slice(1);
  return `An error occurred trying to start process '${file}' with working directory '${cwd}'. ${capital}`;
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
