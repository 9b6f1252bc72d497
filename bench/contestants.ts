/** What is timed: each a plain child process with its own fresh HOME and an environment that is made before the clock starts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24Path } from '../sandbox/programs/node24-path.mjs';
import { inputVariables, resolveInputs } from '../sandbox/runner/action-inputs.ts';
import { readActionYml } from '../sandbox/runner/action-yml.ts';
import { createFileCommands } from '../sandbox/runner/command-files.ts';
import { githubVariables, runnerVariables } from '../sandbox/runner/job-contexts.ts';
import type { Target } from './world.ts';

export type Variables = Record<string, string>;

/** How one contestant does its work once, for some repositories. */
export interface Contestant {
  /** As the table names it. */
  readonly name: string;
  /** Makes all that a run needs in a new folder; the commands then run one after the other, under the clock. */
  prepare(folder: string): Promise<Command[]> | Command[];
  /** Calls to AWS that a run must make, where that is known. */
  readonly calls?: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Variables;
}

const ACTION = fileURLToPath(new URL('..', import.meta.url));

/** The committed build. */
export const DIST = join(ACTION, 'dist');

/** The committed action, or that of another build, on the given repositories and with the inputs' defaults. */
export function action(
  dist: string,
  targets: readonly Target[],
  network: Variables,
  nodeOptions: readonly string[] = [],
): Contestant {
  return {
    name: dist === DIST ? 'the action' : `the action in ${dist}`,
    calls: new Set(targets.map(({ domain }) => domain)).size,
    async prepare(folder) {
      const home = makeFolder(folder, 'home');
      const workspace = makeFolder(folder, 'workspace');
      const temp = makeFolder(folder, 'temp');
      const eventPath = join(folder, 'event.json');
      writeFileSync(eventPath, '{}');
      const definition = await readActionYml(ACTION);
      const files = await createFileCommands(join(temp, '_runner_file_commands'));
      const repositories = targets.map(({ url }) => url).join('\n');
      const env = {
        ...machine(home),
        ...network,
        ...inputVariables(resolveInputs(definition, { repositories })),
        ...githubVariables({ workspace, eventPath, eventName: 'push', repository: 'octo-org/octo-repo', more: {} }),
        ...runnerVariables({ temp, workspace, toolCache: join(folder, 'tools'), debug: false }),
        ...files.variables,
        GITHUB_ACTION: '__self',
        GITHUB_ACTIONS: 'true',
        CI: 'true',
      };
      return [{ file: node24Path(), args: [...nodeOptions, join(dist, 'main', 'index.js')], env }];
    },
  };
}

/** The least that a JavaScript action can cost. */
export function emptyNode(): Contestant {
  return {
    name: 'node -e 0',
    calls: 0,
    prepare: (folder) => [{ file: node24Path(), args: ['-e', '0'], env: machine(makeFolder(folder, 'home')) }],
  };
}

/** `aws codeartifact login --tool pip`, once for each repository; each run overwrites what the last one wrote for pip. */
export function awsLogin(
  clients: { readonly bin: string; readonly program: (name: string) => string },
  targets: readonly Target[],
  network: Variables,
): Contestant {
  return {
    name: 'aws codeartifact login',
    prepare(folder) {
      const own = machine(makeFolder(folder, 'home'));
      const env = { ...own, ...network, PATH: `${clients.bin}${delimiter}${own['PATH']}` };
      return targets.map(({ domain, account, region, repository }) => {
        const place = ['--domain', domain, '--domain-owner', account, '--repository', repository, '--region', region];
        return { file: clients.program('aws'), args: ['codeartifact', 'login', '--tool', 'pip', ...place], env };
      });
    },
  };
}

/** How the boto3 loop goes about it: see boto3_loop.py. */
export type Boto3Way = 'sessions' | 'one-client';

/** One Python process that asks for a token for each repository in turn, and writes no file. */
export function boto3Loop(python: string, way: Boto3Way, targets: readonly Target[], network: Variables): Contestant {
  const script = fileURLToPath(new URL('boto3_loop.py', import.meta.url));
  const places = JSON.stringify(targets.map(({ domain, account }) => [domain, account]));
  return {
    name: 'boto3 loop',
    prepare: (folder) => [
      {
        file: python,
        args: [script, way, targets[0]?.region ?? '', places],
        env: { ...machine(makeFolder(folder, 'home')), ...network },
      },
    ],
  };
}

/**
 * Runs a contestant once.
 * @returns milliseconds from before the first process starts until after the last one has ended
 * @throws when a process fails, with what it said
 */
export async function runOnce(contestant: Contestant): Promise<number> {
  return await inNewFolder(async (folder) => {
    const commands = await contestant.prepare(folder);
    const start = performance.now();
    const ends = commands.map(({ file, args, env }) => spawnSync(file, args, { cwd: folder, env, encoding: 'utf8' }));
    const time = performance.now() - start;
    const failed = ends.find(({ status }) => status !== 0);
    if (failed) {
      const said = failed.error?.message ?? `${failed.stdout}\n${failed.stderr}`.trim();
      throw new Error(`${contestant.name} failed with status ${failed.status}:\n${said}`);
    }
    return time;
  });
}

/** Runs the action once more, untimed. @returns the peak of its resident memory in bytes */
export async function peakMemory(dist: string, targets: readonly Target[], network: Variables): Promise<number> {
  const preload = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));
  return await inNewFolder(async (folder) => {
    const file = join(folder, 'peak-memory');
    await runOnce(action(dist, targets, { ...network, PEAK_MEMORY_FILE: file }, ['--require', preload]));
    return Number(readFileSync(file, 'utf8'));
  });
}

/** Lends a new folder under the system's folder for temporary files. */
async function inNewFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The variables of a machine that has nothing set for these clients. */
function machine(home: string): Variables {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8', HOME: home, USERPROFILE: home };
}

function makeFolder(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}
