import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import { pythonClients } from '../../sandbox/python/environments.ts';

/** Paths of the programs that lint workflows, or why one of them cannot be had. */
export type LintPrograms =
  | { available: true; actionlint: string; shellcheck: string; zizmor: string }
  | { available: false; reason: string };

const MODULE = fileURLToPath(new URL('actionlint/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../.venv/', import.meta.url));

/**
 * Finds the programs under `.venv` at the top of the checkout. Where they are missing, installs shellcheck and zizmor
 * from the public PyPI, and builds actionlint with the machine's Go: its package on the public PyPI downloads the
 * program from elsewhere, which not every machine allows.
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

/** Builds the version in `actionlint/go.mod`, with the checksums in `go.sum`. */
async function buildActionlint(): Promise<{ available: true; program: string } | { available: false; reason: string }> {
  const version = hash('sha256', await readFile(join(MODULE, 'go.sum'))).slice(0, 12);
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
