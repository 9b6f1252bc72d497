/** Milliseconds that the runner waits after SIGINT, after SIGTERM, and for streams that outlive the process. */
export type Waits = { sigint: number; sigterm: number; streams: number };

/** The runner's own waits (ProcessInvoker of actions/runner v2.336.0). */
export const RUNNER_WAITS: Waits = { sigint: 7500, sigterm: 2500, streams: 5000 };

/** Stops a process as the runner does: SIGINT, a wait, SIGTERM, a wait, SIGKILL. */
export async function signalInTurn(
  child: { kill(signal: NodeJS.Signals): boolean },
  ended: Promise<void>,
  waits: Waits,
): Promise<void> {
  for (const [signal, wait] of [
    ['SIGINT', waits.sigint],
    ['SIGTERM', waits.sigterm],
  ] as const) {
    child.kill(signal);
    if (await endsWithin(ended, wait)) return;
  }
  child.kill('SIGKILL');
}

/** Whether something settles within so many milliseconds. */
export async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const result = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return result;
}
