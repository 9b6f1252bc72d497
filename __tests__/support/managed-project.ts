import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Connect } from '../../sandbox/aws/proxy.ts';
import { makePackages, type PackageSpec } from '../../sandbox/packages/make-packages.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { argvDuring } from './argv.ts';
import { userFolders } from './client-folders.ts';
import { filesIn, place } from './files.ts';
import { placesOf } from './leaks.ts';
import { type AvailableClients, pathOf } from './python-clients.ts';
import { type Stage, type StagedJob, setStage, writeProfiles } from './stage.ts';
import { addTwoUsers, TWO_PROFILES } from './two-identities.ts';
import { nameUpload, uploadsAmong } from './uploads.ts';

/** Inputs of a project for two identities on one host: `team` and `shared` each have a user of their own. */
export const TWO_IDENTITIES = { 'profile-name': '', keyringrc: 'identities.cfg' };

const STRANGER = 'index.stranger.example';

/** A stage with packages, and a public index with higher versions of them: what dependency confusion would install. */
export interface ManagedStage extends Stage {
  /**
   * The host that pip takes its default index from, as pip itself says; served by the stand-in, without credentials.
   */
  readonly publicHost: string;
  /** A host of a stranger, which has those versions too and takes uploads; no token may ever reach it. */
  readonly strangerHost: string;
  /** A job with the client on its PATH, and a folder for a project. */
  startProject(inputs: Record<string, string>, before?: Before): Promise<ManagedProject>;
}

/** What is on the machine before the action runs. */
export interface Before {
  /** `env:` of the job. */
  readonly env?: Record<string, string>;
  /** Files of HOME, by their paths. */
  readonly home?: Record<string, string>;
  /** Files of the workspace, by their paths. */
  readonly workspace?: Record<string, string>;
}

/** A project in a job in which the action has run. */
export interface ManagedProject extends AsyncDisposable {
  readonly job: StagedJob;
  /** The step of the action. */
  readonly step: StepResult;
  /** The project's folder. */
  readonly folder: string;
  /** The tokens of the job, one for each that the stand-in gave. */
  readonly tokens: readonly string[];
  /** Writes a file into the project. */
  write(name: string, content: string): void;
  read(name: string): string;
  /**
   * Runs a client in the project, and looks for the tokens: in its log, in the arguments of all processes, in the
   * project.
   */
  run(words: readonly string[], environment?: Record<string, string>): Promise<ManagedRun>;
  /** Uploads that arrived since the action ran: `DOMAIN REPOSITORY STATUS`. */
  uploads(): string[];
  /** The ARNs of those whose uploads these are, one for each. */
  uploaders(): (string | undefined)[];
  /** What went through the proxy since the action ended. */
  connects(): Connect[];
}

/** What came of running a client. */
export interface ManagedRun {
  readonly succeeded: boolean;
  readonly log: string;
  /** Where a token showed: `log`, an argument, or the name of a file of the project. */
  readonly leaks: readonly string[];
}

/** acme-tool needs acme-lib to run, and the source distribution acme-built needs acme-backend to be built. */
const PACKAGES = {
  team: [
    { name: 'acme-tool', version: '1.0.0', dependencies: ['acme-lib'] },
    { name: 'acme-backend', version: '1.0.0', modules: ['acme_backend.py'] },
    { name: 'acme-app', version: '1.0.0', program: 'acme-app' },
  ],
  shared: [
    { name: 'acme-lib', version: '1.0.0' },
    {
      name: 'acme-built',
      version: '1.0.0',
      kind: 'sdist',
      buildRequires: ['acme-backend'],
      buildBackend: 'acme_backend',
    },
  ],
  research: [{ name: 'own-tool', version: '1.0.0' }],
  public: [
    { name: 'acme-tool', version: '99.0.0' },
    { name: 'acme-lib', version: '99.0.0' },
    { name: 'acme-app', version: '99.0.0', program: 'acme-app' },
  ],
} satisfies Record<string, PackageSpec[]>;

/**
 * Sets a stage whose repositories have acme-tool and the others above, which need one another across `team` and
 * `shared`. With `everythingIn: 'team'`, `team` has what is in `shared` too.
 */
