import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { writeBlock } from './action-step.ts';
import type { JobContext } from './job-context.ts';
import type { EnvContext } from './job-environment.ts';
import { NamedValues } from './named-values.ts';
import type { Step } from './step.ts';
import type { StepLog } from './step-log.ts';

/** A `run:` step: a program with its arguments, or a script for `bash -e`. */
export type RunStep = { id: string; command: string | string[]; env: Record<string, string>; workingDirectory: string };

/** Makes a step of it; a script is written to RUNNER_TEMP. */
export async function describeRun(job: JobContext, { id, command, env, workingDirectory }: RunStep): Promise<Step> {
  const text = typeof command === 'string' ? command : command.join(' ');
  const name = `Run ${text.trimStart().split(/[\r\n]/)[0] ?? ''}`;
  const bash = findProgram('bash', job.environment.of(new Map(), {})['PATH'] ?? '');
  return {
    id,
    name,
    env,
    process: { ...(await prepareCommand(command, job.temp)), cwd: workingDirectory },
    actionEnv: {},
    state: new NamedValues(),
    intro(log: StepLog, context: EnvContext) {
      log.write(`##[group]${name}`);
      for (const line of text.replace(/\n+$/, '').split(/\r?\n/)) log.write(`\u001b[36;1m${line}\u001b[0m`);
      log.write(`shell: ${bash} -e {0}`);
      writeBlock(log, 'env:', context);
      log.write('##[endgroup]');
    },
    onFailure: (log, exitCode) => log.issue('error', `Process completed with exit code ${exitCode}.`),
  };
}

async function prepareCommand(command: string | string[], temp: string): Promise<Step['process']> {
  if (typeof command === 'string') {
    const script = join(temp, `${randomUUID()}.sh`);
    await writeFile(script, command);
    return { file: 'bash', args: ['-e', script] };
  }
  const [file, ...args] = command;
  if (file === undefined) throw new Error('A run step needs a program.');
  return { file, args };
}

/** The first of that name on the PATH, or the name alone. */
function findProgram(name: string, path: string): string {
  const paths = path.split(delimiter).map((folder) => join(folder, name));
  return paths.find((candidate) => existsSync(candidate)) ?? name;
}
