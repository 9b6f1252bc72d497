/** The end of the process, and what it says beside the log. A step lasts as long as its process does. */
import { debug } from './log.ts';

/** Milliseconds that open handles may take to end by themselves. */
const GRACE = 500;

/**
 * Keeps standard error empty. The runner may show a line of it before a mask that was printed on standard output long
 * before counts. So what is written there is dropped: by NODE_DEBUG, say, which shows requests with all their headers.
 * Warnings of Node.js go to the debug log, without secrets; and an error that nobody caught, which Node.js would print
 * with all that it quotes, is the caller's to tell. What Node.js says before it runs any code still goes there.
 * @param onError is told of such an error; the process goes on, since it may have something to put back
 */
export function keepStandardErrorEmpty(onError: (error: unknown) => void): void {
  const open = Object.getOwnPropertyDescriptor(process, 'stderr')?.get;
  // Made only where somebody asks for it, since that takes time.
  Object.defineProperty(process, 'stderr', {
    configurable: true,
    get: () => Object.assign(open?.call(process), { write: drop }),
  });
  process.removeAllListeners('warning').on('warning', ({ name, message }) => debug(`${name}: ${message}`));
  process.on('uncaughtException', onError);
}

function drop(_: unknown, ...rest: unknown[]): boolean {
  for (const done of rest) if (typeof done === 'function') done();
  return true;
}

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

/** A step that failed says so by a signal too, and nothing but a signal ends a thread that waits for a pipe. */
function end(): void {
  const isWaitedFor = process.getActiveResourcesInfo().some((name) => THREADS.test(name));
  if (process.exitCode && isWaitedFor) process.kill(process.pid, 'SIGKILL');
  else process.exit();
}
