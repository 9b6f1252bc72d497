import { expect, test } from '@jest/globals';
import { withoutRepeats } from '../../../src/messages/repeated-advice.ts';

const ADVICE = 'write https://DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/.';
const refer = (earlier: number) => `; do as in ${earlier}.`;

test('advice that an earlier sentence gives is not said again', () => {
  expect(
    withoutRepeats([`a is wrong; ${ADVICE}`, 'b is wrong; c too; other.', `d; e; ${ADVICE}`, `f ${ADVICE}`], refer),
  ).toEqual([`a is wrong; ${ADVICE}`, 'b is wrong; c too; other.', 'd; e; do as in 1.', `f ${ADVICE}`]);
});

test('however often it is said, the first sentence is the one that has it', () => {
  const sentences = ['a', 'b', 'c'].map((what) => `${what} is wrong; ${ADVICE}`);
  expect(withoutRepeats(sentences, refer).slice(1)).toEqual(['b is wrong; do as in 1.', 'c is wrong; do as in 1.']);
  expect(withoutRepeats([`; ${ADVICE}`, `b; ${ADVICE}`], refer)[1]).toBe('b; do as in 1.');
});

test('advice of 40 characters is long enough to be referred to', () => {
  for (const [length, second] of [
    [39, `b; ${'x'.repeat(39)}`],
    [40, 'b; do as in 1.'],
  ] as const) {
    expect(withoutRepeats([`a; ${'x'.repeat(length)}`, `b; ${'x'.repeat(length)}`], refer)[1]).toBe(second);
  }
});

test('short advice is said as often as it helps, and a sentence without any stays', () => {
  const sentences = ['a; remove it.', 'b; remove it.', ADVICE, ADVICE];
  expect(withoutRepeats(sentences, refer)).toEqual(sentences);
});
