/** Whom the action meets, and who could not come. */
import { pythonClients } from '../sandbox/python.ts';
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
  if (peers.includes('boto3')) {
    const name = 'boto3 loop';
    const clients = await pythonClients();
    if (!clients.available) leftOut.push({ name, reason: clients.reason });
    else {
      const contestant: Opponent['contestant'] = (targets, { python }) => boto3Loop(clients.python, targets, python);
      opponents.push({ key: 'boto3', name, contestant });
    }
  }
  if (against !== undefined) {
    const contestant: Opponent['contestant'] = (targets, { node }) => action(against, targets, node);
    opponents.push({ key: 'build', name: 'the other build', contestant });
  }
  return { opponents, leftOut };
}
