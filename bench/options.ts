/** The command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the action can be compared with, as `--only` names it. */
export const PEERS = ['node', 'login', 'boto3', 'boto3-one-client'] as const;

/** A word of {@link PEERS}. */
export type PeerName = (typeof PEERS)[number];

/** What is measured: on this machine without a network, and over a network with round trips. */
export const PARTS = ['local', 'network'] as const;

/** What the command line asks for. */
export interface Options {
  /** Few pairs, and no row that takes long. */
  readonly quick: boolean;
  readonly parts: readonly (typeof PARTS)[number][];
  readonly peers: readonly PeerName[];
  /** The dist/ folder of another build to compare the action with. */
  readonly against: string | undefined;
  /** A checkout of aws-actions/configure-aws-credentials, to compare the action with where a role is assumed. */
  readonly configure: string | undefined;
}

const USAGE = `npm run bench -- [--quick] [--part PART] [--only PEERS] [--against DIST] [--configure FOLDER]

  --quick         few pairs; under three minutes
  --part PART     ${PARTS.join(' or ')}; both by default
  --only PEERS    compare the action with these only: ${PEERS.join(',')}
  --against DIST  compare the action with another build as well: the dist/ folder of another checkout
  --configure FOLDER
                  compare it with a checkout of aws-actions/configure-aws-credentials, followed by login`;

/** @throws where the arguments are wrong; for an unknown peer, with the usage */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean' },
      part: { type: 'string' },
      only: { type: 'string' },
      against: { type: 'string' },
      configure: { type: 'string' },
    },
  });
  const names = values.only?.split(',') ?? PEERS;
  const unknown = names.find((name) => name !== 'action' && !PEERS.some((peer) => peer === name));
  if (unknown !== undefined) throw new Error(`--only names ${unknown}; the peers are ${PEERS.join(', ')}.\n\n${USAGE}`);
  const { part } = values;
  const parts = PARTS.filter((each) => part === undefined || each === part);
  if (parts.length === 0) throw new Error(`--part names ${part}; the parts are ${PARTS.join(', ')}.\n\n${USAGE}`);
  return {
    parts,
    quick: values.quick ?? false,
    peers: PEERS.filter((peer) => names.includes(peer)),
    against: values.against === undefined ? undefined : resolve(values.against),
    configure: values.configure === undefined ? undefined : resolve(values.configure),
  };
}
