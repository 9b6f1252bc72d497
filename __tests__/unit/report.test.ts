import { expect, test } from '@jest/globals';
import { say } from '../../src/report.ts';
import { printedBy } from '../support/step-output.ts';

test('notes come first, then warnings, each in the order of the results', () => {
  const { lines } = printedBy(() =>
    say([
      { warnings: ['first warning'] },
      undefined,
      { notes: ['first note'], warnings: ['second warning', 'third warning'] },
      { notes: ['second note'] },
      {},
    ]),
  );
  expect(lines).toEqual([
    'first note',
    'second note',
    '::warning::first warning',
    '::warning::second warning',
    '::warning::third warning',
  ]);
});
