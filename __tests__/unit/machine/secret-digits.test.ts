import { expect, test } from '@jest/globals';
import { secretDigits } from '../../../src/machine/secret-digits.ts';

test('secret digits are hexadecimal, as many as are asked for, and not of Math.random', () => {
  const random = Math.random;
  Math.random = () => 0;
  try {
    expect(secretDigits(32)).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(Array.from({ length: 1_000 }, () => secretDigits(32))).size).toBe(1_000);
  } finally {
    Math.random = random;
  }
});
