/** The lines of the report. */
import type { Match } from './referee.ts';

const WIDTHS = [26, 23, 8, 15, 4, 14, 9, 13];

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

/**
 * One comparison of the action: a ratio below 1 means that it is faster. The column `stand-in ms` has the milliseconds of
 * processor time that the stand-in took for one run of the action.
 * @param goal the largest ratio wanted
 */
export function matchRow(what: string, against: string, match: Match | undefined, goal: number | undefined): string {
  if (match === undefined) return row([what, against, 'left out: the time is up']);
  const { ratio, least, most, n, left, right, calls, standInMs } = match;
  return row([
    what,
    against,
    ratio.toFixed(3),
    `${least.toFixed(2)} .. ${most.toFixed(2)}`,
    String(n),
    `${left.toFixed(0)} : ${right.toFixed(0)}`,
    calls.join(' : '),
    standInMs.toFixed(1),
    goal === undefined ? '' : verdict(ratio, goal, goal.toFixed(2)),
  ]);
}

/** A figure by itself. @param more what else there is to say */
export function figureRow(what: string, figure: string, judged = '', more = ''): string {
  return row([what, figure, judged, more]);
}

/** @param written the goal as people read it */
export function verdict(value: number, goal: number, written: string): string {
  return `${value <= goal ? 'ok' : 'OVER'}, target ${written}`;
}

function row(cells: readonly string[]): string {
  return `  ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join('')}`.trimEnd();
}
