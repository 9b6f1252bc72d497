/** The streams of a process, in the order in which a batch of their lines is handed on. */
export const STREAMS = ['stderr', 'stdout'] as const;

type Stream = (typeof STREAMS)[number];

/** Collects the lines of both streams and hands them on in batches. */
export type LineBatch = {
  add(stream: Stream, lines: readonly string[]): void;
  /** Hands on all that is left: both streams have ended. */
  end(): void;
};

/**
 * Lines that are ready in one turn of the event loop make one batch, and in it those of stderr come before those of
 * stdout, as in the runner (ProcessInvoker.ProcessOutput).
 *
 * The runner resets its signal after it took a batch, so a line that came just then waits for the next one, or for the
 * end of the process: seen 3 times in 500 after a pause of 150 ms. With `worstCase` that is so always: the last line of
 * stdout waits for the next one of stdout or for the end, and stderr overtakes it.
 * @param onError takes what `onLine` throws; after that nothing more is handed on
 */
export function createLineBatch(
  onLine: (line: string) => void,
  onError: (error: unknown) => void,
  worstCase: boolean,
): LineBatch {
  const waiting: Record<Stream, string[]> = { stderr: [], stdout: [] };
  let scheduled = false;
  let closed = false;
  const handOn = (held: number): void => {
    scheduled = false;
    const ready = Math.max(0, waiting.stdout.length - held);
    const lines = [...waiting.stderr.splice(0), ...waiting.stdout.splice(0, ready)];
    try {
      for (const line of closed ? [] : lines) onLine(line);
    } catch (error) {
      closed = true;
      onError(error);
    }
  };
  return {
    add(stream, lines) {
      waiting[stream].push(...lines);
      if (!scheduled) setImmediate(handOn, worstCase ? 1 : 0);
      scheduled = true;
    },
    end: () => handOn(0),
  };
}
