import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Whether the arguments of processes can be read: Linux lists them under /proc. */
export const ARGV_IS_VISIBLE = process.platform === 'linux';

/**
 * Runs `act`, and gives the arguments of the processes that this one and its children started meanwhile, as anyone on
 * the machine could see them; not those of other tests, whose tokens begin alike. A thread reads them without a pause,
 * so a process of a few milliseconds is seen too; on a machine that is busy with other work, nearly always. Where
 * arguments cannot be read, it gives none.
 */
export async function argvDuring<T>(act: () => Promise<T>): Promise<{ result: T; argv: string[] }> {
  if (!ARGV_IS_VISIBLE) return { result: await act(), argv: [] };
  const stop = new SharedArrayBuffer(4);
  const sampler = new Worker(new URL('argv-sampler.ts', import.meta.url), { workerData: stop });
  await once(sampler, 'message');
  try {
    const result = await act();
    const last = once(sampler, 'message');
    Atomics.store(new Int32Array(stop), 0, 1);
    const [argv] = await last;
    return { result, argv: argv as string[] };
  } finally {
    Atomics.store(new Int32Array(stop), 0, 1);
    await sampler.terminate();
  }
}
