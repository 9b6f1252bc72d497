/** Where clients take a URL, this action has thought of: see src/clients/workspace-urls.ts. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sendsElsewhere, urlsIn } from '../../src/clients/workspace-urls.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { ACTION } from '../support/stage.ts';

const SCRIPT = join(ACTION, '__tests__', 'support', 'url_hosts.py');

const HOSTS = ['ours.example', 'evil.example'];
const SIGNS = [
  '@',
  ':',
  '/',
  '?',
  '#',
  '\\',
  '|',
  ' ',
  '\t',
  '\n',
  ',',
  ';',
  '"',
  "'",
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '{',
  '}',
];
const OTHERS = ['x', '.', ':443', '^', '$', '%5C', '%2e', 'é', '\u3002', '\u00ad', '\u00a0'];
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTS) },
  { weight: 3, arbitrary: fc.constantFrom('@', '\\') },
  { weight: 3, arbitrary: fc.constantFrom(...SIGNS) },
  { weight: 1, arbitrary: fc.constantFrom(...OTHERS) },
);
const odd = fc
  .tuple(
    fc.constantFrom('https://', 'HTTPS://', 'http://', 'https:/', 'https:\\\\', 'https:', 'https:///'),
    fc.array(piece, { minLength: 1, maxLength: 6 }),
  )
  .map(([scheme, pieces]) => `${scheme}${pieces.join('')}/x`);

await describeWithPython(
  'the hosts that clients read in 20,000 odd URLs',
  ({ python }) => {
    const urls = fc.sample(odd, 20_000);
    /** Those that somebody can have: others are no names to the DNS. */
    const hosts = (read: string[]) =>
      read.map((host) => host.toLowerCase()).filter((host) => /^[a-z0-9.-]*[a-z0-9][a-z0-9.-]*$/.test(host));

    const options = { encoding: 'utf8', maxBuffer: 100_000_000 } as const;
    const readBy = (list: string[]): string[][] =>
      JSON.parse(execFileSync(python, [SCRIPT], { ...options, input: JSON.stringify(list) }));

    test('with a token are told, where one of them is none of ours', () => {
      const read = readBy(urls);
      const sought = { hosts: ['ours.example'], environment: {} };
      const elsewhere = urls.filter((_, index) =>
        hosts(read[index] ?? []).some((host) => host.replace(/\.$/, '') !== 'ours.example'),
      );
      expect(elsewhere.length).toBeGreaterThan(1_000);
      const missed = elsewhere.filter((url) => {
        const text = url.replace(/x$/, `\${TOKEN}`);
        // In a line, a comment begins there.
        const places = /\s#/.test(text) ? [true] : [true, false];
        return !places.every((isValue) =>
          sendsElsewhere({ text: isValue ? text : `-i '${text.replaceAll("'", `'"'"'`)}'`, isValue }, 'TOKEN', sought),
        );
      });
      expect(missed).toEqual([]);
    });

    test('are among the readings, or one reading is that nobody knows', () => {
      const read = readBy(urls);
      let clear = 0;
      const missed = urls.filter((url, index) => {
        const readings = urlsIn(url);
        const known = readings.map((reading) => reading?.hostname);
        if (!known.includes(undefined)) clear += 1;
        return hosts(read[index] ?? []).some(
          (host) => !known.includes(undefined) && !known.includes(host.replace(/\.$/, '')),
        );
      });
      expect(missed).toEqual([]);
      expect(clear).toBeGreaterThan(2_000);
    });
  },
  'managers',
);
