/**
 * A process of its own for file-lock.test.ts: `LOCK OWNER FILE TIMES [die]`. Under the lock it reads the file, waits a
 * little, and writes it back with a line more, so that whatever another process writes meanwhile is lost. With `die` it
 * is killed while it holds the lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withLock } from '../../src/apply/file-lock.ts';

const [lock = '', owner = '', file = '', times, die] = process.argv.slice(2);
for (let count = 0; count < Number(times); count += 1) {
  await withLock({ path: lock, owner, platform: process.platform }, (held) => {
    if (die !== undefined) process.kill(process.pid, 'SIGKILL');
    const text = readFileSync(file, 'utf8');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    if (!held()) throw new Error(`${owner} lost the lock`);
    writeFileSync(file, `${text}${owner} ${count}\n`);
  });
}
