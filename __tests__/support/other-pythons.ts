import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pythonCommand } from '../../sandbox/programs/python-command.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';

/** An interpreter, and its version as `[major, minor]`. */
export interface Python {
  readonly command: string;
  readonly version: readonly [number, number];
}

/**
 * The Pythons of this machine, one for each minor version from 3.6 on, the oldest first: those on the PATH, of pyenv,
 * and of a runner's tool cache. Only their standard library counts. In the fast loop, the one that programs here run
 * on alone: to ask eight of them takes seconds.
 */
export async function otherPythons(): Promise<Python[]> {
  const own = await pythonCommand();
  if (!own.available) return [];
  const { PATH = '', PYENV_ROOT = join(homedir(), '.pyenv'), RUNNER_TOOL_CACHE = '' } = process.env;
  if (process.env['FEWER_CASES'] !== undefined)
    return [await askVersion(own.command)].filter((one) => one !== undefined);
  const minors = Array.from({ length: 12 }, (_, index) => `python3.${index + 6}`);
  const candidates = [
    own.command,
    ...foldersIn(join(PYENV_ROOT, 'versions')).map((folder) => join(folder, 'bin', 'python3')),
    ...foldersIn(join(RUNNER_TOOL_CACHE, 'Python')).flatMap((folder) =>
      foldersIn(folder).map((architecture) => join(architecture, 'bin', 'python3')),
    ),
    ...PATH.split(delimiter).flatMap((folder) => minors.map((name) => join(folder, name))),
  ];
  const found = await Promise.all(candidates.filter(existsSync).map(askVersion));
  const byVersion = new Map(found.flatMap((python) => (python ? [[python.version.join('.'), python]] : [])));
  return [...byVersion.values()].sort((a, b) => a.version[1] - b.version[1]);
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** A version manager's stand-in for a version that is not chosen exists, and fails. */
async function askVersion(command: string): Promise<Python | undefined> {
  const script = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const outcome = await runProgram(command, ['-c', script]).catch(() => undefined);
  const [, major, minor] = /^(3)\.(\d+)\s*$/.exec(outcome?.stdout ?? '') ?? [];
  return outcome?.status === 0 && Number(minor) >= 6 ? { command, version: [Number(major), Number(minor)] } : undefined;
}
