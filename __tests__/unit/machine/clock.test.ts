import { expect, test } from '@jest/globals';
import { uptime } from '../../../src/machine/clock.ts';

test('the clock counts milliseconds', async () => {
  const start = [uptime(), performance.now()] as const;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(Math.abs(uptime() - start[0] - (performance.now() - start[1]))).toBeLessThan(5);
});
