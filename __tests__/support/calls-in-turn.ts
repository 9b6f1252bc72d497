/**
 * Which calls of a process to the disk a test makes fail, or kills it at. By default every fifth one, beginning by
 * chance, so that many runs see all; with the variable EVERY_CALL, each in one run.
 */
export const STRIDE = process.env['EVERY_CALL'] || process.env['KILLS'] ? 1 : 5;

/** The first of them, counted from 1. */
export function firstCall(): number {
  return 1 + Math.floor(Math.random() * STRIDE);
}
