/** How many repositories the programs get tokens for, how often, and what the project wants to reach. */
import { type Domain, fullAccess, type Identity, newUser, repositoryUrl, type World } from '../sandbox/aws/world.ts';
import type { PeerName } from './options.ts';

/** A repository, in the words of each program. */
export interface Target {
  readonly domain: string;
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** Endpoint, with the trailing slash. */
  readonly url: string;
}

/** Some repositories, and how the action compares with other programs on them. */
export interface Workload {
  readonly name: string;
  readonly targets: readonly Target[];
  /** Pairs with each peer; 0 leaves the row out. */
  readonly pairs: Readonly<Record<PeerName | 'build', number>>;
  /** The largest ratio wanted, where the latency is 0 ms. */
  readonly goals: Partial<Record<PeerName, number>>;
}

/** All workloads, and the world that they are in. */
export interface Workloads {
  readonly world: World;
  /** May do everything in that world. */
  readonly user: Identity;
  readonly one: Workload;
  readonly five: Workload;
  readonly twenty: Workload;
  readonly shared: Workload;
  readonly hundred: Workload;
}

/** Milliseconds that the stand-in waits before it answers, in the second round. */
export const LATENCY = 50;
/** The largest ratio wanted of 20 repositories in 20 domains to one, at 0 ms. */
export const GROWTH_GOAL = 1.45;
/** Bytes of JavaScript of one entry. */
export const BUNDLE_GOAL = 700_000;
/** Bytes of resident memory, with one repository. */
export const MEMORY_GOAL = 60 * 1024 * 1024;

/** A quick run is for one look: it has few pairs, and none of what takes long. */
const PAIRS = {
  full: {
    one: pairs(25, 7, 15, 0),
    five: pairs(15, 3, 7, 7),
    twenty: pairs(15, 1, 5, 7),
    shared: pairs(15, 1, 3, 5),
    hundred: pairs(9, 0, 0, 0),
  },
  quick: {
    one: pairs(9, 3, 5, 0),
    five: pairs(5, 0, 3, 0),
    twenty: pairs(5, 0, 2, 2),
    shared: pairs(3, 0, 0, 1),
    hundred: pairs(3, 0, 0, 0),
  },
};
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const SOME = 20;
const MANY = 100;

/** Makes a world with one user and 120 repositories in one account: 100 in a domain each, and 20 in one domain. */
export function createWorkloads(quick: boolean): Workloads {
  const numbers = Array.from({ length: MANY }, (_, index) => String(index + 1).padStart(2, '0'));
  const apart = numbers.map((number) => newDomain(`apart-${number}`, [number]));
  const together = newDomain('together', numbers.slice(0, SOME));
  const domains = [...apart, together];
  const user = newUser(`arn:aws:iam::${ACCOUNT}:user/bench`, domains.flatMap(fullAccess));

  const targets = apart.flatMap(targetsOf);
  const { one, five, twenty, shared, hundred } = quick ? PAIRS.quick : PAIRS.full;
  const goals = { node: 3.4, login: 0.13, boto3: 0.4 };
  return {
    world: { identities: [user], roles: [], domains },
    user,
    one: { name: '1 repository', targets: targets.slice(0, 1), pairs: one, goals },
    five: { name: '5 in 5 domains', targets: targets.slice(0, 5), pairs: five, goals: {} },
    twenty: {
      name: '20 in 20 domains',
      targets: targets.slice(0, SOME),
      pairs: twenty,
      goals: { node: 3.9, boto3: 0.1 },
    },
    shared: { name: '20 in 1 domain', targets: targetsOf(together), pairs: shared, goals: {} },
    hundred: { name: '100 in 100 domains', targets, pairs: hundred, goals: { node: 6.5 } },
  };
}

/** The AWS CLI (login) takes most of a second for each repository; a single boto3 client differs only with several. */
function pairs(node: number, login: number, boto3: number, oneClient: number): Workload['pairs'] {
  return { node, login, boto3, 'boto3-one-client': oneClient, build: node };
}

function newDomain(name: string, numbers: string[]): Domain {
  const repositories = numbers.map((number) => ({ name: `repository-${number}`, packages: [] }));
  return { name, owner: ACCOUNT, region: REGION, repositories };
}

function targetsOf(domain: Domain): Target[] {
  const { name, owner, region } = domain;
  return domain.repositories.map((each) => ({
    domain: name,
    account: owner,
    region,
    repository: each.name,
    url: repositoryUrl(domain, each.name),
  }));
}
