/**
 * Runs the tests: `test.ts [--fast] [jest's own options and patterns]`. `--fast` leaves out those that drive real Python
 * clients, whole jobs and many processes, and the longest of the generated ones: the loop while one writes. The Python clients are made ready first, so that no test waits for an installation.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pythonClients } from '../../sandbox/python/environments.ts';

const SLOW = [
  'act/',
  'clients/',
  'jobs/',
  'sandbox/',
  'conformance',
  'hostile',
  'file-lock',
  'argv',
  'pypirc.properties',
].map((name) => `__tests__/${name}`);

const [fast, rest] = [process.argv.includes('--fast'), process.argv.slice(2).filter((word) => word !== '--fast')];
if (!fast) {
  for (const set of ['clients', 'managers', 'act'] as const) {
    const clients = await pythonClients(set);
    console.log(clients.available ? `Python clients: ${clients.bin}` : `No Python clients (${set}): ${clients.reason}`);
  }
}
const jest = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));
const ignored = fast ? ['--testPathIgnorePatterns', ...SLOW] : [];
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...rest, ...ignored],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
