/** What is compared, how often, and what the project wants to reach. */
import type { Peer } from './options.ts';
import type { BenchWorld, Target } from './world.ts';

/** A number of repositories that the contestants get to do. */
export interface Size {
  readonly name: string;
  readonly targets: readonly Target[];
  /** Pairs with each opponent; 0 leaves the row out. The AWS CLI takes most of a second for each repository. */
  readonly pairs: Readonly<Record<Peer | 'build', number>>;
  /** The largest ratio wanted, where the latency is 0 ms. */
  readonly goals: Partial<Record<Peer, number>>;
}

/** Milliseconds that the stand-in waits before it answers, in the second round. */
export const LATENCY = 50;
/** Time of 20 repositories in 20 domains over that of one, at 0 ms. */
export const GROWTH_GOAL = 1.45;
/** Bytes of JavaScript of one entry. */
export const BUNDLE_GOAL = 700_000;
/** Bytes of resident memory. */
export const MEMORY_GOAL = 80 * 1024 * 1024;

/** The number of pairs with each opponent. A quick run is for one look: it has few, and skips what takes long. */
const PAIRS = {
  full: { one: pairs(25, 7, 15, 0), five: pairs(15, 3, 7, 7), twenty: pairs(15, 1, 5, 7), shared: pairs(15, 1, 3, 5) },
  quick: { one: pairs(9, 3, 5, 0), five: pairs(5, 0, 3, 0), twenty: pairs(5, 0, 2, 2), shared: pairs(3, 0, 0, 1) },
};

export function planSizes({ apart, together }: BenchWorld, quick: boolean) {
  const { one, five, twenty, shared } = quick ? PAIRS.quick : PAIRS.full;
  const goals = { node: 5, login: 0.15, boto3: 0.4 };
  return {
    one: { name: '1 repository', targets: apart.slice(0, 1), pairs: one, goals },
    five: { name: '5 in 5 domains', targets: apart.slice(0, 5), pairs: five, goals: {} },
    twenty: { name: '20 in 20 domains', targets: apart, pairs: twenty, goals: { boto3: 0.1 } },
    shared: { name: '20 in 1 domain', targets: together, pairs: shared, goals: {} },
  } satisfies Record<string, Size>;
}

/** @param oneClient with one boto3 client for all, which is another thing only where there are several repositories */
function pairs(node: number, login: number, boto3: number, oneClient: number): Size['pairs'] {
  return { node, login, boto3, 'boto3-one-client': oneClient, build: node };
}
