import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node24Path } from '../programs/node24-path.mjs';
import { inputVariables, resolveInputs, warnAboutInputs } from './action-inputs.ts';
import { readActionYml } from './action-yml.ts';
import { githubVariables, runnerVariables } from './job-contexts.ts';
import { createJobEnvironment } from './job-environment.ts';
import { createMasker } from './masker.ts';
import { type JobContext, runStep, type State, type Step, type StepResult, stateVariables } from './step.ts';
import type { StepLog } from './step-log.ts';
import type { Supervision, Waits } from './supervised-process.ts';

export type { StepResult } from './step.ts';

type Variables = Record<string, string>;

/** How a job is set up. Every folder that is not given is made inside the job's own folder. */
export type JobOptions = {
  home?: string;
  /** GITHUB_WORKSPACE, and the working folder of every step. */
  workspace?: string;
  /** RUNNER_TEMP. */
  temp?: string;
  /** Variables of the machine, under everything else and never in the log. PATH is the caller's unless given here. */
  machine?: Variables;
  /** `env:` of the workflow and the job. */
  env?: Variables;
  event?: { name: string; payload?: unknown };
  /** OWNER/NAME. */
  repository?: string;
  /** More of the github context, by its keys: `{ ref: 'refs/tags/v1', head_ref: '' }`. */
  github?: Variables;
  /** Values masked from the start, as the secrets of a repository are. */
  secrets?: string[];
  /** What a job with `id-token: write` gets. */
  idToken?: { url: string; token: string };
  /** Step debug logging: RUNNER_DEBUG, `::debug::` lines and echoed commands. */
  debug?: boolean;
  /** The waits of every cancellation, in milliseconds. */
  waits?: Partial<Waits>;
};

/** A step's own settings beside what it runs. */
export type StepOptions = Supervision & { id?: string; env?: Variables };

/** A job on this machine: steps one after the other, then {@link Job.finish}. */
export type Job = {
  readonly folder: string;
  readonly home: string;
  readonly workspace: string;
  readonly temp: string;
  /** Everything shown so far. */
  readonly log: string[];
  /** Registered secrets, without their encoded forms. */
  readonly masks: string[];
  /** The whole environment that a `run:` step would get now, but for its file commands. */
  readonly env: Variables;
  /** What steps wrote to GITHUB_ENV so far. */
  readonly exported: Variables;
  /**
   * Runs main of the action in a folder, and registers its post.
   * @param options.uses how the workflow names the action; `./` unless given
   */
  uses(folder: string, options?: StepOptions & { with?: Variables; uses?: string }): Promise<StepResult>;
  /** A `run:` step: a program with its arguments, or a script for `bash -e`. */
  run(command: string | string[], options?: StepOptions & { workingDirectory?: string }): Promise<StepResult>;
  /** Runs the posts, last registered first, whatever became of their mains; then empties RUNNER_TEMP if asked to. */
  finish(options?: Supervision & { emptyTemp?: boolean }): Promise<StepResult[]>;
  /** Deletes the job's own folder with all that is in it. */
  remove(): Promise<void>;
};

/**
 * Makes a job folder and gives a job that runs JavaScript actions as GitHub's runner does (actions/runner v2.336.0).
 * Not modelled: containers, expressions, conditions, `pre`, problem matchers, artifacts.
 */
