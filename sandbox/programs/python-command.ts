import { runProgram } from './run-program.ts';

/** The machine's own Python, or why none can be had. */
export type PythonCommand =
  | { available: true; command: string; version: string }
  | { available: false; reason: string };

const CANDIDATES = process.platform === 'win32' ? ['python', 'python3', 'py'] : ['python3', 'python'];
const MINIMUM = [3, 9] as const;
let found: Promise<PythonCommand> | undefined;

/**
 * Finds the first Python on the PATH that is 3.9 or newer. Looks once in a process, and not at all where the variable
 * WITHOUT_PYTHON is set.
 */
export function pythonCommand(): Promise<PythonCommand> {
  found ??= look();
  return found;
}

async function look(): Promise<PythonCommand> {
  if (process.env['WITHOUT_PYTHON']) return { available: false, reason: 'The variable WITHOUT_PYTHON is set.' };
  const seen: string[] = [];
  for (const candidate of CANDIDATES) {
    // Not the command itself: a version manager's wrapper is slow and depends on the working directory.
    const script = 'import sys; print(sys.executable); print(".".join(map(str, sys.version_info[:3])))';
    const outcome = await runProgram(candidate, ['-c', script]).catch(() => undefined);
    const [command, version] = outcome?.stdout.trim().split(/\r?\n/) ?? [];
    if (outcome?.status !== 0 || !command || !version) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) {
      return { available: true, command, version };
    }
    seen.push(`${candidate} is Python ${version}`);
  }
  const problem = seen.length > 0 ? seen.join(', ') : 'there is no python3 on the PATH';
  return { available: false, reason: `Python 3.9 or newer is needed, and ${problem}.` };
}
