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

test('5 attempts of a call that fails, 100 of one that is throttled, one of one that is refused', async () => {
  expect(await retriesOf(Array(30).fill('TRANSIENT'))).toBe(4);
  expect(await retriesOf(Array(30).fill('SERVER_ERROR'))).toBe(4);
  expect(await retriesOf(Array(200).fill('THROTTLING'))).toBe(99);
  expect(await retriesOf(['CLIENT_ERROR'])).toBe(0);
});

test('each kind counts for itself: a lost connection behind throttled calls is tried again', async () => {
  const throttled: Kind[] = Array(60).fill('THROTTLING');
  expect(await retriesOf([...throttled, 'TRANSIENT', 'SERVER_ERROR', ...throttled])).toBe(99 + 2);
  expect(await retriesOf([...throttled, 'CLIENT_ERROR'])).toBe(60);
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

/** A quota that lets so many calls pass in any second; time is a number of milliseconds. */
function openQuota(perSecond: number): (now: number) => boolean {
  let passed: number[] = [];
  return (now) => {
    passed = passed.filter((time) => time > now - 1_000);
    if (passed.length >= perSecond) return false;
    passed.push(now);
    return true;
  };
}

/** Jobs that begin within 0.2 s, know nothing of each other, and take 0.1 s for a call. @returns when the last ends */
async function stampede(jobs: number, perSecond: number): Promise<{ readonly last: number; readonly served: number }> {
  const strategy = retryStrategy();
  const pass = openQuota(perSecond);
  const first = await strategy.acquireInitialRetryToken();
  const waiting = Array.from({ length: jobs }, () => ({ time: Math.random() * 200, token: first }));
  let [last, served] = [0, 0];
  while (waiting.length > 0) {
    waiting.sort((one, other) => other.time - one.time);
    const call = waiting.pop();
    if (call === undefined) break;
    const answered = call.time + 100;
    if (pass(call.time)) [last, served] = [Math.max(last, answered), served + 1];
    else {
      const token = await strategy
        .refreshRetryTokenForRetry(call.token, { errorType: 'THROTTLING' })
        .catch(() => undefined);
      if (token) waiting.push({ time: answered + token.getRetryDelay(), token });
    }
  }
  return { last, served };
}

test('256 jobs at once, where 40 calls a second pass: all end within 1.25 times what the quota allows', async () => {
  const { last, served } = await stampede(256, 40);
  expect(served).toBe(256);
  expect(last / 1_000).toBeLessThan((1.25 * 256) / 40);
});

test('500 jobs at once are all served', async () => {
  expect((await stampede(500, 40)).served).toBe(500);
});

test('a throttled job never waits for more than a second by itself', async () => {
  const strategy = retryStrategy();
  let token = await strategy.acquireInitialRetryToken();
  for (let time = 0; time < 50; time += 1) {
    token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'THROTTLING' });
    expect(token.getRetryDelay()).toBeLessThanOrEqual(1_000);
  }
});
