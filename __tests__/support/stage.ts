import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type StandIn, type StandInOptions, startStandIn } from '../../sandbox/aws/stand-in.ts';
import { type Domain, fullAccess, type Identity, newUser, repositoryUrl, type World } from '../../sandbox/aws/world.ts';
import { type Job, type JobOptions, type StepOptions, type StepResult, startJob } from '../../sandbox/runner/runner.ts';
import { place } from './files.ts';

/** The checkout, whose committed dist/ is what the jobs run. */
export const ACTION = fileURLToPath(new URL('../..', import.meta.url));

/** scripts/test/coverage.ts names the folder of an action that runs src/ itself. */
const ACTION_UNDER_TEST = process.env['ACTION_UNDER_TEST'] ?? ACTION;

/** A keyringrc.cfg by which each account has its own profile. */
export const BOTH_ACCOUNTS =
  '[codeartifact]\nprofile_name=acme\n[codeartifact domain="acme-labs"]\nprofile_name=labs\n';

/** Two accounts and three repositories, without packages. */
export interface Stage extends AsyncDisposable {
  readonly standIn: StandIn;
  readonly acme: Domain;
  readonly labs: Domain;
  /** Full access to `acme`, and to `labs`. */
  readonly acmeUser: Identity;
  readonly labsUser: Identity;
  /** Repository endpoints: two of `acme` (111122223333, us-east-1), one of `labs` (444455556666, eu-central-1). */
  readonly urls: { readonly team: string; readonly shared: string; readonly research: string };
  /** A job whose HOME has the profiles `acme` and `labs`, and whose calls reach the stand-in. */
  startJob(options?: JobOptions): Promise<StagedJob>;
}

/** A job on the stage. */
export interface StagedJob extends Job, AsyncDisposable {
  /** Runs the action. */
  action(inputs: Record<string, string>, options?: StepOptions): Promise<StepResult>;
  /** Writes a file into the workspace. */
  workspaceFile(name: string, content: string): void;
  /** Writes a file into HOME. */
  homeFile(name: string, content: string, mode?: number): void;
}

/** Starts the stand-in and its world; `change` may alter the world first. */
export async function setStage(
  options: StandInOptions = {},
  change: (world: World) => void = () => {},
): Promise<Stage> {
  const acme: Domain = {
    name: 'acme',
    owner: '111122223333',
    region: 'us-east-1',
    repositories: [
      { name: 'team', packages: [] },
      { name: 'shared', packages: [] },
    ],
  };
  const labs: Domain = {
    name: 'acme-labs',
    owner: '444455556666',
    region: 'eu-central-1',
    repositories: [{ name: 'research', packages: [] }],
  };
  const acmeUser = newUser(`arn:aws:iam::${acme.owner}:user/developer`, fullAccess(acme));
  const labsUser = newUser(`arn:aws:iam::${labs.owner}:user/developer`, fullAccess(labs));
  const world: World = { identities: [acmeUser, labsUser], roles: [], domains: [acme, labs] };
  change(world);
  const standIn = await startStandIn(world, options);
  return {
    standIn,
    acme,
    labs,
    acmeUser,
    labsUser,
    urls: {
      team: repositoryUrl(acme, 'team'),
      shared: repositoryUrl(acme, 'shared'),
      research: repositoryUrl(labs, 'research'),
    },
    async startJob(jobOptions = {}) {
      const job = await startJob({ ...jobOptions, machine: { ...standIn.clientEnvironment(), ...jobOptions.machine } });
      const staged: StagedJob = Object.assign(Object.create(job) as Job, {
        action: async (inputs: Record<string, string>, step?: StepOptions) =>
          expectQuiet(await job.uses(ACTION_UNDER_TEST, { with: inputs, ...step })),
        finish: async (options?: Parameters<Job['finish']>[0]) => (await job.finish(options)).map(expectQuiet),
        workspaceFile: (name: string, content: string) =>
          place(join(job.workspace, name), content, { encoding: 'latin1', mode: 0o644 }),
        homeFile: (name: string, content: string, mode = 0o644) =>
          place(join(job.home, name), content, { encoding: 'latin1', mode }),
        [Symbol.asyncDispose]: () => job.remove(),
      });
      staged.homeFile('.aws/credentials', writeProfiles({ acme: acmeUser, labs: labsUser }));
      return staged;
    },
    [Symbol.asyncDispose]: () => standIn.close(),
  };
}

/**
 * A main or a post says nothing on standard error, whatever becomes of it: the runner may show a line of it before a
 * mask that was printed on standard output long before counts.
 */
function expectQuiet(step: StepResult): StepResult {
  // Node.js says this before it runs any code.
  const text = step.stderr.replace(/^Warning: Ignoring extra certs from .*\n/, '');
  if (text !== '') throw new Error(`${step.name} wrote on standard error: ${text}`);
  return step;
}

/** The text of ~/.aws/credentials. */
export function writeProfiles(profiles: Record<string, Identity>): string {
  return Object.entries(profiles)
    .map(([name, { accessKeyId, secretAccessKey, sessionToken }]) =>
      [
        `[${name}]`,
        `aws_access_key_id = ${accessKeyId}`,
        `aws_secret_access_key = ${secretAccessKey}`,
        ...(sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`]),
        '',
      ].join('\n'),
    )
    .join('\n');
}
