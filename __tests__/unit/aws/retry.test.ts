import { expect, test } from '@jest/globals';
import { retryStrategy } from '../../../src/aws/retry.ts';

type Kind = Parameters<ReturnType<typeof retryStrategy>['refreshRetryTokenForRetry']>[1]['errorType'];

/** How many of the failures are followed by another attempt. */
async function retriesOf(kinds: readonly Kind[]): Promise<number> {
  const strategy = retryStrategy();
  let token = await strategy.acquireInitialRetryToken();
  expect([token.getRetryCount(), token.getRetryDelay()]).toEqual([0, 0]);
  for (const [index, errorType] of kinds.entries()) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, { errorType, error: new Error(errorType) });
    } catch {
      return index;
    }
    expect(token.getRetryCount()).toBe(index + 1);
    expect(token.getRetryDelay()).toBeLessThanOrEqual(5_000);
  }
  return kinds.length;
}

test('5 attempts of a call that fails, 20 of one that is throttled, one of one that is refused', async () => {
  expect(await retriesOf(Array(30).fill('TRANSIENT'))).toBe(4);
  expect(await retriesOf(Array(30).fill('SERVER_ERROR'))).toBe(4);
  expect(await retriesOf(Array(30).fill('THROTTLING'))).toBe(19);
  expect(await retriesOf(['CLIENT_ERROR'])).toBe(0);
});

test('each kind counts for itself: a lost connection behind throttled calls is tried again', async () => {
  const throttled: Kind[] = Array(10).fill('THROTTLING');
  expect(await retriesOf([...throttled, 'TRANSIENT', 'SERVER_ERROR', ...throttled])).toBe(20 + 1);
  expect(await retriesOf([...throttled, 'CLIENT_ERROR'])).toBe(10);
});

test('full jitter: the waits differ and grow; what the service asks for comes on top, up to a bound', async () => {
  const strategy = retryStrategy();
  const first = await strategy.acquireInitialRetryToken();
  const fail = (token: typeof first) => strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' });
  const waitsAfter = (token: typeof first) =>
    Promise.all(Array.from({ length: 200 }, async () => (await fail(token)).getRetryDelay()));
  const waits = await waitsAfter(first);
  expect(Math.min(...waits)).toBeLessThan(50);
  expect(Math.max(...waits)).toBeGreaterThan(100);
  expect(Math.max(...waits)).toBeLessThanOrEqual(200);
  const later = await waitsAfter(await fail(await fail(first)));
  expect(Math.max(...later)).toBeGreaterThan(400);
  expect(Math.max(...later)).toBeLessThanOrEqual(800);
  const asked = async (milliseconds: number) => {
    const retryAfterHint = new Date(Date.now() + milliseconds);
    return (
      await strategy.refreshRetryTokenForRetry(first, { errorType: 'THROTTLING', retryAfterHint })
    ).getRetryDelay();
  };
  expect(await asked(2_000)).toBeGreaterThan(1_900);
  expect(await asked(1e9)).toBeLessThanOrEqual(11_000);
  expect(await asked(-5_000)).toBeLessThanOrEqual(1_000);
});
