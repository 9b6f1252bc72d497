import { describe, expect, test } from '@jest/globals';
import { preflight } from '../../../src/apply/preflight.ts';
import { type Check, joinChanges, type Output } from '../../../src/clients/changes.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { printedByAsync } from '../../support/step-output.ts';

/** A check that runs a program of Node.js. */
const checkOf = (script: string, judge: (output: Output) => readonly string[] = () => []): Check => ({
  program: process.execPath,
  args: ['-e', script],
  judge,
});

/** What preflight fails with. */
async function problemsWith(checks: readonly Check[], overrides: readonly string[] = [], patience = 30_000) {
  const changes = joinChanges([{ checks, overrides, variables: [{ name: 'OURS', value: 'set' }] }]);
  return (await printedByAsync(() => problemsOfAsync(() => preflight(changes, sampleMachine(), patience)))).result;
}

describe('preflight', () => {
  test('tells what every client answers, and what overrides it', async () => {
    const found = await problemsWith(
      [
        checkOf('process.exit(3)', ({ exitCode }) => [`one: ${exitCode}`]),
        checkOf('console.log(process.env.OURS)', ({ stdout }) => [`other: ${stdout.trim()}`]),
      ],
      ['overridden.'],
    );
    expect(found).toEqual(['overridden.', 'one: 3', 'other: set']);
  });

  test('a client that does not end hides no answer of the others', async () => {
    const slow = checkOf('setTimeout(() => {}, 2_000)');
    const quick = checkOf('', () => ['quick: in the way.']);
    expect(await problemsWith([slow, quick], [], 1_000)).toEqual([
      expect.stringMatching(/^preflight: .* did not end within 1 s\.$/),
      'quick: in the way.',
    ]);
  });

  test('a program that is not installed is a notice', async () => {
    const missing = { program: 'no-such-program-anywhere', args: [], judge: () => ['never'] };
    expect(await problemsWith([missing, missing])).toEqual([]);
  });
});
