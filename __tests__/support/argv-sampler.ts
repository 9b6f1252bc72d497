/** A thread that notes the arguments of every process of the machine, as long as it is let. */
import { readdirSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const stopped = new Int32Array(workerData as SharedArrayBuffer);
const seen = new Set<string>();
const known = new Set(processes());

parentPort?.postMessage('ready');
while (Atomics.load(stopped, 0) === 0) {
  for (const id of processes()) {
    if (known.has(id)) continue;
    try {
      seen.add(readFileSync(`/proc/${id}/cmdline`, 'latin1').replaceAll('\0', ' '));
    } catch {
      // It has ended since.
    }
  }
}
parentPort?.postMessage([...seen]);

function processes(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}
