/** When a call to AWS is made again, and after how long. Pure but for chance and the clock. */

/** What the AWS SDK (3.1124, `RetryStrategyV2`) tells of an attempt that failed. */
interface Failure {
  readonly errorType: 'TRANSIENT' | 'THROTTLING' | 'SERVER_ERROR' | 'CLIENT_ERROR';
  readonly error?: unknown;
  /** The service's own Retry-After. */
  readonly retryAfterHint?: Date;
}

/** How many attempts have failed, of which kind, and how many milliseconds to wait before the next. */
interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
  readonly throttled: number;
  readonly failed: number;
}

/**
 * Attempts in all, and the waits: anything up to `base` milliseconds doubled each time, `cap` at most (full jitter). An
 * account has 40 tokens a second in a region, so when a few hundred jobs start at once most of them wait for some
 * seconds. Each wait is within a second, because the quota is new in each: longer ones leave the last seconds' shares
 * unused while the last jobs still wait. The attempts last for most of a minute.
 */
const POLICIES = {
  throttled: { attempts: 100, base: 1_000, cap: 1_000 },
  failed: { attempts: 5, base: 200, cap: 5_000 },
} as const;

/** The longest Retry-After that is waited for, in milliseconds. */
const LONGEST_HINT = 10_000;

/** A strategy for one client: throttling, 5xx and lost connections are tried again, a refusal is not. */
export function retryStrategy() {
  return {
    acquireInitialRetryToken: async () => retryToken({ throttled: 0, failed: 0 }, 0),
    async refreshRetryTokenForRetry(token: { getRetryCount(): number }, failure: Failure) {
      const kind = failure.errorType === 'THROTTLING' ? 'throttled' : 'failed';
      // Each kind has attempts of its own: a connection that is lost after five throttled calls is the first of its
      // kind.
      const counts = { ...countsOf(token), [kind]: countsOf(token)[kind] + 1 };
      const policy = POLICIES[kind];
      if (failure.errorType === 'CLIENT_ERROR' || counts[kind] >= policy.attempts) throw failure.error;
      return retryToken(counts, waitFor(policy, counts[kind], failure.retryAfterHint));
    },
    recordSuccess() {},
  };
}

function waitFor({ base, cap }: { base: number; cap: number }, failed: number, hint: Date | undefined): number {
  const jitter = Math.random() * Math.min(cap, base * 2 ** (failed - 1));
  const asked = hint === undefined ? 0 : Math.min(LONGEST_HINT, Math.max(0, hint.getTime() - Date.now()));
  // On top of what the service asks for, so that those who were told the same do not come back together.
  return asked + jitter;
}

type Counts = Pick<RetryToken, 'throttled' | 'failed'>;

function countsOf(token: object): Counts {
  const { throttled = 0, failed = 0 } = token as Partial<Counts>;
  return { throttled, failed };
}

function retryToken({ throttled, failed }: Counts, delay: number): RetryToken {
  return { throttled, failed, getRetryCount: () => throttled + failed, getRetryDelay: () => delay };
}