export async function startJob(options: JobOptions = {}): Promise<Job> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'job-'));
  const home = options.home ?? join(folder, 'home');
  const { workspace, temp, debug, masker, log, environment } = await prepareJob(folder, home, options);
  const job: JobContext = { workspace, temp, debug, masker, log, environment };
  const posts: ((supervision: Supervision) => Promise<StepResult>)[] = [];
  const perform = (step: Step, { waits, ...supervision }: Supervision): Promise<StepResult> =>
    runStep(job, step, { ...supervision, waits: { ...options.waits, ...waits } });

  return {
    folder,
    home,
    workspace,
    temp,
    log,
    get masks() {
      return masker.values;
    },
    get env() {
      return environment.of({}, {}, {});
    },
    get exported() {
      return Object.fromEntries(environment.exported);
    },

    async uses(actionFolder, { with: given = {}, uses = './', id = '__self', env = {}, ...supervision } = {}) {
      const definition = await readActionYml(actionFolder);
      const { main, post } = definition;
      const name = `Run ${uses}`;
      const inputs = resolveInputs(definition, given);
      const state: State = new Map();
      const common = { action: id, env, state };
      // The runner registers post when main starts, so it runs whatever main does.
      if (post !== undefined) {
        posts.push((late) => {
          const process = { file: node24Path(), args: [post] };
          const actionEnv = { ...stateVariables(state), ...inputVariables(inputs) };
          const intro = (shown: StepLog): void => shown.write('Post job cleanup.');
          return perform({ ...common, name: `Post ${name}`, process, actionEnv, intro }, late);
        });
      }
      const process = { file: node24Path(), args: [main] };
      const intro = (shown: StepLog): void => {
        warnAboutInputs(definition, given, uses, shown);
        shown.write(`##[group]${name}`);
        writeBlock(shown, 'with:', [...inputs], (value) => value !== '');
        writeBlock(shown, 'env:', Object.entries(environment.context(env)));
        shown.write('##[endgroup]');
      };
      return perform({ ...common, name, process, actionEnv: inputVariables(inputs), intro }, supervision);
    },

    async run(command, { id = '__run', env = {}, workingDirectory = workspace, ...supervision } = {}) {
      const text = typeof command === 'string' ? command : command.join(' ');
      const name = `Run ${text.trimStart().split(/[\r\n]/)[0] ?? ''}`;
      const process = { ...(await prepareCommand(command, temp)), cwd: workingDirectory };
      const intro = (shown: StepLog): void => {
        shown.write(`##[group]${name}`);
        for (const line of text.replace(/\n+$/, '').split(/\r?\n/)) shown.write(`\u001b[36;1m${line}\u001b[0m`);
        shown.write('shell: bash -e {0}');
        writeBlock(shown, 'env:', Object.entries(environment.context(env)));
        shown.write('##[endgroup]');
      };
      const onFailure = (shown: StepLog, exitCode: number): void =>
        shown.issue('error', `Process completed with exit code ${exitCode}.`);
      const step = { name, action: id, process, env, actionEnv: {}, state: new Map(), intro, onFailure };
      return perform(step, supervision);
    },

    async finish({ emptyTemp = false, ...supervision } = {}) {
      const results: StepResult[] = [];
      for (let post = posts.pop(); post !== undefined; post = posts.pop()) results.push(await post(supervision));
      if (emptyTemp) {
        await rm(temp, { recursive: true, force: true });
        await mkdir(temp, { recursive: true });
      }
      return results;
    },

    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Makes the folders and the event file, and all that the job's steps share. */
async function prepareJob(folder: string, home: string, options: JobOptions): Promise<JobContext> {
  const workspace = options.workspace ?? join(folder, 'work', 'repo', 'repo');
  const temp = options.temp ?? join(folder, 'work', '_temp');
  const eventPath = join(temp, '_github_workflow', 'event.json');
  for (const path of [home, workspace, temp, join(eventPath, '..')]) await mkdir(path, { recursive: true });
  await writeFile(eventPath, JSON.stringify(options.event?.payload ?? {}));

  const { idToken, debug = false } = options;
  const masker = createMasker();
  for (const secret of options.secrets ?? []) masker.addMask(secret);
  if (idToken !== undefined) masker.add(idToken.token);
  const eventName = options.event?.name ?? 'push';
  const repository = options.repository ?? 'octo-org/octo-repo';
  const environment = createJobEnvironment({
    machine: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...machineVariables(home), ...options.machine },
    env: options.env ?? {},
    contexts: {
      ...githubVariables({ workspace, eventPath, eventName, repository, more: options.github ?? {} }),
      ...runnerVariables({ temp, workspace, toolCache: join(folder, 'tools'), debug }),
      ...(idToken === undefined
        ? {}
        : { ACTIONS_ID_TOKEN_REQUEST_URL: idToken.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.token }),
    },
  });
  return { workspace, temp, debug, masker, log: [], environment };
}

/** What says where the user's files are; on Windows also which files are programs, and which one is the shell. */
function machineVariables(home: string): Variables {
  if (process.platform !== 'win32') return { HOME: home };
  const { PATHEXT = '.COM;.EXE;.BAT;.CMD', COMSPEC = 'cmd.exe' } = process.env;
  const [APPDATA, LOCALAPPDATA] = [join(home, 'AppData', 'Roaming'), join(home, 'AppData', 'Local')];
  return { HOME: home, USERPROFILE: home, APPDATA, LOCALAPPDATA, PATHEXT, COMSPEC };
}

/** The title stands also above a block whose values are all left out. */
function writeBlock(log: StepLog, title: string, entries: [string, string][], shows = (_: string) => true): void {
  if (entries.length > 0) log.write(title);
  for (const [name, value] of entries) if (shows(value)) log.write(`  ${name}: ${value}`);
}

async function prepareCommand(command: string | string[], temp: string): Promise<Step['process']> {
  if (typeof command === 'string') {
    const script = join(temp, `${randomUUID()}.sh`);
    await writeFile(script, command);
    return { file: 'bash', args: ['-e', script] };
  }
  const [file, ...args] = command;
  if (file === undefined) throw new Error('A run step needs a program.');
  return { file, args };
}
