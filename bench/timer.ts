/** Times programs in pairs, so that a busy machine disturbs both sides alike, and checks that they do their work. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { action, DIST, type Program, type Variables } from './programs.ts';
import type { RemoteStandIn, Usage } from './stand-in.ts';
import type { Target } from './workloads.ts';

/** How two programs compare, left to right. */
export interface Comparison {
  /** Ratios of the pairs' times: median, least and most. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
  /** Number of pairs. */
  readonly n: number;
  /** Medians of the times, in milliseconds. */
  readonly times: readonly [number, number];
  /** Medians of the calls to AWS. */
  readonly calls: readonly [number, number];
  /** Median of the processor time that a run of the left side takes at the stand-in, in milliseconds. */
  readonly standInMs: number;
}

/** Runs programs against the stand-in. */
export interface Timer {
  /** Runs a program without timing it: its files and the code of the stand-in get warm. */
  warmUp(program: Program): Promise<void>;
  /** Runs left, right, left, right ... @returns undefined where the time is up */
  compare(left: Program, right: Program, pairs: number): Promise<Comparison | undefined>;
}

/** Bytes that a program may print. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** One run of a program. */
interface Run {
  readonly time: number;
  readonly usage: Usage;
}

/** @param until when the time is up, by `performance.now()`: no further pair begins */
export function createTimer(standIn: RemoteStandIn, until: number): Timer {
  const run = async (program: Program): Promise<Run> => {
    await standIn.begin();
    const time = await runOnce(program);
    const usage = await standIn.end();
    checkCalls(program, usage);
    return { time: time + (program.more ?? 0), usage };
  };

  return {
    async warmUp(program) {
      await run(program);
    },
    async compare(left, right, pairs) {
      if (performance.now() >= until) return undefined;
      const runs: [Run, Run][] = [];
      do runs.push([await run(left), await run(right)]);
      while (runs.length < pairs && performance.now() < until);
      return summarise(runs);
    },
  };
}

/** Runs the action once more, untimed. @returns the peak of its resident memory in bytes */
export async function peakMemory(targets: readonly Target[], network: Variables): Promise<number> {
  const preload = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));
  return await inNewFolder(async (folder) => {
    const file = join(folder, 'peak-memory');
    await runOnce(
      action(DIST, targets, { ...network, PEAK_MEMORY_FILE: file }, { nodeOptions: ['--require', preload] }),
    );
    return Number(readFileSync(file, 'utf8'));
  });
}

/** @returns milliseconds from the start of the first process to the end of the last */
async function runOnce(program: Program): Promise<number> {
  return await inNewFolder(async (folder) => {
    const commands = await program.prepare(folder);
    const start = performance.now();
    const ends = commands.map(({ file, args, env, added }) =>
      spawnSync(file, args, { cwd: folder, env: { ...env, ...added?.() }, encoding: 'utf8', maxBuffer: MOST_OUTPUT }),
    );
    const time = performance.now() - start;
    const failed = ends.find(({ status }) => status !== 0);
    if (failed) {
      const output = failed.error?.message ?? `${failed.stdout}\n${failed.stderr}`.trim();
      throw new Error(`${program.name} failed with status ${failed.status}:\n${output}`);
    }
    return time;
  });
}

async function inNewFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that AWS refuses, or that calls it more often than it must, is no result. */
function checkCalls({ name, calls: expected }: Program, { calls, refused }: Usage): void {
  if (refused > 0) throw new Error(`The stand-in refused ${refused} of ${calls} calls of ${name}.`);
  if (expected !== undefined && calls !== expected) {
    throw new Error(`${name} made ${calls} calls where ${expected} are needed.`);
  }
}

function summarise(pairs: readonly (readonly [Run, Run])[]): Comparison {
  const ratios = pairs.map(([left, right]) => left.time / right.time);
  const medians = (figure: (run: Run) => number): [number, number] => [
    median(pairs.map(([left]) => figure(left))),
    median(pairs.map(([, right]) => figure(right))),
  ];
  const [standInMs] = medians(({ usage }) => usage.cpuMs);
  return {
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    n: pairs.length,
    times: medians(({ time }) => time),
    calls: medians(({ usage }) => usage.calls),
    standInMs,
  };
}

/** Of an even number of values, the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
  return (low + high) / 2;
}
