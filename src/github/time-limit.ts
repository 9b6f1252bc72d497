/** A bound on the time of a process that holds also where a call of the system does not come back. */
import { Worker } from 'node:worker_threads';
import { quietly } from '../machine/write-file.ts';
import { shorten } from '../messages/annotation.ts';
import { inBasicPlane } from './log.ts';

/** Milliseconds; the rest of half a minute is for the start and the end of the process. */
const LIMIT = 25_000;

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
 * is not kept.
 * @param limit milliseconds from now on
 * @returns what is told, in words, each time what is waited for from then on
 */
export function limitTime(limit = LIMIT): (what: string) => void {
  const since = new Float64Array(new SharedArrayBuffer(8)).fill(Date.now());
  const what = new Uint8Array(new SharedArrayBuffer(MOST * 3));
  // Where there is no thread to be had, the work is done without a bound.
  quietly(() => new Worker(WATCH, { eval: true, workerData: { limit, since, what } }).on('error', () => {}).unref());
  return (next) => {
    since[0] = Date.now();
    what.fill(0).set(Buffer.from(shorten(inBasicPlane(next), MOST)));
  };
}
