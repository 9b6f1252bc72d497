/**
 * The program `docker` of containers.ts: `container-engine.ts FOLDER COMMAND...`. It knows the options that are used,
 * and fails for every other one: nothing is passed over in silence. Read from the documentation of Docker and BuildKit.
 */
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Image, pythonFolder } from './container-image.ts';
import { place } from './files.ts';

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** A container that was created, as it lies in its file. */
interface Container {
  readonly root: string;
  readonly mounts: readonly Mount[];
  readonly variables: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** `RUN --mount=type=secret`. */
interface SecretMount {
  readonly id: string;
  readonly target: string;
  readonly uid: number;
  readonly required: boolean;
}

const PLATFORMS: Record<string, string> = { x64: 'linux/amd64', arm64: 'linux/arm64' };
const [folder = '', command = '', ...words] = process.argv.slice(2);
const image = JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8')) as Image;
const rootOf = (name: string) => join(folder, 'roots', name);
const fileOf = (name: string) => join(folder, 'roots', `${name}.json`);

const COMMANDS: Record<string, () => number> = { build, create, start, exec, cp, rm, version, image: inspect };
const run = COMMANDS[command];
if (command === '--version') console.log('A stand-in for docker');
else if (run) process.exitCode = run();
else throw new Error(`docker ${command} is not known here.`);

function version(): number {
  console.log(JSON.stringify({ Client: { ApiVersion: '1.50' }, Server: { ApiVersion: '1.50' } }));
  return 0;
}

/** `image inspect IMAGE --format ...`: every image is here, and made for this machine. */
function inspect(): number {
  console.log(PLATFORMS[process.arch]);
  return 0;
}

function create(): number {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      ...{
        env: { type: 'string', multiple: true },
        volume: { type: 'string', multiple: true },
        name: { type: 'string' },
      },
      ...{ interactive: { type: 'boolean' }, platform: { type: 'string' }, pull: { type: 'string' } },
    },
  });
  const { name = 'container', env = [], volume = [] } = values;
  // Without "=", it is the variable of the one who asks.
  const given = env.map((each) => (each.includes('=') ? each : `${each}=${process.env[each] ?? ''}`));
  const container: Container = {
    root: makeRoot(name),
    mounts: volume.map((each) => {
      const [source = '', target = '', mode] = each.split(':');
      return { source, target, readOnly: mode === 'ro' };
    }),
    variables: { ...image.variables, ...Object.fromEntries(given.map((each) => splitAt(each, '='))) },
    command: positionals.slice(1),
  };
  writeFileSync(fileOf(name), JSON.stringify(container));
  console.log(name);
  return 0;
}

function start(): number {
  const { positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { attach: { type: 'boolean' }, interactive: { type: 'boolean' } },
  });
  const container = load(positionals[0]);
  return enter(container, container.command);
}

/** `exec -i NAME COMMAND...` */
function exec(): number {
  const [option, name, ...command] = words;
  if (option !== '-i') throw new Error('docker exec is known with -i only.');
  return enter(load(name), command);
}

/** `cp NAME:FOLDER/. FOLDER` */
function cp(): number {
  const [from = '', to = ''] = words;
  const [name, path] = splitAt(from, ':');
  cpSync(join(load(name).root, path), to, { recursive: true });
  return 0;
}

/** `rm --force -v NAME` */
function rm(): number {
  const name = words.at(-1) ?? '';
  rmSync(rootOf(name), { recursive: true, force: true });
  rmSync(fileOf(name), { force: true });
  return 0;
}

function load(name = ''): Container {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

/**
 * `build`: what `RUN` is given is what BuildKit gives it, and nothing else. Each instruction works in the same root.
 */
function build(): number {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { secret: { type: 'string', multiple: true }, 'build-arg': { type: 'string', multiple: true } },
  });
  const [context = ''] = positionals;
  const secrets = new Map((values.secret ?? []).map(readOptions).map(({ id = '', src = '' }) => [id, src]));
  const given = new Map((values['build-arg'] ?? []).map((each) => splitAt(each, '=')));
  const root = makeRoot('built');
  let variables: Record<string, string> = { ...image.variables };
  let user = 'root';
  for (const { instruction, text } of readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    console.log(`${instruction} ${text}`);
    if (instruction === 'ARG') {
      const value = given.get(text);
      if (value !== undefined) variables = { ...variables, [text]: value };
    } else if (instruction === 'USER') user = text;
    else if (instruction === 'COPY') copy(context, root, text);
    else if (instruction === 'RUN') {
      const status = runInstruction(root, text, { variables, user, secrets });
      if (status !== 0) return status;
    } else if (instruction !== 'FROM') throw new Error(`The instruction ${instruction} is not known here.`);
  }
  return 0;
}

function copy(context: string, root: string, text: string): void {
  const [from = '', to = ''] = text.split(' ');
  copyFileSync(join(context, from), join(root, to.endsWith('.') ? basename(from) : to));
}

