import { spawn } from 'node:child_process';

/** How a program ended, and what it printed. Status is null where a signal ended it. */
export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end.
 *
 * @param options.env the whole environment; the caller's own by default
 * @param options.input what it reads from standard input; nothing by default
 * @throws when it cannot be started
 */
export function runProgram(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const { input = '', ...rest } = options;
    const child = spawn(command, args, { ...rest, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdin.on('error', () => {}); // The program may end without reading.
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
