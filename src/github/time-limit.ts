/** A bound on the time of a process that holds also where a call of the system does not come back. */
import { close, constants, open } from 'node:fs';
import { quietly } from '../machine/write-file.ts';
import { shorten } from '../messages/annotation.ts';
import { inBasicPlane } from './log.ts';

/** Milliseconds; the rest of half a minute is for the start and the end of the process. */
const LIMIT = 25_000;

/** Milliseconds in which a disk answers that needs no watch. */
const SOON = 500;

/** UTF-16 units of what is waited for; each has at most three bytes in UTF-8. */
const MOST = 1_000;

/**
 * Runs in a thread of its own, for the first one may hang: in a call to a disk of the network, say, which only a signal
 * ends. Then the step fails; else the job would stand still until its own time is over.
 */
const WATCH = `
  const { limit, since, what } = require('node:worker_threads').workerData;
  setTimeout(() => {
    const place = Buffer.from(what).toString().replace(/\\0+$/, '').replaceAll('%', '%25');
    const waited = Math.round((Date.now() - since[0]) / 1000);
    const text = 'this step has waited ' + waited + ' s for ' + place + ', and ends here.';
    try {
      require('node:fs').writeSync(1, '\\n::warning::Not everything could be cleaned up: ' + text + '\\n');
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  }, limit);
`;

/**
 * Ends the process when its time is over, with a warning that says what it waited for. A process that ends before that
 * is not kept. The thread takes as long to start as all that post does, so a disk is asked first whether it is there:
 * only for one that does not answer at once there is a thread, which then watches all that follows.
 * @param limit milliseconds from now on
 * @returns what is told, in words, each time what is waited for from then on, and in which folder that is
 */
export function limitTime(limit = LIMIT): (what: string, folder: string) => Promise<void> {
  const end = Date.now() + limit;
  let tell: ((what: string) => void) | undefined;
  return async (what, folder) => {
    if (tell === undefined && !(await answers(folder))) tell = await watch(end - Date.now());
    tell?.(what);
  };
}

/** Whether the disk of a folder says anything soon, by a call that a disk of the network is asked for each time. */
function answers(folder: string): Promise<boolean> {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), SOON);
    open(folder, O_RDONLY | O_NONBLOCK, (_, file) => {
      clearTimeout(timer);
      if (file !== undefined) close(file, () => {});
      resolve(true);
    });
  });
}

async function watch(limit: number): Promise<(what: string) => void> {
  const { Worker } = await import('node:worker_threads');
  const since = new Float64Array(new SharedArrayBuffer(8)).fill(Date.now());
  const what = new Uint8Array(new SharedArrayBuffer(MOST * 3));
  // Where there is no thread to be had, the work is done without a bound.
  quietly(() => new Worker(WATCH, { eval: true, workerData: { limit, since, what } }).on('error', () => {}).unref());
  return (next) => {
    since[0] = Date.now();
    what.fill(0).set(Buffer.from(shorten(inBasicPlane(next), MOST)));
  };
}
