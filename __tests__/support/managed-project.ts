import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fullAccess, type Identity, newUser, repositoryArn } from '../../sandbox/aws/world.ts';
import { makePackages, writePackages } from '../../sandbox/python/packages.ts';
import { runProgram } from '../../sandbox/python/program.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { argvDuring } from './argv.ts';
import { findLeaks } from './leaks.ts';
import type { AvailableClients } from './python-clients.ts';
import { type Stage, type StagedJob, setStage, writeProfiles } from './stage.ts';

/** A stage with packages, and a public index with higher versions of them: what dependency confusion would install. */
export interface ManagedStage extends Stage {
  /** The host that pip takes its default index from, as pip itself says; served by the stand-in, without credentials. */
  readonly publicHost: string;
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
  /** Runs a client in the project, and looks for the tokens: in its log, in the arguments of all processes, in the project. */
  run(words: readonly string[], environment?: Record<string, string>): Promise<ManagedRun>;
  /** Uploads that arrived since the action ran: `DOMAIN REPOSITORY STATUS`. */
  uploads(): string[];
}

/** What came of running a client. */
export interface ManagedRun {
  readonly succeeded: boolean;
  readonly log: string;
  /** Where a token showed: `log`, an argument, or the name of a file of the project. */
  readonly leaks: readonly string[];
}

/**
 * `team` has acme-tool 1.0.0, which needs acme-lib 1.0.0; that is in `shared`, and with `everythingIn: 'team'` there too.
 * The public index has 99.0.0 of both.
 */
export async function setManagedStage(
  clients: AvailableClients,
  { everythingIn }: { everythingIn?: 'team' } = {},
): Promise<ManagedStage> {
  const publicHost = await defaultIndexHost(clients);
  const [tool, lib, backend, toolTrap, libTrap] = await makePackages([
    { name: 'acme-tool', version: '1.0.0', dependencies: ['acme-lib'] },
    { name: 'acme-lib', version: '1.0.0' },
    { name: 'acme-backend', version: '1.0.0', modules: ['acme_backend.py'] },
    { name: 'acme-tool', version: '99.0.0' },
    { name: 'acme-lib', version: '99.0.0' },
  ]);
  if (!tool || !lib || !backend || !toolTrap || !libTrap) throw new Error('no packages');
  const stage = await setStage({}, (world) => {
    world.publicIndexes = [{ host: publicHost, packages: [toolTrap, libTrap] }];
  });
  stage.acme.repositories[0]?.packages.push(tool, backend, ...(everythingIn ? [lib] : []));
  stage.acme.repositories[1]?.packages.push(lib);
  const profiles = { acme: stage.acmeUser, labs: stage.labsUser, ...addOwners(stage) };
  const startProject = async (
    inputs: Record<string, string>,
    { env = {}, home = {}, workspace = {} }: Before = {},
  ): Promise<ManagedProject> => {
    const job = await stage.startJob({
      env,
      machine: { PATH: `${clients.bin}:/usr/bin:/bin`, PIP_NO_CACHE_DIR: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    job.homeFile('.aws/credentials', writeProfiles(profiles));
    job.workspaceFile(
      'identities.cfg',
      '[codeartifact name="team"]\nprofile_name=team\n[codeartifact name="shared"]\nprofile_name=shared\n',
    );
    for (const [name, content] of Object.entries(home)) job.homeFile(name, content, 0o600);
    for (const [name, content] of Object.entries(workspace)) job.workspaceFile(name, content);
    const given = stage.standIn.calls.length;
    const step = await job.action({ 'profile-name': 'acme', ...inputs });
    if (step.outcome !== 'success') {
      await job[Symbol.asyncDispose]();
      throw new Error(step.annotations.map(({ message }) => message).join('\n'));
    }
    const folder = join(job.workspace, 'project');
    mkdirSync(folder);
    return {
      job,
      step,
      folder,
      tokens: tokensOf(step),
      write: (name, content) => place(join(folder, name), content),
      read: (name) => readFileSync(join(folder, name), 'utf8'),
      run: (words, environment = {}) => run(job, folder, tokensOf(step), words, environment),
      uploads: () =>
        stage.standIn.calls
          .slice(given)
          .filter(({ operation }) => operation === 'Upload')
          .map(({ parameters, host, status }) => `${host.split('-')[0]} ${parameters['repository']} ${status}`),
      [Symbol.asyncDispose]: () => job[Symbol.asyncDispose](),
    };
  };
  return Object.assign(stage, { publicHost, startProject });
}

/** A user for each of the two repositories of one host: `identities.cfg` of every workspace names their profiles. */
function addOwners({ acme, standIn }: Stage): Record<'team' | 'shared', Identity> {
  const [team, shared] = ['team', 'shared'].map((repository) =>
    newUser(`arn:aws:iam::${acme.owner}:user/${repository}`, [
      ...fullAccess(acme).filter(({ action }) => /GetAuthorizationToken|GetServiceBearerToken/.test(action)),
      ...['ReadFromRepository', 'PublishPackageVersion'].map((action) => ({
        action: `codeartifact:${action}`,
        resource: action === 'ReadFromRepository' ? repositoryArn(acme, repository) : '*',
      })),
    ]),
  );
  if (!team || !shared) throw new Error('no users');
  standIn.world.identities.push(team, shared);
  return { team, shared };
}

/** A wheel of the given version of acme-upload in the project's `dist`. */
export async function addWheel(project: ManagedProject, version: string, name = 'acme-upload'): Promise<void> {
  await writePackages(join(project.folder, 'dist'), await makePackages([{ name, version }]));
}

async function run(
  job: StagedJob,
  folder: string,
  tokens: readonly string[],
  words: readonly string[],
  env: Record<string, string>,
): Promise<ManagedRun> {
  const { result, argv } = await argvDuring(() => job.run([...words], { env, workingDirectory: folder }));
  const shown = (text: string) => tokens.some((token) => findLeaks(text, token).length > 0);
  // Other tests may run beside this one, and their tokens have much of their first part, up to the dot, in common with ours.
  const shownByUs = (line: string) => tokens.some((token) => findLeaks(line, token.replace(/^[^.]*\./, '')).length > 0);
  return {
    succeeded: result.outcome === 'success',
    log: result.log.join('\n'),
    leaks: [
      ...(shown(result.rawLog) ? ['log'] : []),
      ...argv.filter(shownByUs).map((line) => `argument of ${line.split(' ').slice(0, 3).join(' ')}`),
      ...filesIn(folder).filter((path) => shown(readFileSync(path, 'latin1'))),
    ],
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

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function place(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function defaultIndexHost({ python }: AvailableClients): Promise<string> {
  const ask = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';
  const { stdout, stderr } = await runProgram(python, ['-c', ask]);
  const url = URL.parse(stdout.trim());
  if (!url) throw new Error(`pip does not say what its default index is: ${stderr}`);
  return url.host;
}
