/** The end of the process. A step lasts as long as its process does, and so does the bill. */

/** Milliseconds that what is still open may take to end by itself. */
const GRACE = 500;

/**
 * Ends the process soon, also when something that nobody waits for any more is open: a proxy that never answers, a
 * credential process, a back-off. What was printed goes out first: `process.exit` alone would drop queued output, masks
 * among it (Node 20 to 24 on a slow pipe). A process that has nothing open ends before that by itself.
 */
export function endSoon(): void {
  setTimeout(() => process.stdout.write('', () => process.exit()), GRACE).unref();
}
