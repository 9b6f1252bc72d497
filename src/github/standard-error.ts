/**
 * Standard error, which stays empty: the runner may show a line of it before a mask that was printed on standard output
 * long before counts. What Node.js says before it runs any code still goes there.
 */

/** Drops what is written there: by NODE_DEBUG, say, which shows requests with all their headers. Call it first. */
export function silenceStandardError(): void {
  const open = Object.getOwnPropertyDescriptor(process, 'stderr')?.get;
  // Made only where somebody asks for it, since that takes time.
  Object.defineProperty(process, 'stderr', {
    configurable: true,
    get: () => Object.assign(open?.call(process), { write: drop }),
  });
  process.removeAllListeners('warning');
}

/** Who is told of what Node.js would print there. */
export interface Listeners {
  readonly onWarning: (warning: Error) => void;
  /** An error that nobody caught; the process goes on, since it may have something to put back. */
  readonly onError: (error: unknown) => void;
}

/** Tells others what Node.js would print there, with all that it quotes. */
export function hearStandardError({ onWarning, onError }: Listeners): void {
  process.on('warning', onWarning).on('uncaughtException', onError);
}

function drop(_: unknown, ...rest: unknown[]): boolean {
  for (const done of rest) if (typeof done === 'function') done();
  return true;
}
