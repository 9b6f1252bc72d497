/** The lines of the report. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Comparison } from './timer.ts';
import { BUNDLE_GOAL } from './workloads.ts';

const WIDTHS = [26, 24, 8, 15, 4, 14, 9, 13];

/** The names of the columns of {@link comparisonRow}. `stand-in ms` is processor time for one run of the action. */
export const HEADING = row([
  'the action with',
  'against',
  'ratio',
  'min .. max',
  'n',
  'median ms',
  'calls',
  'stand-in ms',
  'target',
]);

/** The machine and its runtime. */
export function machineLine(): string {
  const processor = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}`;
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${processor}, load ${loadLine()}`;
}

/** The average load of the last minute. */
export function loadLine(): string | undefined {
  return loadavg()[0]?.toFixed(1);
}

/**
 * A comparison of the action with something else.
 *
 * @param comparison undefined where there was no time for it
 * @param goal the largest ratio wanted
 */
export function comparisonRow(
  workload: string,
  against: string,
  comparison: Comparison | undefined,
  goal: number | undefined,
): string {
  if (comparison === undefined) return row([workload, against, 'left out: the time is up']);
  const { ratio, least, most, n, times, calls, standInMs } = comparison;
  return row([
    workload,
    against,
    ratio.toFixed(3),
    `${least.toFixed(2)} .. ${most.toFixed(2)}`,
    String(n),
    times.map((time) => time.toFixed(0)).join(' : '),
    calls.join(' : '),
    standInMs.toFixed(1),
    goal === undefined ? '' : verdict(ratio, goal, goal.toFixed(2)),
  ]);
}

/** The peak of resident memory, in bytes. */
export function memoryRow(workload: string, bytes: number, goal?: number): string {
  return row([workload, mebibytes(bytes), goal === undefined ? '' : verdict(bytes, goal, mebibytes(goal))]);
}

/** The sizes of all JavaScript files in dist/, which a runner downloads and Node reads, and of each entry. */
export function bundleRows(dist: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?js$/.test(name))
    .sort()
    .map((name) => ({ name: name.replaceAll('\\', '/'), content: readFileSync(join(dist, name)) }));
  const entries = Map.groupBy(files, ({ name }) => name.split('/')[0] ?? name);
  return [
    ...files.map(({ name, content }) => {
      const zipped = gzipSync(content, { level: 9 }).byteLength;
      return row([name, `${content.byteLength} bytes`, '', `${zipped} bytes after gzip -9`]);
    }),
    ...[...entries].map(([entry, parts]) => {
      const bytes = parts.reduce((sum, { content }) => sum + content.byteLength, 0);
      return row([`${entry}, whole`, `${bytes} bytes`, verdict(bytes, BUNDLE_GOAL, `${BUNDLE_GOAL} bytes`)]);
    }),
  ];
}

/** @param written the goal as people read it */
function verdict(value: number, goal: number, written: string): string {
  return `${value <= goal ? 'ok' : 'OVER'}, target ${written}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function row(cells: readonly string[]): string {
  return `  ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join('')}`.trimEnd();
}
