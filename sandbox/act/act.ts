/**
 * Runs workflow files with nektos/act, a workflow engine that we did not write. Jobs run on this machine, as on a
 * self-hosted runner without Docker. Linux and macOS.
 */
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24Path } from '../programs/node24-path.mjs';
import { runProgram } from '../programs/run-program.ts';

/** The folders of a self-hosted machine. */
export interface Machine {
  /** HOME of every job. */
  home: string;
  /** What `actions/checkout` gives a job: act copies this folder instead. */
  checkout: string;
  /** Where act keeps a job's workspace and RUNNER_TEMP. It leaves those of failed jobs there. */
  jobs: string;
  /** PATH of every job: Node 24, the given programs, those of the system. */
  path: string;
}

/** A workflow to run, and what triggers it. */
export interface Workflow {
  /** Path of the workflow file. */
  file: string;
  /** `push` unless given. */
  event?: { name: string; payload: unknown };
  /** `refs/heads/main` unless given. */
  ref?: string;
  /** Variables of the machine, besides HOME and PATH. */
  env: Record<string, string>;
  /** Of the Docker Engine for `container:`. The containers have the machine's network, and the variables of `env`. */
  dockerSocket?: string;
  /** `text` is for people; in `json` (unless given) every line names its job and step. */
  log?: 'text' | 'json';
}

/** A line of act's log, with the fields that tests read. The text log has `msg` only. */
export interface ActLine {
  /** What act shows, masked. */
  msg: string;
  /** `WORKFLOW/JOB`, and in a matrix `-NUMBER` after it. */
  job?: string;
  /** The step's name, else what it uses or runs. */
  step?: string;
  stage?: 'Pre' | 'Main' | 'Post';
  /** In the last line of a step and stage. */
  stepResult?: 'success' | 'failure';
  /** In the last line of a job. */
  jobResult?: 'success' | 'failure';
  /** A workflow command, such as `add-mask`, or an entry of a command file, such as `set-output`. */
  command?: string;
  /** What the entry sets. */
  name?: string;
  /** What the command or entry says, unmasked. */
  arg?: string;
}

/** How a run ended. */
export interface ActRun {
  /** Exit status of act: 0 where all jobs succeeded. */
  status: number | null;
  lines: ActLine[];
  /** All that act shows, masked: every message of the log, and what it prints outside of it. */
  shown: string;
}

const ACTION = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes the folders of a machine that has not run a job yet. The checkout holds the files of a project and the built
 * action of this repository, so that a workflow can say `uses: ./`.
 *
 * @param programs folder of the programs that jobs call, such as pip
 * @param place the folder of the action, below the checkout
 */
export async function makeMachine(folder: string, project: string, programs: string, place = '.'): Promise<Machine> {
  const [home, checkout] = [join(folder, 'home'), join(folder, 'checkout')];
  const [jobs, bin] = [join(folder, 'jobs'), join(folder, 'bin')];
  for (const path of [home, checkout, jobs, bin]) await mkdir(path, { recursive: true });
  // What a checkout of the project would not have.
  const isCheckedOut = (path: string) => !/[\\/](?:\.git|node_modules|\.venv)$/.test(path);
  await cp(project, checkout, { recursive: true, filter: isCheckedOut });
  for (const name of ['action.yml', 'dist']) {
    await cp(join(ACTION, name), join(checkout, place, name), { recursive: true });
  }
  // act takes the first node on the PATH, whatever the action says under `using`.
  await symlink(node24Path(), join(bin, 'node'));
  return { home, checkout, jobs, path: [bin, programs, '/usr/bin', '/bin'].join(delimiter) };
}

/** Runs a workflow of the repository acme/widgets to its end, for jobs with `runs-on: self-hosted`. */
export async function runAct(act: string, machine: Machine, workflow: Workflow): Promise<ActRun> {
  const {
    file,
    event = { name: 'push', payload: {} },
    ref = 'refs/heads/main',
    env,
    log = 'json',
    dockerSocket,
  } = workflow;
  const eventFile = join(machine.jobs, 'event.json');
  await writeFile(eventFile, JSON.stringify(event.payload));
  // The checkout is no clone, so act cannot ask git for these.
  const args = [
    ...[event.name, '--workflows', file, '--eventpath', eventFile, ...(log === 'json' ? ['--json'] : [])],
    ...['--platform', 'self-hosted=-self-hosted', '--action-cache-path', machine.jobs, '--no-cache-server'],
    ...(dockerSocket === undefined ? [] : inContainers(env)),
    ...['--env', 'GITHUB_REPOSITORY=acme/widgets', '--env', `GITHUB_REF=${ref}`, '--env', `SHA_REF=${'0'.repeat(40)}`],
  ];
  const outcome = await runProgram(act, args, {
    cwd: machine.checkout,
    env: {
      ...{ LANG: 'C.UTF-8', ACT_DISABLE_VERSION_CHECK: '1', ...env, HOME: machine.home, PATH: machine.path },
      ...(dockerSocket === undefined ? {} : { DOCKER_HOST: `unix://${dockerSocket}` }),
    },
  });
  const lines = [outcome.stdout, outcome.stderr].flatMap((text) => text.split('\n').map(readLine));
  return { status: outcome.status, lines, shown: lines.map(({ msg }) => msg).join('\n') };
}

/** Images are not asked for at a registry, and no container gets the socket. */
function inContainers(env: Record<string, string>): string[] {
  return [
    ...['--network', 'host', '--pull=false', '--container-daemon-socket', '-'],
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
}

/** A line that act prints outside of its log counts as a message. */
function readLine(text: string): ActLine {
  return text.startsWith('{') ? (JSON.parse(text) as ActLine) : { msg: text };
}
