/** The benchmark's world: one account, one user, one domain for each of 20 repositories, and one domain with 20. */
import { type Domain, fullAccess, type Identity, newUser, repositoryUrl, type World } from '../sandbox/aws/world.ts';

/** A repository as each contestant wants to be told of it. */
export interface Target {
  readonly domain: string;
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** Endpoint, with the trailing slash. */
  readonly url: string;
}

export interface BenchWorld {
  readonly world: World;
  readonly user: Identity;
  /** 20 repositories, each in a domain of its own. */
  readonly apart: readonly Target[];
  /** 20 repositories in one domain. */
  readonly together: readonly Target[];
}

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const MOST = 20;

export function benchWorld(): BenchWorld {
  const numbers = Array.from({ length: MOST }, (_, index) => String(index + 1).padStart(2, '0'));
  const apart = numbers.map((number) => newDomain(`apart-${number}`, [`repository-${number}`]));
  const together = newDomain(
    'together',
    numbers.map((number) => `repository-${number}`),
  );
  const domains = [...apart, together];
  const user = newUser(`arn:aws:iam::${ACCOUNT}:user/bench`, domains.flatMap(fullAccess));
  return {
    world: { identities: [user], roles: [], domains },
    user,
    apart: apart.flatMap(targetsOf),
    together: targetsOf(together),
  };
}

function newDomain(name: string, repositories: string[]): Domain {
  return {
    name,
    owner: ACCOUNT,
    region: REGION,
    repositories: repositories.map((each) => ({ name: each, packages: [] })),
  };
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
