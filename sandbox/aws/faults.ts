import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, Refusal } from './exchange.ts';

/** Something that goes wrong on purpose. */
export type Fault = {
  /** Only calls of this operation. */
  operation?: string;
  /** Only calls for which this is true. */
  when?: (call: Call) => boolean;
} & (OneTimeFault | LastingFault);

type OneTimeFault = {
  /** How many calls it hits; 1 unless given. */
  times?: number;
} & (
  | { /** 429 as the service words it. */ kind: 'throttle'; retryAfterSeconds?: number }
  | { /** A refusal of any kind; 500 unless given. */ kind: 'error'; status?: number; code?: string; message?: string }
  | { /** Closes the connection without an answer. */ kind: 'drop' }
  | { /** Never answers. */ kind: 'hang' }
);

type LastingFault =
  | { /** Every call waits first. */ kind: 'delay'; milliseconds: number }
  | { /** Throttles calls beyond so many in any second. */ kind: 'rate'; perSecond: number };

/** What to do with a call. */
export type Verdict = 'answer' | 'drop' | 'hang';

/** The faults that are active. */
export interface Faults {
  /** @returns a function that takes the fault away */
  add(fault: Fault): () => void;
  /** Applies the faults that match the call: waits, throws a {@link Refusal}, or says what to do. */
  apply(call: Call): Promise<Verdict>;
}

/** Starts without a fault. */
export function createFaults(): Faults {
  let active: { fault: Fault; left: number; served: number[] }[] = [];

  return {
    add(fault) {
      const entry = { fault, left: 'times' in fault ? (fault.times ?? 1) : 1, served: [] };
      active.push(entry);
      return () => {
        active = active.filter((each) => each !== entry);
      };
    },

    async apply(call) {
      const matching = active.filter(({ fault }) => matches(fault, call));
      for (const entry of matching) {
        const { fault } = entry;
        if (fault.kind === 'delay') await sleep(fault.milliseconds);
        else if (fault.kind === 'rate') requireRate(entry.served, fault.perSecond);
        else if (entry.left > 0) {
          entry.left -= 1;
          if (entry.left === 0) active = active.filter((each) => each !== entry);
          if (fault.kind === 'throttle') throw throttled(fault.retryAfterSeconds);
          if (fault.kind === 'error') throw refusal(fault);
          return fault.kind;
        }
      }
      return 'answer';
    },
  };
}

function matches({ operation, when }: Fault, call: Call): boolean {
  return (operation === undefined || operation === call.operation) && (when === undefined || when(call));
}

/** Looks at the last second, in which refused calls do not count. */
function requireRate(served: number[], perSecond: number): void {
  const now = performance.now();
  while (served.length > 0 && (served[0] ?? 0) <= now - 1000) served.shift();
  if (served.length >= perSecond) throw throttled();
  served.push(now);
}

function throttled(retryAfterSeconds?: number): Refusal {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new Refusal(429, 'ThrottlingException', 'Rate exceeded', headers);
}

function refusal({ status = 500, code, message }: { status?: number; code?: string; message?: string }): Refusal {
  const usual = 'We encountered an internal error. Please try again.';
  return new Refusal(status, code ?? 'InternalServerException', message ?? usual);
}
