/**
 * Runs the tests: `test.ts [--fast] [options and patterns of jest]`. With `--fast`, only those of the folders that
 * start no real Python client, no whole job and no stand-in for AWS, with fewer random cases and shorter hostile texts.
 * Else it installs the Python clients first, so that no test waits.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pythonClients } from '../../sandbox/python/environments.ts';

const FAST = ['unit', 'project'];

const fast = process.argv.includes('--fast');
const rest = process.argv.slice(2).filter((word) => word !== '--fast');
if (!fast) {
  for (const set of ['clients', 'managers', 'act', 'aws'] as const) {
    const clients = await pythonClients(set);
    console.log(clients.available ? `Python clients: ${clients.bin}` : `No Python clients (${set}): ${clients.reason}`);
  }
}
const jest = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));
const folders = fast ? ['--roots', ...FAST.map((name) => `<rootDir>/__tests__/${name}`)] : [];
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...rest, ...folders],
  { stdio: 'inherit', env: fast ? { ...process.env, FEWER_CASES: 'yes' } : process.env },
);
process.exitCode = status ?? 1;
