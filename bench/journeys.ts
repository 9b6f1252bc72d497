/** What a step has to ask over a network with round trips, for each way to get credentials. */
import { type Domain, fullAccess, type Identity, newUser, repositoryUrl, type World } from '../sandbox/aws/world.ts';
import type { ActionUse, Variables } from './programs.ts';
import type { Target } from './workloads.ts';

/** A use of the action over a network. */
export interface Journey {
  /** Word of the command line. */
  readonly key: string;
  readonly name: string;
  readonly targets: readonly Target[];
  readonly use: ActionUse;
  /** Variables of the job. */
  readonly variables: Variables;
  /** Whether the job has `id-token: write`. */
  readonly idToken: boolean;
  /** Whether `aws codeartifact login` can do the same with the variables and files. */
  readonly login: boolean;
  /**
   * Round trips that no program can do without. The first host costs three: connection, TLS 1.3, answer. Each further
   * one costs the answer; its connection can be opened meanwhile.
   */
  readonly roundTrips: number;
  /** The largest ratio wanted to `node -e 0` and these, at a round trip of {@link JUDGED}. */
  readonly goal?: number;
}

/** Milliseconds of the round trips; the goals are for the second of them. */
export const ROUND_TRIPS = [5, 30, 60] as const;
export const JUDGED = 30;

const REGION = 'us-east-1';
const ACCOUNTS = [1, 2, 3, 4, 5].map((number) => `44445555000${number}`);
const ROLE = (account: string): string => `arn:aws:iam::${account}:role/ci`;

/** @returns the journeys, and the world that they are in */
export function createJourneys(): { readonly journeys: readonly Journey[]; readonly world: World } {
  const domains = ACCOUNTS.map(
    (owner): Domain => ({
      name: `of-${owner}`,
      owner,
      region: REGION,
      repositories: [{ name: `team-${owner}`, packages: [] }],
    }),
  );
  const targets = domains.map(targetOf);
  const [first = ''] = ACCOUNTS;
  const user = newUser(`arn:aws:iam::${first}:user/far`, [
    ...domains.flatMap(fullAccess),
    { action: 'sts:AssumeRole', resource: '*' },
  ]);
  const roles = domains.map((domain) => ({
    arn: ROLE(domain.owner),
    trust: [{ subject: '*', audience: 'sts.amazonaws.com' }, { principal: user.arn }],
    allow: fullAccess(domain),
  }));
  const keys = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
  const one = targets.slice(0, 1);
  const sections = ACCOUNTS.map((account) => `[codeartifact account="${account}"]\nrole_arn = ${ROLE(account)}\n`);
  return {
    world: { identities: [user], roles, domains },
    journeys: [
      {
        key: 'keys',
        name: 'keys',
        targets: one,
        use: { calls: 1 },
        variables: keys,
        idToken: false,
        login: true,
        roundTrips: 3,
        goal: 1.35,
      },
      {
        key: 'oidc',
        name: 'a role by OIDC',
        targets: one,
        use: { calls: 3, inputs: { 'role-to-assume': ROLE(first) } },
        variables: {},
        idToken: true,
        login: false,
        roundTrips: 5,
        goal: 1.35,
      },
      {
        key: 'profile',
        name: 'a role of a profile',
        targets: one,
        use: { calls: 2, home: profileFiles(user, ROLE(first)) },
        variables: { AWS_PROFILE: 'ci' },
        idToken: false,
        login: true,
        roundTrips: 4,
      },
      {
        key: 'five',
        name: '5 roles in 5 accounts',
        targets,
        use: { calls: 11, workspace: { 'keyringrc.cfg': ['[codeartifact]\n', ...sections].join('\n') } },
        variables: {},
        idToken: true,
        login: false,
        roundTrips: 5,
        goal: 1.5,
      },
    ],
  };
}

function targetOf(domain: Domain): Target {
  const { name, owner, region } = domain;
  const repository = domain.repositories[0]?.name ?? '';
  return { domain: name, account: owner, region, repository, url: repositoryUrl(domain, repository) };
}

function profileFiles({ accessKeyId, secretAccessKey }: Identity, role: string): Record<string, string> {
  return {
    '.aws/config': `[profile ci]\nrole_arn = ${role}\nsource_profile = base\nregion = ${REGION}\n`,
    '.aws/credentials': `[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  };
}
