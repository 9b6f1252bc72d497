/** When a call to AWS is made again, and after how long. Pure but for chance. */

/** What the AWS SDK (3.1124, `RetryStrategyV2`) tells of an attempt that failed. */
interface Failure {
  readonly errorType: 'TRANSIENT' | 'THROTTLING' | 'SERVER_ERROR' | 'CLIENT_ERROR';
  readonly error?: unknown;
  /** The service's own Retry-After. */
  readonly retryAfterHint?: Date;
}

/** How many attempts have failed, and how many milliseconds to wait before the next. */
interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

/**
 * Attempts in all, and the waits: anything up to `base` milliseconds doubled each time, `cap` at most (full jitter).
 * An account has 40 tokens a second in a region, so when a few hundred jobs start at once most of them wait for some
 * seconds: there are many attempts, near enough to each other to use each second's share. The step's own bound ends them.
 */
const POLICIES = {
  throttled: { attempts: 20, base: 1_000, cap: 5_000 },
  failed: { attempts: 5, base: 200, cap: 5_000 },
} as const;

/** The longest Retry-After that is waited for, in milliseconds. */
const LONGEST_HINT = 10_000;

/** A strategy for one client: throttling, 5xx and lost connections are tried again, a refusal is not. */
export function retryStrategy() {
  return {
    acquireInitialRetryToken: async () => retryToken(0, 0),
    async refreshRetryTokenForRetry(token: RetryToken, failure: Failure) {
      const failed = token.getRetryCount() + 1;
      const policy = failure.errorType === 'THROTTLING' ? POLICIES.throttled : POLICIES.failed;
      if (failure.errorType === 'CLIENT_ERROR' || failed >= policy.attempts) throw failure.error;
      return retryToken(failed, waitFor(policy, failed, failure.retryAfterHint));
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

function retryToken(count: number, delay: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
