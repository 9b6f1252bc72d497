/**
 * Containers as far as they can be had without an engine: a root of its own that has the machine's system and Python
 * and nothing else, in a mount namespace of its own. In it, no file and no variable of a job is there but what is
 * handed over. The network is the machine's, so that the stand-in can be reached.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StandIn } from '../../sandbox/aws/stand-in.ts';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { type Image, pythonFolder } from './container-image.ts';
import type { AvailableClients } from './python-clients.ts';
import { describeUnless } from './test-unless.ts';

export type { Image } from './container-image.ts';

/** A program `docker` that knows as much as the recipes and cibuildwheel need; see container-engine.ts. */
export interface Engine {
  /** For the PATH. */
  readonly bin: string;
  /** Of the Python in the image, such as `3.13`. */
  readonly version: string;
  /** The root that the last `docker build` left: what would be the image's layers. */
  readonly built: string;
}

/** Empty where there are containers here. */
async function whyNoContainers(): Promise<string> {
  if (process.platform !== 'linux') return 'Containers are made on Linux only.';
  if (process.getuid?.() !== 0) return 'Only root may give a process a root folder of its own.';
  const { status, stderr } = await runProgram('unshare', ['--mount', 'mount', '--rbind', '/usr', '/mnt']).catch(
    (error: Error) => ({ status: null, stderr: error.message }),
  );
  return status === 0 ? '' : `This machine gives a process no mounts of its own: ${stderr.trim()}`;
}

/**
 * Gives a `describe` for tests that need containers: where there are none, they are skipped by name and the reason is
 * printed.
 */
export async function describeWithContainers(): Promise<(name: string, body: () => void) => void> {
  return describeUnless((await whyNoContainers()) || undefined);
}

/** Where the certificate of the stand-in's authority is. */
const AUTHORITY = '/etc/authority.pem';

/** An image with the machine's Python and all that the given clients are, from which the stand-in can be reached. */
export async function makeImage(clients: AvailableClients, standIn: StandIn): Promise<Image> {
  const ask =
    'import sys, sysconfig; print(sys.base_prefix); print(sys._base_executable); ' +
    'print("%d.%d" % sys.version_info[:2]); print(sysconfig.get_path("purelib"))';
  const { stdout } = await runProgram(clients.python, ['-c', ask]);
  const [prefix = '', executable = '', version = '', packages = ''] = stdout.trim().split('\n');
  const { NODE_EXTRA_CA_CERTS: authority = '', ...network } = standIn.clientEnvironment();
  const inside = Object.entries(network).map(([name, value]) => [name, value === authority ? AUTHORITY : value]);
  return {
    folders: ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc/alternatives', prefix, join(clients.bin, '..')],
    python: { executable, version, packages },
    files: { [AUTHORITY]: readFileSync(authority, 'utf8') },
    variables: { PATH: `${pythonFolder(version)}/bin:/usr/bin:/bin`, ...Object.fromEntries(inside) },
  };
}

/** @param folder where the engine keeps its containers; as long as it is there, the engine works */
export function makeEngine(folder: string, image: Image): Engine {
  const [bin, script] = [join(folder, 'bin'), fileURLToPath(new URL('container-engine.ts', import.meta.url))];
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, 'image.json'), JSON.stringify(image));
  const words = [node24Path(), script, folder].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return { bin, version: image.python.version, built: join(folder, 'roots', 'built') };
}
