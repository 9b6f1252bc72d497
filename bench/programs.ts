/** The programs that get timed: the action, and its peers. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24Path } from '../sandbox/programs/node24-path.mjs';
import { type PythonClients, pythonClients } from '../sandbox/python/environments.ts';
import { inputVariables, resolveInputs } from '../sandbox/runner/action-inputs.ts';
import { readActionYml } from '../sandbox/runner/action-yml.ts';
import { createFileCommands } from '../sandbox/runner/command-files.ts';
import { readPairs } from '../sandbox/runner/file-commands.ts';
import { githubVariables, runnerVariables } from '../sandbox/runner/job-contexts.ts';
import type { Options, PeerName } from './options.ts';
import type { Target } from './workloads.ts';

/** Environment variables. */
export type Variables = Record<string, string>;

/** How a program gets tokens for some repositories. */
export interface Program {
  /** As the table names it. */
  readonly name: string;
  /** Makes all that a run needs, in a new folder. The commands then run one after the other, under the clock. */
  prepare(folder: string): Promise<Command[]> | Command[];
  /** Calls to AWS and GitHub that a run must make, where that is known. */
  readonly calls?: number;
  /** Milliseconds that count as if the program had taken them. */
  readonly more?: number;
}

/** What a use of the action has beside its repositories. */
export interface ActionUse {
  readonly inputs?: Record<string, string>;
  /** Texts of files, by their paths in HOME and in the workspace. */
  readonly home?: Record<string, string>;
  readonly workspace?: Record<string, string>;
  /** Calls to AWS and GitHub, where it is not one for each domain. */
  readonly calls?: number;
  readonly nodeOptions?: readonly string[];
}

/** A process, with its whole environment. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Variables;
  /** What the commands before it add to its environment; read when they have ended. */
  readonly added?: () => Variables;
}

/** The variables that lead to the stand-in. Node and Python learn of an authority from different ones. */
export interface Network {
  readonly node: Variables;
  readonly python: Variables;
}

/** What the action is compared with. */
export interface Peer {
  readonly key: PeerName | 'build' | 'configure';
  program(targets: readonly Target[], network: Network, use?: ActionUse): Program;
}

