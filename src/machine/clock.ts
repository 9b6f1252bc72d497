/** The clock for waits, which no correction of the time of day moves. */

/** Milliseconds since the process started. `performance.now()` says the same, and loads a module first. */
export function uptime(): number {
  return process.uptime() * 1000;
}
