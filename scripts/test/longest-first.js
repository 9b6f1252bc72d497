/**
 * The order in which jest begins the suites. Without the times of an earlier run, as in a fresh clone, jest goes by the
 * size of the files. A short file whose tests take minutes would then begin at the end, with nothing to run beside it.
 */
// JavaScript, since the types of this package are those of its CommonJS module, and Node.js imports the other.
import { fileURLToPath } from 'node:url';
import Sequencer from '@jest/test-sequencer';

/** Suites that take about a minute or more, those that wait between those that work. A test looks for the files. */
const LONGEST = [
  'real-clients/docker-engine',
  'slow/failing-disk',
  'jobs/process-end',
  'slow/kills',
  'jobs/retries',
  'slow/file-lock',
  'real-clients/own-host',
  'jobs/post-end',
  'real-clients/pdm',
  'real-clients/poetry',
  'real-clients/caches',
].map((name) => fileURLToPath(new URL(`../../__tests__/${name}.test.ts`, import.meta.url)));

/** jest makes one, since its configuration names this file. */
export default class LongestFirst extends Sequencer {
  /** Gives the longest in the order of their list, then the others as jest has them. */
  sort(tests) {
    const others = super.sort(tests);
    const longest = LONGEST.flatMap((path) => others.filter((test) => test.path === path));
    return [...new Set([...longest, ...others])];
  }
}
