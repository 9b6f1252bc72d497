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

/** Milliseconds that the stand-in waits before it answers. */
export const LATENCIES = [0, 50] as const;
/** Time of 20 repositories in 20 domains over that of one, at 0 ms. */
export const GROWTH_GOAL = 1.45;
/** Bytes of JavaScript of one entry. */
export const BUNDLE_GOAL = 700_000;
/** Bytes of resident memory. */
export const MEMORY_GOAL = 80 * 1024 * 1024;

/** The sizes, with 20 domains as `twenty`. */
export function planSizes({ apart, together }: BenchWorld, quick: boolean) {
  const [first, second, third, fourth] = quick
    ? [pairs(9, 3, 5), pairs(5, 1, 3), pairs(5, 0, 3), pairs(5, 0, 1)]
    : [pairs(25, 11, 15), pairs(15, 5, 9), pairs(15, 3, 7), pairs(15, 2, 5)];
  const one: Size = {
    name: '1 repository',
    targets: apart.slice(0, 1),
    pairs: first,
    goals: { node: 5, login: 0.15, boto3: 0.4 },
  };
  const five: Size = { name: '5 in 5 domains', targets: apart.slice(0, 5), pairs: second, goals: {} };
  const twenty: Size = { name: '20 in 20 domains', targets: apart, pairs: third, goals: { boto3: 0.1 } };
  const shared: Size = { name: '20 in 1 domain', targets: together, pairs: fourth, goals: {} };
  return { one, five, twenty, shared };
}

function pairs(node: number, login: number, boto3: number): Size['pairs'] {
  return { node, login, boto3, build: node };
}
