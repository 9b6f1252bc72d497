import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../programs/python-command.ts';
import { type Outcome, runProgram } from '../programs/run-program.ts';
import { withLock } from './lock.ts';

/** A virtual environment with programs from the public PyPI, or why there is none. */
export type PythonClients =
  | {
      available: true;
      /** Folder of the environment's programs. */
      bin: string;
      python: string;
      /** Path of any program in it: `program('twine')`. */
      program: (name: string) => string;
    }
  | {
      available: false;
      reason: string;
      /** Whether no machine of this kind can have them. */
      unsupported?: boolean;
    };

const REQUIREMENTS = {
  /** What the tests and the demo drive. */
  clients: 'requirements.txt',
  /** Package managers, and what else runs pip. */
  managers: 'requirements-managers.txt',
  /** What runs pip or uv and is used outside of projects; beside the package managers on the PATH. */
  launchers: 'requirements-launchers.txt',
  /** The AWS CLI, for the benchmark. */
  bench: 'requirements-bench.txt',
  /** act, with the programs that workflows under it call. */
  act: 'requirements-act.txt',
  /** What reads the commands, the template and the Terraform file of docs/roles.md. */
  aws: 'requirements-aws.txt',
  /** Linters of workflows. */
  lint: 'requirements-lint.txt',
};

/** What an environment holds: the name of a requirements file. */
export type ClientSet = keyof typeof REQUIREMENTS;

const ROOT = fileURLToPath(new URL('../../.venv/', import.meta.url));
const WINDOWS = process.platform === 'win32';
/** The file that marks an environment as complete. */
const FINISHED = 'finished';

/**
 * Finds the virtual environment for a set of clients under `.venv` at the top of the checkout. Where it is missing,
 * makes it with the machine's Python and the proxy, certificates and index of the user's environment.
 *
 * An environment belongs to one requirements file, one Python and one place, which its programs name. When one of them
 * changes, as with a checkout that is moved, a new one is made. Where two processes ask at once, one makes it and the
 * other waits.
 *
 * @param root folder for the environments
 */
export async function pythonClients(set: ClientSet = 'clients', root = ROOT): Promise<PythonClients> {
  if (set === 'act' && WINDOWS) {
    return { available: false, reason: 'act is driven on Linux and macOS only.', unsupported: true };
  }
  const base = await pythonCommand();
  if (!base.available) return base;
  const requirements = fileURLToPath(new URL(REQUIREMENTS[set], import.meta.url));
  const parts = [await readFile(requirements, 'utf8'), base.command, base.version, root];
  const key = hash('sha256', parts.join('\n')).slice(0, 12);
  const folder = join(root, `${set}-${key}`);
  if (!existsSync(join(folder, FINISHED))) {
    await mkdir(root, { recursive: true });
    const failure = await withLock(join(root, `${set}.lock`), async () => {
      if (existsSync(join(folder, FINISHED))) return undefined;
      await removeOthers(set, root);
      return await make(folder, base.command, requirements);
    });
    if (failure !== undefined) return { available: false, reason: failure };
  }
  return environmentAt(folder);
}

/**
 * Makes a virtual environment without anything in it, not even pip. Install into it from outside: `pip --python PYTHON
 * install ...`.
 *
 * @param python an interpreter, such as the one of {@link pythonClients}
 * @returns path of the new environment's interpreter
 */
export async function makeEmptyEnvironment(python: string, folder: string): Promise<string> {
  const { status, stderr } = await runProgram(python, ['-m', 'venv', '--without-pip', folder]);
  if (status !== 0) throw new Error(`No virtual environment could be made in ${folder}: ${stderr}`);
  return programPath(folder, 'python');
}

/** The programs of a virtual environment that is there. */
export function environmentAt(folder: string): Extract<PythonClients, { available: true }> {
  const program = (name: string) => programPath(folder, name);
  return { available: true, bin: join(folder, WINDOWS ? 'Scripts' : 'bin'), python: program('python'), program };
}

function programPath(folder: string, name: string): string {
  return WINDOWS ? join(folder, 'Scripts', `${name}.exe`) : join(folder, 'bin', name);
}

/** @returns the reason where it fails. The marker comes last: an environment without it counts as not made. */
async function make(folder: string, python: string, requirements: string): Promise<string | undefined> {
  const venv = await runProgram(python, ['-m', 'venv', folder]);
  if (venv.status !== 0) {
    const reason = 'cannot make virtual environments (on Debian, the package python3-venv lets it)';
    return `${python} ${reason}: ${lastLine(venv)}`;
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  const installed = await runProgram(programPath(folder, 'python'), install);
  if (installed.status !== 0) {
    return `The Python clients could not be installed from the public PyPI: ${lastLine(installed)}`;
  }
  await writeFile(join(folder, FINISHED), '');
  return undefined;
}

/** Removes environments of former requirements, and unfinished ones. */
async function removeOthers(set: ClientSet, root: string): Promise<void> {
  const old = (await readdir(root)).filter((name) => name.startsWith(`${set}-`));
  await Promise.all(old.map((name) => rm(join(root, name), { recursive: true, force: true })));
}

function lastLine({ stdout, stderr }: Outcome): string {
  const lines = `${stdout}\n${stderr}`.trim().split('\n');
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'it said nothing';
}