/** The peers that this machine can run, and why it cannot run the others. */
export interface Peers {
  readonly peers: readonly Peer[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

type Clients = Extract<PythonClients, { available: true }>;

const ACTION = fileURLToPath(new URL('..', import.meta.url));

/** The committed build. */
export const DIST = join(ACTION, 'dist');

const LOGIN = 'aws codeartifact login';
/** The first word is for boto3_loop.py, the second for the table. */
const BOTO3 = {
  boto3: ['sessions', 'boto3 loop'],
  'boto3-one-client': ['one-client', 'boto3 loop, 1 client'],
} as const;

/** Finds the peers, and makes their Python environments first where they are missing. */
export async function findPeers({ peers: names, against, configure }: Options): Promise<Peers> {
  const peers: Peer[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  if (names.includes('node')) peers.push({ key: 'node', program: () => emptyNode() });
  if (names.includes('login')) {
    const clients = await pythonClients('bench');
    if (clients.available) {
      peers.push({ key: 'login', program: (targets, { python }, use) => awsLogin(clients, targets, python, use) });
    } else leftOut.push({ name: LOGIN, reason: clients.reason });
  }
  for (const key of ['boto3', 'boto3-one-client'] as const) {
    if (!names.includes(key)) continue;
    const clients = await pythonClients();
    if (clients.available) {
      peers.push({ key, program: (targets, { python }) => boto3Loop(clients, key, targets, python) });
    } else leftOut.push({ name: BOTO3[key][1], reason: clients.reason });
  }
  if (configure !== undefined) {
    const clients = await pythonClients('bench');
    if (clients.available) {
      const program: Peer['program'] = (...all) => configureAndLogin(configure, clients, ...all);
      peers.push({ key: 'configure', program });
    } else leftOut.push({ name: LOGIN, reason: clients.reason });
  }
  if (against !== undefined) {
    peers.push({
      key: 'build',
      program: (targets, { node }, use) => ({ ...action(against, targets, node, use), name: 'the other build' }),
    });
  }
  return { peers, leftOut };
}

/** The action as a build in `dist` has it, with the defaults of all inputs that are not given. */
export function action(dist: string, targets: readonly Target[], network: Variables, use: ActionUse = {}): Program {
  const repositories = targets.map(({ url }) => url).join('\n');
  return {
    name: 'the action',
    calls: use.calls ?? new Set(targets.map(({ domain }) => domain)).size,
    async prepare(folder) {
      const inputs = resolveInputs(await readActionYml(ACTION), { repositories, ...use.inputs });
      const env = await stepVariables(inputs, folder, network, use);
      return [{ file: node24Path(), args: [...(use.nodeOptions ?? []), join(dist, 'main', 'index.js')], env }];
    },
  };
}

/** The variables of a step that uses an action. @param folder for the machine of the job */
async function stepVariables(
  inputs: Map<string, string>,
  folder: string,
  network: Variables,
  files: Pick<ActionUse, 'home' | 'workspace'> = {},
): Promise<Variables> {
  const home = makeFolder(folder, 'home', files.home);
  const workspace = makeFolder(folder, 'workspace', files.workspace);
  const temp = makeFolder(folder, 'temp');
  const eventPath = join(folder, 'event.json');
  writeFileSync(eventPath, '{}');
  const commandFiles = await createFileCommands(join(temp, '_runner_file_commands'));
  return {
    ...machine(home),
    ...network,
    ...inputVariables(inputs),
    ...githubVariables({ workspace, eventPath, eventName: 'push', repository: 'octo-org/octo-repo', more: {} }),
    ...runnerVariables({ temp, workspace, toolCache: join(folder, 'tools'), debug: false, hosted: true }),
    ...commandFiles.variables,
    GITHUB_ACTION: '__self',
    GITHUB_ACTIONS: 'true',
    CI: 'true',
  };
}

/**
 * The least that a JavaScript action can cost.
 * @param more milliseconds of round trips that nobody can do without, and how the table names them
 */
export function emptyNode(more = 0, name = 'node -e 0'): Program {
  return {
    name,
    calls: 0,
    more,
    prepare: (folder) => [{ file: node24Path(), args: ['-e', '0'], env: machine(makeFolder(folder, 'home')) }],
  };
}

/** `aws codeartifact login --tool pip` for each repository; each overwrites what the last one writes for pip. */
function awsLogin(clients: Clients, targets: readonly Target[], network: Variables, { home }: ActionUse = {}): Program {
  return {
    name: LOGIN,
    prepare(folder) {
      const own = machine(makeFolder(folder, 'home', home));
      const env = { ...own, ...network, PATH: `${clients.bin}${delimiter}${own['PATH']}` };
      return targets.map(({ domain, account, region, repository }) => {
        const place = ['--domain', domain, '--domain-owner', account, '--repository', repository, '--region', region];
        return { file: clients.program('aws'), args: ['codeartifact', 'login', '--tool', 'pip', ...place], env };
      });
    },
  };
}

/**
 * aws-actions/configure-aws-credentials with the role of a step, and `aws codeartifact login` with what that leaves in
 * the environment. @param checkout of that action
 */
function configureAndLogin(
  checkout: string,
  clients: Clients,
  targets: readonly Target[],
  { node, python }: Network,
  { inputs }: ActionUse = {},
): Program {
  return {
    name: 'configure, then login',
    async prepare(folder) {
      // With those of its defaults that are not empty.
      const own = {
        'role-to-assume': inputs?.['role-to-assume'] ?? '',
        'aws-region': targets[0]?.region ?? '',
        audience: 'sts.amazonaws.com',
        'output-env-credentials': 'true',
      };
      const env = await stepVariables(new Map(Object.entries(own)), folder, node);
      const added = (): Variables => Object.fromEntries(readPairs(readFileSync(env['GITHUB_ENV'] ?? '', 'utf8')));
      const login = await awsLogin(clients, targets, python).prepare(makeFolder(folder, 'login'));
      return [
        { file: node24Path(), args: [join(checkout, 'dist', 'index.js')], env },
        ...login.map((command) => ({ ...command, added })),
      ];
    },
  };
}

/** One Python process that asks for a token for each repository in turn, and writes no file. */
function boto3Loop(clients: Clients, key: keyof typeof BOTO3, targets: readonly Target[], network: Variables): Program {
  const [way, name] = BOTO3[key];
  const script = fileURLToPath(new URL('boto3_loop.py', import.meta.url));
  const places = JSON.stringify(targets.map(({ domain, account }) => [domain, account]));
  const args = [script, way, targets[0]?.region ?? '', places];
  return {
    name,
    prepare: (folder) => [{ file: clients.python, args, env: { ...machine(makeFolder(folder, 'home')), ...network } }],
  };
}

/** The variables of a machine without any settings for these programs. */
function machine(home: string): Variables {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8', HOME: home, USERPROFILE: home };
}

function makeFolder(folder: string, name: string, files: Record<string, string> = {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}
