/**
 * A process of its own for file-lock.test.ts: `OWNER FILE TIMES [die]`. Again and again it adds a line to a file that
 * it shares with others. With `die` it is killed while it holds the lock.
 */
import { editShared } from '../../src/apply/shared-file.ts';

const [owner = '', path = '', times, die] = process.argv.slice(2);
const file = { path, owner, platform: process.platform, patience: 30_000, remedy: 'look for another' };
for (let count = 0; count < Number(times); count += 1) {
  await editShared(file, (content) => {
    if (die !== undefined) process.kill(process.pid, 'SIGKILL');
    return { text: `${content?.text ?? ''}${owner} ${count}\n`, mode: 0o600 };
  });
}
