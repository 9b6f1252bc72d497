import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atMost } from '../../../src/access/at-most.ts';

test('no more than so many are under way; all get done, in their order', async () => {
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const double = atMost(3, async (number: number) => {
    begun.push(number);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, number % 3));
    running -= 1;
    return number * 2;
  });
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  expect(await Promise.all(numbers.map(double))).toEqual(numbers.map((number) => number * 2));
  expect(most).toBe(3);
  expect(begun).toEqual(numbers);
  expect(await double(7)).toBe(14);
});

test('work that fails gives its place to the next', async () => {
  const work = atMost(1, async (fails: boolean) => {
    if (fails) throw new Error('it failed');
    return 'done';
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean()), async (pieces) => {
      const results = await Promise.allSettled(pieces.map(work));
      expect(results.map(({ status }) => status === 'rejected')).toEqual(pieces);
    }),
  );
  expect(await work(false)).toBe('done');
});
