/** The way to the stand-in in its own process. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { World } from '../sandbox/aws/world.ts';

export type Request =
  | { readonly kind: 'latency'; readonly milliseconds: number }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' };

export type Answer = ({ readonly kind: 'ready' } & Addresses) | { readonly kind: 'done' } | ({ kind: 'usage' } & Usage);

/** Where the stand-in listens; see `StandIn`. */
export interface Addresses {
  readonly httpUrl: string;
  readonly proxyUrl: string;
  readonly caFile: string;
}

/** What arrived at the stand-in between `begin` and `end`, and the processor time that it took. */
export interface Usage {
  readonly calls: number;
  /** Calls that were not answered with 200. */
  readonly refused: number;
  readonly cpuMs: number;
}

export interface StandInLink extends Addresses {
  /** Every answer waits so long, in milliseconds. */
  setLatency(milliseconds: number): Promise<void>;
  begin(): Promise<void>;
  end(): Promise<Usage>;
  close(): void;
}

/** Starts the process, and waits until it serves. */
export async function linkStandIn(world: World): Promise<StandInLink> {
  const child = fork(fileURLToPath(new URL('stand-in-process.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const ask = (message: Request | World): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error('The stand-in ended before it answered.'));
      child.once('exit', fail);
      child.once('message', (answer: Answer) => {
        child.off('exit', fail);
        resolve(answer);
      });
      child.send(message);
    });

  const ready = await ask(world);
  if (ready.kind !== 'ready') throw new Error('The stand-in did not start.');
  return {
    ...ready,
    async setLatency(milliseconds) {
      await ask({ kind: 'latency', milliseconds });
    },
    async begin() {
      await ask({ kind: 'begin' });
    },
    async end() {
      const answer = await ask({ kind: 'end' });
      if (answer.kind !== 'usage') throw new Error('The stand-in did not say what arrived.');
      return answer;
    },
    close: () => child.disconnect(),
  };
}
