/**
 * A process of its own for slow/private-folder.test.ts: `FOLDER NAME TIMES`. Again and again it refreshes the files of
 * a private folder, as a second use in a job does, and beside others that do the same.
 */
import { removeOldFiles, writePrivateFiles } from '../../src/apply/private-folder.ts';

const [path = '', name = '', times] = process.argv.slice(2);
const folder = { path, isNew: false };
for (let count = 0; count < Number(times); count += 1) {
  const files = ['pip.conf', 'netrc'].map((file) => ({ name: file, bytes: Buffer.from(`${name} `.repeat(2_000)) }));
  writePrivateFiles(folder, files, []);
  removeOldFiles(folder, files);
}
