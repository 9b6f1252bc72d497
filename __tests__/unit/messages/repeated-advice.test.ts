import { expect, test } from '@jest/globals';
import { withoutRepeats } from '../../../src/messages/repeated-advice.ts';

const ADVICE = 'write https://DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/.';
const refer = (earlier: number) => `; do as in ${earlier}.`;

test('advice that an earlier sentence gives is not said again', () => {
  expect(
    withoutRepeats([`a is wrong; ${ADVICE}`, 'b is wrong; c too; other.', `d; e; ${ADVICE}`, `f ${ADVICE}`], refer),
  ).toEqual([`a is wrong; ${ADVICE}`, 'b is wrong; c too; other.', 'd; e; do as in 1.', `f ${ADVICE}`]);
});

test('short advice is said as often as it helps, and a sentence without any stays', () => {
  const sentences = ['a; remove it.', 'b; remove it.', ADVICE, ADVICE];
  expect(withoutRepeats(sentences, refer)).toEqual(sentences);
});
