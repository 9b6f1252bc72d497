/**
 * Runs whole jobs once more with the worst that the runner can make of the order of lines: the last line of standard
 * output comes late, and standard error before it (sandbox/runner/line-batch.ts). Only those jobs that look at masks,
 * the log and annotations, since nothing else depends on that order. Prints what it runs.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FILES = ['masking', 'attacks', 'report', 'roles', 'runner-bounds'].map(
  (name) => `__tests__/jobs/${name}.test.ts`,
);

console.log(`The worst case of the runner, WORST_CASE=yes: ${FILES.join(', ')}`);
const { status } = spawnSync(process.execPath, [fileURLToPath(new URL('test.ts', import.meta.url)), ...FILES], {
  env: { ...process.env, WORST_CASE: 'yes' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
