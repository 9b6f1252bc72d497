/** Whom the action meets, and who could not come. */
import { pythonClients } from '../sandbox/python/environments.ts';
import { action, awsLogin, boto3Loop, type Contestant, emptyNode, type Variables } from './contestants.ts';
import type { Options, Peer } from './options.ts';
import type { Target } from './world.ts';

/** The variables that lead to the stand-in; Node and Python are told of an authority in different ones. */
export interface Networks {
  readonly node: Variables;
  readonly python: Variables;
}

export interface Opponent {
  readonly key: Peer | 'build';
  readonly name: string;
  contestant(targets: readonly Target[], network: Networks): Contestant;
}

export interface Opponents {
  readonly opponents: readonly Opponent[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

const BOTO3 = [
  { key: 'boto3', name: 'boto3 loop', way: 'sessions' },
  { key: 'boto3-one-client', name: 'boto3 loop, 1 client', way: 'one-client' },
] as const;

/** Makes the Python environments first where they are missing. */
export async function findOpponents({ peers, against }: Options): Promise<Opponents> {
  const opponents: Opponent[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  if (peers.includes('node')) opponents.push({ key: 'node', name: 'node -e 0', contestant: () => emptyNode() });
  if (peers.includes('login')) {
    const name = 'aws codeartifact login';
    const clients = await pythonClients('bench');
    if (!clients.available) leftOut.push({ name, reason: clients.reason });
    else {
      const contestant: Opponent['contestant'] = (targets, { python }) => awsLogin(clients, targets, python);
      opponents.push({ key: 'login', name, contestant });
    }
  }
  const ways = BOTO3.filter(({ key }) => peers.includes(key));
  const clients = ways.length > 0 ? await pythonClients() : undefined;
  for (const { key, name, way } of ways) {
    if (clients?.available) {
      const contestant: Opponent['contestant'] = (targets, { python }) =>
        boto3Loop(clients.python, way, targets, python);
      opponents.push({ key, name, contestant });
    } else leftOut.push({ name, reason: clients?.reason ?? '' });
  }
  if (against !== undefined) {
    const contestant: Opponent['contestant'] = (targets, { node }) => action(against, targets, node);
    opponents.push({ key: 'build', name: 'the other build', contestant });
  }
  return { opponents, leftOut };
}
