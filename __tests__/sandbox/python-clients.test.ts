import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import type { PythonClients } from '../../sandbox/python/environments.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-clients-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('without Python, tests that need it are skipped by name and say why', async () => {
  const { status, stderr } = await runPythonTests({});
  expect(status).toBe(0);
  expect(stderr).toContain('Skipped: "real Python clients through the proxy". Python 3.9 or newer is needed');
  expect(stderr).toMatch(/Tests: +\d\d skipped, \d\d total/);
});

test('with CI=true they fail instead', async () => {
  const { status, stderr } = await runPythonTests({ CI: 'true' });
  expect(status).toBe(1);
  expect(stderr).toContain('Python 3.9 or newer is needed, and there is no python3 on the PATH.');
  expect(stderr).toMatch(/Tests: +1 failed, 1 total/);
});

/** Asks for the clients, where no index can be reached. */
async function clientsIn(root: string): Promise<PythonClients> {
  const env = { PATH: process.env['PATH'], PIP_INDEX_URL: 'https://127.0.0.1:9/simple/', PIP_RETRIES: '0' };
  const script = `
    import { pythonClients } from './sandbox/python/environments.ts';
    console.log(JSON.stringify(await pythonClients('clients', process.argv[1])));
  `;
  const { stdout } = await runNode(['--input-type=module', '--eval', script, root], env);
  return JSON.parse(stdout);
}

test('an index that cannot be reached is the reason, and nothing half-made or moved counts as made', async () => {
  const reason = expect.stringMatching(/^The Python clients could not be installed from the public PyPI: ERROR: /);
  const [root, moved] = [join(folder, 'root'), join(folder, 'moved')];
  expect(await clientsIn(root)).toEqual({ available: false, reason });
  const [made = ''] = (await readdir(root)).filter((name) => name.startsWith('clients-'));
  expect(await readdir(join(root, made))).not.toContain('finished');
  await writeFile(join(root, made, 'finished'), '');
  expect((await clientsIn(root)).available).toBe(true);
  await rename(root, moved);
  expect(await clientsIn(moved)).toEqual({ available: false, reason });
});

test('a lock keeps others out until its holder has ended, however that ends', async () => {
  const file = join(folder, 'lock');
  const script = `
    import { withLock } from './sandbox/python/lock.ts';
    await withLock(process.argv[1], async () => {
      console.log(Date.now());
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log(Date.now());
      if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
    });
  `;
  const hold = (how: string) => runNode(['--input-type=module', '--eval', script, file, how]);
  const outcomes = await Promise.all([hold('die'), hold('live'), hold('live')]);
  // Windows knows no signal: its processes end each other with the code 1.
  expect(outcomes.map(({ status }) => status)).toEqual([process.platform === 'win32' ? 1 : null, 0, 0]);
  const spans = outcomes.map(({ stdout }) => stdout.trim().split('\n').map(Number));
  const inOrder = spans.sort(([left = 0], [right = 0]) => left - right).flat();
  expect(inOrder).toHaveLength(6);
  expect(inOrder).toEqual(inOrder.toSorted((left, right) => left - right));
});

/** Runs the tests of the real clients where no Python can be found. */
function runPythonTests(env: NodeJS.ProcessEnv): Promise<Outcome> {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', jest, '--runInBand', '__tests__/sandbox/python.test.ts'];
  return runNode(args, { PATH: folder, ...env });
}

function runNode(args: string[], env: NodeJS.ProcessEnv = { ...process.env }): Promise<Outcome> {
  return runProgram(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { cwd: ROOT, env });
}
