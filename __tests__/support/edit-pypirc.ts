/**
 * A process of its own for file-lock.test.ts: `OWNER add|remove PATH ...` edits each of the files, one after the other,
 * as a job with a repository of its own would. The variable GATES has times, in milliseconds since 1970, before which
 * the first, the second, ... is not begun: all processes come to a file at once.
 */
import { setTimeout } from 'node:timers/promises';
import { addToPypirc, removeFromPypirc } from '../../src/apply/pypirc-file.ts';

const [owner = '', deed, ...paths] = process.argv.slice(2);
const gates = process.env['GATES']?.split(' ').map(Number) ?? [];
const expiration = new Date(Date.now() + 3_600_000);
const server = { name: `of-${owner}`, url: 'https://host/pypi/', token: `token-${owner}`, identity: 'x', expiration };
for (const [index, path] of paths.entries()) {
  await setTimeout(Math.max(0, (gates[index] ?? 0) - Date.now()));
  const pypirc = { path, owner, now: new Date(), platform: process.platform };
  if (deed === 'add') await addToPypirc(pypirc, [server]);
  else await removeFromPypirc(pypirc);
}
