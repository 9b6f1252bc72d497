/**
 * The real Docker Engine, with a socket and folders of its own: it knows no other engine of the machine, and no image
 * but the one that it is given. Its containers have the network of the machine, since the stand-in for AWS listens on
 * loopback alone; there is no bridge, and no rule of a firewall is touched.
 */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { node24Path } from '../programs/node24-path.mjs';
import { type Outcome, runProgram } from '../programs/run-program.ts';
import { type BaseTree, baseTree, isInstalled } from './base-tree.ts';

/** The client of Debian's package: another one may be first on the PATH. */
const CLIENT = '/usr/bin/docker';

/** A daemon that runs. */
export interface DockerEngine extends AsyncDisposable {
  /** The socket, for `DOCKER_HOST` behind `unix://`. */
  readonly socket: string;
  /** Such as `Docker Engine 20.10.24`. */
  readonly version: string;
  /** The path of the client. */
  readonly client: string;
  /** Runs the client, with BuildKit. */
  docker(args: readonly string[], input?: string): Promise<Outcome>;
  /**
   * Makes a program `docker` for a PATH: the client for this daemon, which builds in the network of the machine, and
   * leaves in a folder what an image is: its own layers, its history, its configuration.
   * @returns the folder of the program
   */
  program(folder: string, built: string): Promise<string>;
}

/** What the engine needs, or why it cannot be had on this machine. */
export async function findDocker(): Promise<BaseTree> {
  const reason = await whyNoDocker();
  return reason === undefined ? baseTree() : { available: false, reason };
}

async function whyNoDocker(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'The Docker Engine runs on Linux only.';
  if (process.getuid?.() !== 0) return 'Only root can start the Docker Engine.';
  for (const program of ['dockerd', CLIENT]) {
    if (!(await isInstalled(program))) return `${program} is not installed (on Debian: apt install docker.io).`;
  }
  return undefined;
}

/** Starts a daemon in a new folder. @throws with its log where it does not start within a minute */
export async function startDocker(): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-'));
  const [socket, pid, log] = ['docker.sock', 'docker.pid', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const settings = join(folder, 'daemon.json');
  // Else it would read those of the machine's own engine.
  await writeFile(settings, '{}');
  const output = openSync(log, 'w');
  const daemon = spawn(
    'dockerd',
    [
      ...['--host', `unix://${socket}`, '--pidfile', pid, '--config-file', settings],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'],
    ],
    { stdio: ['ignore', output, output] },
  );
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
  const end = () => daemon.kill('SIGTERM');
  process.once('exit', end);
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '1' };
  const docker = (args: readonly string[], input?: string) =>
    runProgram(CLIENT, [...args], { env, ...(input === undefined ? {} : { input }) });
  const dispose = async () => {
    end();
    await ended;
    process.off('exit', end);
    // The network of the machine stays mounted where a container had it.
    for (const mount of await mountsIn(folder)) await runProgram('umount', [mount]);
    await rm(folder, { recursive: true, force: true });
  };
  for (let waited = 0; ; waited += 1) {
    const { status, stdout } = await docker(['version', '--format', '{{.Server.Version}}']);
    if (status === 0) {
      const version = `Docker Engine ${/^[\d.]+/.exec(stdout)?.[0]}`;
      return {
        ...{ socket, version, client: CLIENT, docker },
        program: (bin, built) => makeProgram(bin, { client: CLIENT, socket, built, home: folder }),
        [Symbol.asyncDispose]: dispose,
      };
    }
    if (waited === 120 || daemon.exitCode !== null) {
      const said = await readFile(log, 'utf8');
      await dispose();
      throw new Error(`dockerd does not start: ${said.trim().split('\n').slice(-5).join('\n')}`);
    }
    await sleep(500);
  }
}

/** The places below a folder where something is mounted, the deepest first. */
async function mountsIn(folder: string): Promise<string[]> {
  const places = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return places.filter((place) => place.startsWith(`${folder}/`)).toReversed();
}

/** What docker-command.ts has to know. */
export interface Command {
  readonly client: string;
  readonly socket: string;
  readonly built: string;
  /** Of the client: its own configuration. */
  readonly home: string;
}

async function makeProgram(folder: string, command: Command): Promise<string> {
  await mkdir(folder, { recursive: true });
  const settings = join(folder, 'docker.json');
  await writeFile(settings, JSON.stringify(command));
  const script = fileURLToPath(new URL('docker-command.ts', import.meta.url));
  const words = [node24Path(), script, settings].map((word) => `'${word}'`).join(' ');
  await writeFile(join(folder, 'docker'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return folder;
}
