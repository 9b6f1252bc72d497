/** Asks each configured client that is installed what it now sees, and AWS. The one place that starts programs. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { getExecOutput } from '@actions/exec';
import type { Changes, Check, Output } from '../clients/changes.ts';
import { lookAtWorkflow } from '../clients/workflow-look.ts';
import { lookAtWorkspace } from '../clients/workspace-look.ts';
import { info, notice, warning } from '../github/log.ts';
import { DISK } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { failWithAll } from '../messages/problems.ts';
import { describeError } from '../messages/wording.ts';
import { childEnvironment } from './child-environment.ts';
import { findProgram } from './find-program.ts';
import { isOutside } from './outside.ts';

/** Milliseconds. */
const PATIENCE = 30_000;

/** What a run knows by the time of the preflight. */
export interface Given {
  readonly machine: Machine;
  /** The private folder. */
  readonly folder: string;
  /** The hosts of the repositories. */
  readonly hosts: readonly string[];
  /** Gives a sentence for each repository that AWS does not have as it is listed. */
  readonly askAws: () => Promise<readonly string[]>;
}

/** What became of a question. */
type Answer = Output | 'not installed' | 'late';

/** A question with its answer. */
interface Asked {
  readonly check: Check;
  readonly answer: Answer;
}

/**
 * Runs the clients' checks with the variables that later steps will have, and looks at the workspace. Nothing that a
 * checkout brings runs: the programs are those outside the workspace, they start in an empty folder, and no variable
 * leads them elsewhere. AWS is asked meanwhile.
 * @param patience milliseconds that a client may take to answer
 * @throws {Problems} with everything that keeps a client from seeing what was written, or would send a token elsewhere,
 *   by its place, and what AWS does not have
 */
export async function preflight(changes: Changes, given: Given, patience = PATIENCE): Promise<void> {
  const { machine, folder, hosts, askAws } = given;
  const [answers, ofAws] = await Promise.all([askAll(changes, machine, join(folder, 'preflight'), patience), askAws()]);
  const { problems, tooLarge } = lookAtWorkspace(changes, hosts, machine, DISK);
  for (const path of tooLarge) notice(`preflight: ${path} is larger than 1 MiB, so it was not looked at.`);
  for (const text of lookAtWorkflow(machine, DISK)) warning(`preflight: ${text}`);
  failWithAll([...changes.overrides, ...answers.flatMap((asked) => judge(asked, patience)), ...problems, ...ofAws]);
}

async function askAll(changes: Changes, machine: Machine, cwd: string, patience: number): Promise<Asked[]> {
  // There, the user's own settings are the checkout's.
  const inWorkspace = [machine.home, dirname(cwd)].find((path) => !isOutside(path, machine, DISK));
  if (inWorkspace !== undefined) {
    notice(`preflight: ${inWorkspace} lies in the workspace, so no client was asked.`);
    return [];
  }
  const made = mkdirSync(cwd, { recursive: true, mode: 0o700 }) ?? cwd;
  try {
    const names = new Set(changes.checks.map(({ program }) => program));
    const programs = new Map([...names].map((name) => [name, find(name, machine)]));
    return await Promise.all(
      changes.checks.map(async (check) => {
        const path = programs.get(check.program);
        const env = childEnvironment(check, changes.variables, machine, DISK);
        return {
          check,
          answer: path === undefined ? 'not installed' : await ask(path, check.args, env, cwd, patience),
        };
      }),
    );
  } finally {
    remove(made);
  }
}

/** A client that did not end may still be in it, which keeps it on Windows; post removes the private folder. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    info(`preflight: ${folder} stays until post (${describeError(error)}).`);
  }
}

/** Tells what is not asked. */
function find(program: string, machine: Machine): string | undefined {
  const { path, passedOver } = findProgram(program, machine, DISK);
  for (const one of new Set(passedOver)) {
    notice(`preflight: ${one} was not asked, since a checkout may have brought it; later steps run it as ${program}.`);
  }
  if (path === undefined && passedOver.length === 0) {
    notice(`preflight: ${program} is not installed, so it was not asked.`);
  }
  return path;
}

function judge({ check, answer }: Asked, patience: number): readonly string[] {
  const command = [check.program, ...check.args].join(' ');
  if (answer === 'not installed') return [];
  if (answer === 'late') return [`preflight: ${command} did not end within ${patience / 1000} s.`];
  const problems = check.judge(answer, DISK.read);
  if (problems.length === 0) info(`preflight: ${command}: sees what this action wrote.`);
  return problems;
}

/** Runs the program. What it prints may hold a token, so it is shown to nobody. */
async function ask(
  path: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
  patience: number,
): Promise<Answer> {
  const late = setTimeout<Answer>(patience, 'late', { ref: false });
  const quoted = `"${path.replaceAll('"', '\\"')}"`;
  const output = getExecOutput(quoted, [...args], { cwd, env, silent: true, ignoreReturnCode: true });
  return Promise.race([output, late]);
}
