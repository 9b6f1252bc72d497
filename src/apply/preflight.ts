/** Asks each configured client that is installed what it now sees. The one place that starts programs. */
import { setTimeout } from 'node:timers/promises';
import { getExecOutput } from '@actions/exec';
import type { Changes, Check, Output } from '../clients/changes.ts';
import { info, notice } from '../github/log.ts';
import { readUserFile } from '../machine/user-file.ts';
import { fail, Problems } from '../messages/problems.ts';

/** What this action has from the runner and no `run:` step has: inputs, state, and ways to ask GitHub for tokens. */
const OWN = /^(INPUT|STATE|ACTIONS)_/i;

/** Milliseconds that a client may take to answer. */
const PATIENCE = 30_000;

/**
 * Runs the clients' checks with the variables that later steps will have.
 * @throws {Problems} with everything that keeps a client from seeing what was written, by its place
 */
export async function preflight(changes: Changes, environment: NodeJS.ProcessEnv): Promise<void> {
  const variables = Object.fromEntries(changes.variables.map(({ name, value }) => [name, value]));
  const missing = new Set<string>();
  const found = await Promise.all(changes.checks.map((check) => ask(check, { ...environment, ...variables }, missing)));
  for (const program of missing) notice(`preflight: ${program} is not installed, so it was not asked.`);
  const problems = [...changes.overrides, ...found.flat()];
  if (problems.length > 0) throw new Problems(problems);
}

async function ask(
  { program, args, judge }: Check,
  environment: NodeJS.ProcessEnv,
  missing: Set<string>,
): Promise<readonly string[]> {
  const output = await runSilently(program, args, environment);
  if (output === undefined) {
    missing.add(program);
    return [];
  }
  const problems = judge(output, (path) => readUserFile(path)[0]);
  if (problems.length === 0) info(`preflight: ${[program, ...args].join(' ')}: as written.`);
  return problems;
}

/** @returns undefined where the program is not on the PATH. What it prints may hold a token, so it is shown to nobody. */
async function runSilently(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Output | undefined> {
  const env = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => value !== undefined && !OWN.test(name)),
  ) as Record<string, string>;
  try {
    const late = setTimeout(PATIENCE, undefined, { ref: false }).then(() =>
      fail(`preflight: ${[program, ...args].join(' ')} did not end within ${PATIENCE / 1000} s.`),
    );
    return await Promise.race([getExecOutput(program, [...args], { env, silent: true, ignoreReturnCode: true }), late]);
  } catch (error) {
    if (error instanceof Error && error.message.includes('Unable to locate executable')) return undefined;
    throw error;
  }
}