function runInstruction(
  root: string,
  text: string,
  given: { variables: Record<string, string>; user: string; secrets: Map<string, string> },
): number {
  const flags = /^(--mount=\S+\s+)*/.exec(text)?.[0] ?? '';
  const wanted = [...flags.matchAll(/--mount=(\S+)/g)].map(([, options = '']) => readSecretMount(options));
  const missing = wanted.find(({ id, required }) => required && !given.secrets.has(id));
  if (missing) {
    console.error(`ERROR: secret ${missing.id}: not found`);
    return 1;
  }
  const store = join(folder, 'secrets');
  mkdirSync(store, { recursive: true });
  const mounts = wanted.flatMap(({ id, target, uid }) => {
    const [source, own] = [given.secrets.get(id), join(store, id)];
    if (source === undefined) return [];
    rmSync(own, { force: true });
    writeFileSync(own, readFileSync(source), { mode: 0o400 });
    chownSync(own, uid, 0);
    return [{ source: own, target, readOnly: true }];
  });
  const container = { root, mounts, variables: given.variables, command: [] };
  const status = enter(container, ['/bin/sh', '-c', text.slice(flags.length)], given.user);
  rmSync(store, { recursive: true, force: true });
  for (const { target } of mounts) rmSync(join(root, target), { force: true });
  return status;
}

function readSecretMount(text: string): SecretMount {
  const { type, id = '', target = `/run/secrets/${id}`, uid = '0', required = 'false', ...others } = readOptions(text);
  const unknown = Object.keys(others);
  if (type !== 'secret' || unknown.length > 0) throw new Error(`--mount=${text} is not known here.`);
  return { id, target, uid: Number(uid), required: required === 'true' };
}

/** The instructions without comments, each on one line. */
function readDockerfile(text: string): { instruction: string; text: string }[] {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [instruction, rest] = splitAt(line.trim(), ' ');
    return { instruction, text: rest.trim() };
  });
}

/** A new root: places to mount the machine's folders, and a virtual environment that can be installed into. */
function makeRoot(name: string): string {
  const root = rootOf(name);
  rmSync(root, { recursive: true, force: true });
  for (const path of ['proc', 'dev', 'tmp', 'root', 'home/app', 'etc', 'run/secrets']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\napp:x:1000:\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  for (const [path, content] of Object.entries(image.files)) place(join(root, path), content);
  for (const path of image.folders) placeOf(root, path);
  const environment = join(root, pythonFolder(image.python.version));
  const packages = join(environment, 'lib', `python${image.python.version}`, 'site-packages');
  place(join(environment, 'pyvenv.cfg'), `home = ${dirname(image.python.executable)}\n`);
  place(join(packages, 'clients.pth'), `${image.python.packages}\n`);
  mkdirSync(join(environment, 'bin'));
  symlinkSync(image.python.executable, join(environment, 'bin', 'python'));
  const pip = 'import sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n';
  writeFileSync(
    join(environment, 'bin', 'pip'),
    `#!${join(pythonFolder(image.python.version), 'bin', 'python')}\n${pip}`,
    {
      mode: 0o755,
    },
  );
  symlinkSync(join(image.python.packages, '../../../bin/uv'), join(environment, 'bin', 'uv'));
  // cibuildwheel has a Python of its own for its questions.
  if (!existsSync(join(root, '/opt/python/cp39-cp39')))
    symlinkSync(basename(environment), join(root, '/opt/python/cp39-cp39'));
  spawnSync('chmod', ['-R', 'a+rwX', root]);
  return root;
}

/** Makes the place for a folder of the machine: a link where it is one there, as /bin mostly is. */
function placeOf(root: string, path: string): void {
  if (!existsSync(path)) return;
  const own = join(root, path);
  if (lstatSync(path).isSymbolicLink()) symlinkSync(readlinkSync(path), own);
  else mkdirSync(own, { recursive: true });
}

/** Runs a program in the container, with its mounts and its variables and nothing of the caller's but the streams. */
function enter({ root, mounts, variables }: Container, program: readonly string[], user = 'root'): number {
  const system = [...new Set(image.folders)].filter((path) => existsSync(path) && !lstatSync(path).isSymbolicLink());
  const all: Mount[] = [
    ...mounts,
    ...system.map((path) => ({ source: path, target: path, readOnly: true })),
    ...['/proc', '/dev'].map((path) => ({ source: path, target: path, readOnly: false })),
  ];
  for (const { source, target } of all) {
    if (statSync(source).isDirectory()) mkdirSync(join(root, target), { recursive: true });
    else if (!existsSync(join(root, target))) place(join(root, target), '');
  }
  const script = [
    'while [ "$1" != -- ]; do',
    '  mount --rbind "$2" "$3"; [ "$1" = rw ] || mount -o remount,bind,ro "$3"; shift 3',
    'done; shift; exec "$@"',
  ];
  const home = user === 'root' ? '/root' : '/home/app';
  const env = Object.entries({ HOME: home, ...variables }).map(([name, value]) => `${name}=${value}`);
  const { status } = spawnSync(
    'unshare',
    [
      ...['--mount', '/bin/sh', '-e', '-c', script.join('\n'), 'sh'],
      ...all.flatMap(({ source, target, readOnly }) => [readOnly ? 'ro' : 'rw', source, join(root, target)]),
      ...['--', 'chroot', `--userspec=${user === 'root' ? '0:0' : `${user}:${user}`}`, root, '/usr/bin/env', '-i'],
      ...[...env, ...program],
    ],
    { stdio: 'inherit', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
  );
  return status ?? 1;
}

/** `a=1,b=2` */
function readOptions(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').map((each) => splitAt(each, '=')));
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
