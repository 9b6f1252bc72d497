/** The stand-in for AWS, in a process of its own: its work must not disturb the process that holds the clock. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type StandIn, startStandIn } from '../sandbox/aws/stand-in.ts';
import type { World } from '../sandbox/aws/world.ts';

/** What arrives at the stand-in between `begin` and `end`. */
export interface Usage {
  /** Calls to AWS. */
  readonly calls: number;
  /** Calls without the answer 200. */
  readonly refused: number;
  /** Milliseconds of processor time of the stand-in. */
  readonly cpuMs: number;
}

/** The stand-in, as seen from the process that holds the clock. */
export interface RemoteStandIn extends Addresses {
  /** Every answer waits so long, in milliseconds. */
  setLatency(milliseconds: number): Promise<void>;
  begin(): Promise<void>;
  end(): Promise<Usage>;
  close(): void;
}

interface Addresses extends Pick<StandIn, 'httpUrl' | 'proxyUrl' | 'caFile' | 'securePort'> {
  /** For `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly requestToken: string;
}

/** The process answers each request with one message. */
type Request =
  | { readonly kind: 'start'; readonly world: World }
  | { readonly kind: 'latency'; readonly milliseconds: number }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' };

if (import.meta.main) serve();

/** Starts the process, and waits until it serves. */
export async function forkStandIn(world: World): Promise<RemoteStandIn> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ask = <Answer>(request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error('The stand-in ended before it answered.'));
      child.once('exit', fail);
      child.once('message', ({ answer }: { answer: Answer }) => {
        child.off('exit', fail);
        resolve(answer);
      });
      child.send(request);
    });

  const addresses = await ask<Addresses>({ kind: 'start', world });
  return {
    ...addresses,
    setLatency: (milliseconds) => ask({ kind: 'latency', milliseconds }),
    begin: () => ask({ kind: 'begin' }),
    end: () => ask({ kind: 'end' }),
    close: () => child.disconnect(),
  };
}

/** Runs in the process of the stand-in, until the other one disconnects. */
function serve(): void {
  let standIn: StandIn;
  let endDelay = (): void => {};
  let cpu = process.cpuUsage();

  const answer = async (request: Request): Promise<Addresses | Usage | undefined> => {
    if (request.kind === 'start') {
      standIn = await startStandIn(request.world);
      process.once('disconnect', () => standIn.close());
      const { httpUrl, proxyUrl, caFile, securePort, oidc } = standIn;
      return { httpUrl, proxyUrl, caFile, securePort, requestToken: oidc.requestToken };
    }
    if (request.kind === 'latency') {
      endDelay();
      const { milliseconds } = request;
      endDelay = milliseconds > 0 ? standIn.fault({ kind: 'delay', milliseconds }) : () => {};
      return undefined;
    }
    if (request.kind === 'begin') {
      standIn.calls.length = 0;
      cpu = process.cpuUsage();
      return undefined;
    }
    const { user, system } = process.cpuUsage(cpu);
    const refused = standIn.calls.filter(({ status }) => status !== 200).length;
    return { calls: standIn.calls.length, refused, cpuMs: (user + system) / 1000 };
  };
  process.on('message', async (request: Request) => process.send?.({ answer: await answer(request) }));
}
