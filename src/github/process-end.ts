/** The end of the process. A step lasts as long as its process does. */

/** Milliseconds that open handles may take to end by themselves. */
const GRACE = 500;

/** Work of the system's threads, for which `process.exit` waits: files, and names that are looked up (libuv). */
const THREADS = /^(?:FSReq|GetAddrInfo)/;

/**
 * Ends the process soon, also where something is open that nobody waits for: a proxy that never answers, a credential
 * process, a back-off. Output goes out first, because `process.exit` alone drops what is queued, masks included (Node
 * 20 to 24 on a slow pipe). A process that has nothing open ends by itself before that.
 */
export function endSoon(): void {
  setTimeout(() => process.stdout.write('', end), GRACE).unref();
}

/**
 * Holds a step to its end. Where nothing is left to wait for, Node.js ends a CommonJS program with success, also in the
 * middle of its work.
 * @param tell is called then
 * @returns is to be called when the work is done, or told to have failed
 */
export function holdToTheEnd(tell: (error: Error) => void): () => void {
  const early = () => tell(new Error('nothing is left to wait for, and the work is not done'));
  process.once('beforeExit', early);
  return () => {
    process.off('beforeExit', early);
  };
}

/** A step that failed says so by a signal too, and nothing but a signal ends a thread that waits for a pipe. */
function end(): void {
  const isWaitedFor = process.getActiveResourcesInfo().some((name) => THREADS.test(name));
  if (process.exitCode && isWaitedFor) process.kill(process.pid, 'SIGKILL');
  else process.exit();
}
