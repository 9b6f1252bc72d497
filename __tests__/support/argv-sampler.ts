/** A thread that notes the arguments of every process that descends from this one, as long as it is let. */
import { readdirSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const stopped = new Int32Array(workerData as SharedArrayBuffer);
const seen = new Set<string>();
/** By process id. A process stays what it was taken for, also when its parent has ended. */
const ours = new Map<string, boolean>([[String(process.pid), true]]);
for (const id of processes()) if (!ours.has(id)) ours.set(id, false);

parentPort?.postMessage('ready');
while (Atomics.load(stopped, 0) === 0) {
  for (const id of processes()) {
    if (id === String(process.pid) || !isOurs(id)) continue;
    // Each time anew: it may have become another program.
    const text = read(id, 'cmdline');
    if (text) seen.add(text.replaceAll('\0', ' '));
  }
  // A millisecond for the others of the machine; no program is done in less.
  Atomics.wait(stopped, 0, 0, 1);
}
parentPort?.postMessage([...seen]);

function isOurs(id: string): boolean {
  const known = ours.get(id);
  if (known !== undefined) return known;
  // "ID (NAME) STATE PARENT ...", where the name may hold anything.
  const parent = /.*\) \S (\d+) /s.exec(read(id, 'stat') ?? '')?.[1];
  if (parent === undefined) return false;
  const answer = isOurs(parent);
  ours.set(id, answer);
  return answer;
}

function processes(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** Undefined for a process that has ended. */
function read(id: string, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${id}/${name}`, 'latin1');
  } catch {
    return undefined;
  }
}
