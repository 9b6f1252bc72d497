/** What the command line asks for. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const PEERS = ['node', 'login', 'boto3', 'boto3-one-client'] as const;
export type Peer = (typeof PEERS)[number];

export interface Options {
  /** Few pairs, and no row that takes long. */
  readonly quick: boolean;
  /** What the action is compared with. */
  readonly peers: readonly Peer[];
  /** The dist/ folder of another build that the action is compared with. */
  readonly against: string | undefined;
}

export const USAGE = `npm run bench -- [--quick] [--only PEERS] [--against DIST]

  --quick         few pairs; under 90 seconds
  --only PEERS    compare the action with these only: node,login,boto3,boto3-one-client
  --against DIST  compare the action with another build as well: the dist/ folder of another checkout`;

/** @throws with the usage where the arguments are wrong */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, against: { type: 'string' } },
  });
  const names = values.only?.split(',') ?? PEERS;
  const unknown = names.find((name) => name !== 'action' && !PEERS.some((peer) => peer === name));
  if (unknown !== undefined) throw new Error(`--only names ${unknown}; the peers are ${PEERS.join(', ')}.\n\n${USAGE}`);
  return {
    quick: values.quick ?? false,
    peers: PEERS.filter((peer) => names.includes(peer)),
    against: values.against === undefined ? undefined : resolve(values.against),
  };
}
