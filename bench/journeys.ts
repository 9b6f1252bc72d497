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
  /** Variables of the job. @param hosts URLs where it finds them @param requestToken of GitHub's OIDC endpoint */
  readonly variablesOf: (hosts: Hosts, requestToken: string) => Variables;
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

/** Whom a step may call. */
export interface Hosts {
  readonly codeartifact: string;
  readonly sts: string;
  readonly github: string;
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
        variablesOf: variables(keys),
        login: true,
        roundTrips: 3,
        goal: 1.35,
      },
      {
        key: 'oidc',
        name: 'a role by OIDC',
        targets: one,
        use: { calls: 3, inputs: { 'role-to-assume': ROLE(first) } },
        variablesOf: variables({}, { idToken: true }),
        login: false,
        roundTrips: 5,
        goal: 1.35,
      },
      {
        key: 'profile',
        name: 'a role of a profile',
        targets: one,
        use: { calls: 2, home: profileFiles(user, ROLE(first)) },
        variablesOf: variables({ AWS_PROFILE: 'ci' }),
        login: true,
        roundTrips: 4,
      },
      {
        key: 'five',
        name: '5 roles in 5 accounts',
        targets,
        use: { calls: 11, workspace: { 'keyringrc.cfg': ['[codeartifact]\n', ...sections].join('\n') } },
        variablesOf: variables({}, { idToken: true }),
        login: false,
        roundTrips: 5,
        goal: 1.5,
      },
    ],
  };
}

/** @param own of the job @param idToken whether it has `id-token: write` */
function variables(own: Variables, { idToken } = { idToken: false }): Journey['variablesOf'] {
  return ({ codeartifact, sts, github }, requestToken) => ({
    ...own,
    AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact,
    AWS_ENDPOINT_URL_STS: sts,
    ...(idToken && {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github}/sandbox/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    }),
  });
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
