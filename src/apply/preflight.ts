/** Asks each configured client that is installed what it now sees. The one place that starts programs. */
import { setTimeout } from 'node:timers/promises';
import { getExecOutput } from '@actions/exec';
import type { Changes, Check, Output } from '../clients/changes.ts';
import { info, notice } from '../github/log.ts';
import { DISK } from '../machine/disk.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import { failWithAll } from '../messages/problems.ts';

/** What this action has from the runner and no `run:` step has: inputs, state, and ways to ask GitHub for tokens. */
const OWN = /^(?:INPUT|STATE|ACTIONS)_/i;

/** Milliseconds. */
const PATIENCE = 30_000;

/** What became of a question. */
type Answer = Output | 'not installed' | 'late';

/**
 * Runs the clients' checks with the variables that later steps will have.
 * @param patience milliseconds that a client may take to answer
 * @throws {Problems} with everything that keeps a client from seeing what was written, by its place
 */
export async function preflight(
  changes: Changes,
  { environment }: Pick<Machine, 'environment'>,
  patience = PATIENCE,
): Promise<void> {
  const variables = Object.fromEntries(changes.variables.map(({ name, value }) => [name, value]));
  const answers = await Promise.all(
    changes.checks.map(async (check) => ({
      check,
      answer: await ask(check, { ...environment, ...variables }, patience),
    })),
  );
  const missing = answers.filter(({ answer }) => answer === 'not installed').map(({ check }) => check.program);
  for (const program of new Set(missing)) notice(`preflight: ${program} is not installed, so it was not asked.`);
  const found = answers.flatMap(({ check, answer }) => judge(check, answer, patience));
  failWithAll([...changes.overrides, ...found]);
}

function judge(check: Check, answer: Answer, patience: number): readonly string[] {
  const command = [check.program, ...check.args].join(' ');
  if (answer === 'not installed') return [];
  if (answer === 'late') return [`preflight: ${command} did not end within ${patience / 1000} s.`];
  const problems = check.judge(answer, DISK.read);
  if (problems.length === 0) info(`preflight: ${command}: as written.`);
  return problems;
}

/** Runs the program. What it prints may hold a token, so it is shown to nobody. */
async function ask({ program, args }: Check, environment: Environment, patience: number): Promise<Answer> {
  const env = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && !OWN.test(name);
    }),
  );
  const late = setTimeout<Answer>(patience, 'late', { ref: false });
  try {
    return await Promise.race([getExecOutput(program, [...args], { env, silent: true, ignoreReturnCode: true }), late]);
  } catch (error) {
    if (error instanceof Error && error.message.includes('Unable to locate executable')) return 'not installed';
    throw error;
  }
}
