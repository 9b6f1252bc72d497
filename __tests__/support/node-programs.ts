/** Steps and programs of a job in JavaScript for Node.js: not every machine has a shell. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, StepOptions, StepResult } from '../../sandbox/runner/runner.ts';

/**
 * A `run:` step that runs a script.
 * @param script has Node's modules by their names, and `say(file command, text)`: `say('ENV', 'NAME=value\n')`
 */
export function runScript(job: Job, script: string, options?: StepOptions): Promise<StepResult> {
  const say = "const say = (name, text) => fs.appendFileSync(process.env['GITHUB_' + name], text);";
  return job.run([process.execPath, '--eval', `${say}\n${script}`], options);
}

/** A `run:` step that writes assignments to GITHUB_ENV, as one can that an attacker has a hand in. */
export function setVariables(job: Job, variables: Record<string, string>): Promise<StepResult> {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return runScript(job, `say('ENV', ${JSON.stringify(lines.join(''))})`);
}

/** Writes a script, and gives a command line that runs it: for `sh` and for `cmd.exe`. */
export function commandLine(folder: string, name: string, script: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, script);
  return `"${process.execPath}" "${path}"`;
}

/** Writes a script, and beside it a program of that name, which is found in the folder where that is on the PATH. */
export function placeProgram(folder: string, name: string, script: string): void {
  const command = commandLine(folder, name, script);
  if (process.platform === 'win32') writeFileSync(join(folder, `${name}.cmd`), `@${command} %*\r\n`);
  else writeFileSync(join(folder, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}
