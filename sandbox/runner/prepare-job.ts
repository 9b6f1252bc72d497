import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trim } from './dotnet-text.ts';
import type { JobContext } from './job-context.ts';
import { githubVariables, runnerVariables } from './job-contexts.ts';
import { createJobEnvironment } from './job-environment.ts';
import { createMasker } from './masker.ts';
import type { Waits } from './stop-signals.ts';

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
  /** Values masked from the start, without the white space around them, as the secrets of a repository are. */
  secrets?: string[];
  /** What a job with `id-token: write` gets. */
  idToken?: { url: string; token: string };
  /** Whether it runs on a machine of GitHub's; else on one of a team's own. */
  hosted?: boolean;
  /** Step debug logging: RUNNER_DEBUG, `::debug::` lines and echoed commands. */
  debug?: boolean;
  /**
   * The worst that the runner can make of the order of lines: see {@link createLineBatch}. Unless given, it is so where
   * the variable WORST_CASE is `yes`, for all jobs of a test run.
   */
  worstCase?: boolean;
  /** The waits of every cancellation, in milliseconds. */
  waits?: Partial<Waits>;
};

/** Makes the folders and the event file, and all that the job's steps share. */
export async function prepareJob(folder: string, home: string, options: JobOptions): Promise<JobContext> {
  const workspace = options.workspace ?? join(folder, 'work', 'repo', 'repo');
  const temp = options.temp ?? join(folder, 'work', '_temp');
  const eventPath = join(temp, '_github_workflow', 'event.json');
  for (const path of [home, workspace, temp, join(eventPath, '..')]) await mkdir(path, { recursive: true });
  await writeFile(eventPath, JSON.stringify(options.event?.payload ?? {}));

  const { idToken, debug = false, hosted = false, worstCase = process.env['WORST_CASE'] === 'yes' } = options;
  const masker = createMasker();
  for (const secret of options.secrets ?? []) masker.addMask(trim(secret));
  // One token of the job is what both are.
  const jobToken = idToken?.token ?? randomUUID();
  masker.add(jobToken);
  const eventName = options.event?.name ?? 'push';
  const repository = options.repository ?? 'octo-org/octo-repo';
  const environment = createJobEnvironment({
    machine: {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      RUNNER_TRACKING_ID: `github_${randomUUID()}`,
      ...machineVariables(home),
      ...options.machine,
    },
    env: options.env ?? {},
    contexts: {
      ...githubVariables({ workspace, eventPath, eventName, repository, more: options.github ?? {} }),
      ...runnerVariables({ temp, workspace, toolCache: join(folder, 'tools'), debug, hosted }),
      ...(idToken === undefined
        ? {}
        : { ACTIONS_ID_TOKEN_REQUEST_URL: idToken.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: jobToken }),
    },
  });
  const runtime = { ACTIONS_RUNTIME_URL: 'https://pipelines.actions.example/', ACTIONS_RUNTIME_TOKEN: jobToken };
  return {
    ...{ workspace, temp, repository, debug, worstCase, masker, environment, runtime },
    log: [],
    outputs: new Map(),
    endAtLast: [],
  };
}

/** What says where the user's files are; on Windows also which files are programs, and which one is the shell. */
function machineVariables(home: string): Variables {
  if (process.platform !== 'win32') return { HOME: home };
  const { PATHEXT = '.COM;.EXE;.BAT;.CMD', COMSPEC = 'cmd.exe' } = process.env;
  const [APPDATA, LOCALAPPDATA] = [join(home, 'AppData', 'Roaming'), join(home, 'AppData', 'Local')];
  return { HOME: home, USERPROFILE: home, APPDATA, LOCALAPPDATA, PATHEXT, COMSPEC };
}
