import { expect, test } from '@jest/globals';
import { freshDigits } from '../../../src/machine/fresh-digits.ts';

test('fresh digits are hexadecimal, as many as are asked for, and others each time', () => {
  for (const count of [1, 16, 24, 32]) expect(freshDigits(count)).toMatch(new RegExp(`^[0-9a-f]{${count}}$`));
  expect(new Set(Array.from({ length: 10_000 }, () => freshDigits(16))).size).toBe(10_000);
  expect(new Set(freshDigits(2_000)).size).toBe(16);
});
