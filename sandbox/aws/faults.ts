import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, Refusal } from './exchange.ts';

/** Something that goes wrong on purpose. */
export type Fault = {
  /** Only calls of this operation. */
  operation?: string;
  /** Only calls for which this is true. */
  when?: (call: Call) => boolean;
} & (
  | { /** 429 as the service words it. */ kind: 'throttle'; times?: number; retryAfterSeconds?: number }
  | {
      /** A refusal of any kind; 500 unless told. */ kind: 'error';
      times?: number;
      status?: number;
      code?: string;
      message?: string;
    }
  | { /** The connection is closed without an answer. */ kind: 'drop'; times?: number }
  | { /** No answer ever comes. */ kind: 'hang'; times?: number }
  | { /** Every call waits before it is looked at. */ kind: 'delay'; milliseconds: number }
  | { /** Calls beyond so many in any second are throttled. */ kind: 'rate'; perSecond: number }
);

/** How to go on with a call. */
export type Verdict = 'answer' | 'drop' | 'hang';

export interface Faults {
  /** Adds a fault; gives a function that takes it away. A fault with `times` (1 unless told) ends by itself. */
  add(fault: Fault): () => void;
  /** Waits, throws a {@link Refusal} or says how to go on, as the faults that match the call want it. */
  apply(call: Call): Promise<Verdict>;
}

export function createFaults(): Faults {
  let active: { fault: Fault; left: number; served: number[] }[] = [];

  return {
    add(fault) {
      const entry = {
        fault,
        left: 'times' in fault ? (fault.times ?? 1) : isLasting(fault) ? Infinity : 1,
        served: [],
      };
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

function isLasting(fault: Fault): boolean {
  return fault.kind === 'delay' || fault.kind === 'rate';
}

/** A sliding window over the last second; calls that are refused do not count. */
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