export async function setManagedStage(
  clients: AvailableClients,
  { everythingIn }: { everythingIn?: 'team' } = {},
): Promise<ManagedStage> {
  const publicHost = await defaultIndexHost(clients);
  const [team, shared, research, traps] = await Promise.all([
    makePackages(PACKAGES.team),
    makePackages(PACKAGES.shared),
    makePackages(PACKAGES.research),
    makePackages(PACKAGES.public),
  ]);
  const stage = await setStage({}, (world) => {
    world.publicIndexes = [publicHost, STRANGER].map((host) => ({ host, packages: [...traps] }));
  });
  stage.acme.repositories = [
    { name: 'team', packages: [...team, ...(everythingIn ? shared : [])] },
    { name: 'shared', packages: shared },
  ];
  stage.labs.repositories = [{ name: 'research', packages: research }];
  const profiles = { acme: stage.acmeUser, labs: stage.labsUser, ...addTwoUsers(stage) };
  const startProject = async (
    inputs: Record<string, string>,
    { env = {}, home = {}, workspace = {} }: Before = {},
  ): Promise<ManagedProject> => {
    const job = await stage.startJob({
      env,
      machine: { PATH: pathOf(clients), PIP_NO_CACHE_DIR: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    job.homeFile('.aws/credentials', writeProfiles(profiles));
    job.workspaceFile(TWO_IDENTITIES.keyringrc, TWO_PROFILES);
    for (const [name, content] of Object.entries(home)) job.homeFile(name, content, 0o600);
    for (const [name, content] of Object.entries(workspace)) job.workspaceFile(name, content);
    const given = stage.standIn.calls.length;
    const step = await job.action({ 'profile-name': 'acme', ...inputs });
    if (step.outcome !== 'success') {
      await job[Symbol.asyncDispose]();
      throw new Error(step.annotations.map(({ message }) => message).join('\n'));
    }
    const connected = stage.standIn.connects.length;
    const tokens = tokensOf(step);
    const folder = join(job.workspace, 'project');
    mkdirSync(folder);
    const uploads = () => uploadsAmong(stage.standIn.calls.slice(given));
    return {
      job,
      step,
      folder,
      tokens,
      write: (name, content) => place(join(folder, name), content),
      read: (name) => readFileSync(join(folder, name), 'utf8'),
      run: (words, environment = {}) => run(job, folder, tokens, words, environment),
      uploads: () => uploads().map(nameUpload),
      uploaders: () => uploads().map(({ principal }) => principal),
      connects: () => stage.standIn.connects.slice(connected),
      [Symbol.asyncDispose]: () => job[Symbol.asyncDispose](),
    };
  };
  return Object.assign(stage, { publicHost, strangerHost: STRANGER, startProject });
}

async function run(
  job: StagedJob,
  folder: string,
  tokens: readonly string[],
  words: readonly string[],
  env: Record<string, string>,
): Promise<ManagedRun> {
  const { result, argv } = await argvDuring(() =>
    job.run([...words], { env: { ...userFolders(job.home), ...env }, workingDirectory: folder }),
  );
  return {
    succeeded: result.outcome === 'success',
    log: result.log.join('\n'),
    leaks: placesOf(tokens, { log: result.rawLog, argv, folders: [folder] }),
  };
}

/** Every token that the private files and the variables of the job have. */
function tokensOf(step: StepResult): string[] {
  const { 'netrc-file': netrc, 'pip-config-file': pipConf, 'pypirc-file': pypirc } = step.outputs;
  const folders = new Set([netrc, pipConf].flatMap((path) => (path ? dirname(path) : [])));
  const texts = [...[...folders].flatMap(filesIn), ...(pypirc ? [pypirc] : [])].map((path) =>
    readFileSync(path, 'latin1'),
  );
  return [
    ...new Set(
      [...texts, ...Object.values(step.exported), step.outputs['token'] ?? ''].join('\n').match(/eyJ[\w.-]{200,}/g),
    ),
  ];
}

async function defaultIndexHost({ python }: AvailableClients): Promise<string> {
  const ask = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';
  const { stdout, stderr } = await runProgram(python, ['-c', ask]);
  const url = URL.parse(stdout.trim());
  if (!url) throw new Error(`pip does not say what its default index is: ${stderr}`);
  return url.host;
}
