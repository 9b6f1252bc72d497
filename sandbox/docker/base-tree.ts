/** What containers start from: a small Debian, without a registry. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, runProgram } from '../programs/run-program.ts';
import { withLock } from '../python/lock.ts';

const ROOT = fileURLToPath(new URL('../../.venv/', import.meta.url));

/** An archive of the tree, or why there is none. */
export type BaseTree = { available: true; archive: string } | { available: false; reason: string };

/**
 * Gives an archive of this machine's release of Debian with Python, made by debootstrap. It is made once, for which a
 * mirror is asked, in a minute or more; from then on it lies in `.venv` at the top of the checkout.
 */
export async function baseTree(): Promise<BaseTree> {
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(await readFile('/etc/os-release', 'utf8').catch(() => ''))?.[1];
  if (suite === undefined) return { available: false, reason: 'This system names no release that debootstrap knows.' };
  const archive = join(ROOT, `debootstrap-${suite}.tar`);
  if (existsSync(archive)) return { available: true, archive };
  if (!(await isInstalled('debootstrap'))) {
    return { available: false, reason: 'debootstrap is not installed (on Debian: apt install debootstrap).' };
  }
  await mkdir(ROOT, { recursive: true });
  const failure = await withLock(join(ROOT, 'debootstrap.lock'), () =>
    existsSync(archive) ? Promise.resolve(undefined) : make(suite, archive),
  );
  return failure === undefined ? { available: true, archive } : { available: false, reason: failure };
}

/** Whether a program can be found. */
export async function isInstalled(name: string): Promise<boolean> {
  return (await runProgram('sh', ['-c', `command -v ${name}`])).status === 0;
}

async function make(suite: string, archive: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'debootstrap-'));
  try {
    const made = await runProgram('debootstrap', ['--variant=minbase', '--include=python3', suite, folder]);
    if (made.status !== 0) return `debootstrap failed: ${lastLine(made)}`;
    await runProgram('umount', [join(folder, 'proc')]);
    const left = ['./proc/*', './sys/*', './dev/*', './var/cache/apt/*', './var/lib/apt/lists/*', './usr/share/doc/*'];
    const packed = await runProgram('tar', [
      ...['-C', folder, ...left.map((path) => `--exclude=${path}`), '-cf', `${archive}.new`, '.'],
    ]);
    if (packed.status !== 0) return `The tree of debootstrap could not be packed: ${lastLine(packed)}`;
    await rename(`${archive}.new`, archive);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLine({ stdout, stderr }: Outcome): string {
  return `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? 'it said nothing';
}
