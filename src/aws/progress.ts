/** What a request waits for, and since when. Reads the clock. */
import { uptime } from '../machine/clock.ts';

/** Who has to answer; `credentials` stands for whomever the AWS SDK asks by itself. */
export type Waited = 'GitHub' | 'STS' | 'credentials' | 'CodeArtifact';

/** What is waited for, and since when, by {@link uptime}. */
export interface Wait {
  readonly for: Waited;
  readonly since: number;
}

/** A wait that changes as its request gets on. */
export interface Progress {
  /** Undefined before anything is waited for. */
  readonly now: () => Wait | undefined;
  readonly waitFor: (next: Waited) => void;
}

/** Nothing is waited for yet. */
export function startProgress(): Progress {
  let wait: Wait | undefined;
  return {
    now: () => wait,
    waitFor: (next) => {
      wait = { for: next, since: uptime() };
    },
  };
}
