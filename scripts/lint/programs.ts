import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import { pythonClients } from '../../sandbox/python/environments.ts';

/** Paths of the programs that lint workflows, or why they cannot be had. */
export type LintPrograms =
  | { available: true; actionlint: string; shellcheck: string; zizmor: string }
  | { available: false; reason: string };

const MODULE = fileURLToPath(new URL('actionlint/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../.venv/', import.meta.url));

/**
 * Finds the programs under `.venv` at the top of the checkout, and makes them first where they are missing: shellcheck
 * and zizmor from the public PyPI, actionlint by the machine's Go (its package on the public PyPI fetches the program
 * from elsewhere, which not every machine may).
 */
export async function lintPrograms(): Promise<LintPrograms> {
  const python = await pythonClients('lint');
  if (!python.available) return python;
  const actionlint = await buildActionlint();
  if (!actionlint.available) return actionlint;
  return {
    available: true,
    actionlint: actionlint.program,
    shellcheck: python.program('shellcheck'),
    zizmor: python.program('zizmor'),
  };
}

/** Builds what `actionlint/go.mod` pins, with the checksums in `go.sum`. */
async function buildActionlint(): Promise<{ available: true; program: string } | { available: false; reason: string }> {
  const sum = await readFile(join(MODULE, 'go.sum'));
  const version = createHash('sha256').update(sum).digest('hex').slice(0, 12);
  const program = join(ROOT, `actionlint-${version}${process.platform === 'win32' ? '.exe' : ''}`);
  if (existsSync(program)) return { available: true, program };
  await mkdir(ROOT, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const build = ['build', '-buildvcs=false', '-o', unfinished, 'github.com/rhysd/actionlint/cmd/actionlint'];
  const outcome = await runProgram('go', build, { cwd: MODULE }).catch(() => undefined);
  if (outcome?.status !== 0) return { available: false, reason: `actionlint cannot be built: ${reasonOf(outcome)}` };
  await rename(unfinished, program);
  return { available: true, program };
}

function reasonOf(outcome: Outcome | undefined): string {
  return outcome === undefined ? 'there is no go on the PATH.' : outcome.stderr.trim();
}
