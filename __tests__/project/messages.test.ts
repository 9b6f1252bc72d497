/** The messages that the documents quote are those of the code. Reads files only. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { listMessages, messagesOf, readSources } from '../../scripts/docs/list-messages.ts';
import { TOOLS } from '../../src/clients/table.ts';
import { openMessages } from '../support/quoted-messages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/troubleshooting.md');

/** The chapters whose messages other programs say. */
const OF_OTHERS = ['pip', 'twine', 'Other clients', 'GitHub', 'Permissions'];

/** The words of AWS, its SDK and Node.js in the other chapters. */
const WORDS_OF_OTHERS = [
  ...['not authorized to perform:', 'no identity-based policy', 'no resource-based policy', 'on resource'],
  ...[': Rate exceeded', ': Incorrect token audience', "AWS's own words. Advice."],
  'Could not resolve credentials using profile: [',
  ...['connect ECONNREFUSED', 'exceeded the configured 10000 ms requestTimeout'],
  ...['unable to verify the first certificate', 'self-signed certificate in certificate chain'],
];

/** What stands in backticks in the first cells of tables, and in sentences, of the chapters that are ours. */
function quotedMessages(): string[] {
  const chapters = PAGE.split(/^## /m).slice(1);
  const ours = chapters.filter((chapter) => !OF_OTHERS.includes(chapter.split('\n', 1)[0] ?? ''));
  const places = ours.flatMap((chapter) => {
    const lines = chapter.split('\n');
    const cells = lines.filter((line) => line.startsWith('|')).map((line) => line.split(/(?<!\\)\|/)[1] ?? '');
    return [...cells, lines.filter((line) => !line.startsWith('|')).join(' ')];
  });
  return places.flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message));
}

/**
 * The longest run of words of a message that never differ, in one sentence, of what is wrong: what to do about it comes
 * after the semicolon, and is a column of its own in docs/troubleshooting.md.
 */
function longestFixed(message: string): string {
  const [wrong = ''] = message.replace(/\s+/g, ' ').split(';');
  const runs = wrong
    .split(/[A-Z][A-Z_]{2,}|\.{3}|"[^"]*"|(?<=\.) /)
    .map((run) => run.replace(/^[\s,:.)]+|[\s,:(]+$/g, ''));
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}

test.each([
  ['PLACE has a control character in it; remove that.', 'has a control character in it'],
  ['The file "NAME" is X. Nobody knows why it is so.', 'Nobody knows why it is so.'],
  ['ALIAS: no token for DOMAIN ... at all', 'no token for'],
])('%s: of that, the longest run that never differs is told', (message, run) => {
  expect(longestFixed(message)).toBe(run);
});

describe('openMessages', () => {
  // What would be a place in a template.
  const put = (name: string) => `\${${name}}`;
  const place = `const place = \`Input ${put('name')} is ${put('JSON.stringify(text)')}; it\`;`;
  const missingIn = openMessages(
    [
      `${place}\nfail(\`${put('place')} must be ${put('least')} to ${put('most')}, or 0.\`);\n`,
      "say('The file ' + path + ' is ' +\n  'larger than 1 MiB; make it smaller.');\n",
    ],
    ['token-duration'],
  );

  test.each([
    'Input token-duration is X; it must be 900 to 43200, or 0.',
    'it must be N to M, or',
    'The file PATH is larger than 1 MiB',
    'The file ~/.pypirc is larger than ...; make it smaller.',
    '... is larger than',
  ])('%s: is said', (message) => {
    expect(missingIn(message)).toEqual([]);
  });

  test.each([
    ['Input token-duration is X; it has to be 900 to 43200', '; it has to be '],
    ['The file PATH was larger than 1 MiB', ' was larger than '],
    ['The files PATH', 'The files '],
    ['The file PATH is larger than 1 MiB; make it shorter.', '; make it shorter.'],
    ['must be N to M and more', ' and more'],
  ])('%s: is not', (message, part) => {
    expect(missingIn(message)).toContain(part);
  });
});

test('docs/troubleshooting.md quotes no message that the code does not say', () => {
  const sources = globSync('src/**/*.ts', { cwd: ROOT }).map(read);
  const missingIn = openMessages(sources, [...Object.keys(parse(read('action.yml')).inputs), ...TOOLS]);
  const withoutOthers = (message: string) =>
    WORDS_OF_OTHERS.reduce((text, words) => text.replaceAll(words, '...'), message);
  const messages = quotedMessages();
  expect(messages.length).toBeGreaterThan(150);
  const reworded = messages.flatMap((message) => {
    const parts = missingIn(withoutOthers(message));
    return parts.length > 0 ? [{ message, parts }] : [];
  });
  expect(reworded).toEqual([]);
  expect(WORDS_OF_OTHERS.filter((words) => !messages.some((message) => message.includes(words)))).toEqual([]);
});

test('docs/messages.md lists all that the code can say', () => {
  expect(read('docs/messages.md')).toBe(listMessages(readSources()));
});

test('docs/troubleshooting.md has every sentence of the code, but for those that only say what to do', () => {
  const quoted = quotedMessages().join('\n');
  const sentences = readSources()
    .filter(({ path }) => path !== 'aws/advice.ts')
    .flatMap(({ path, text }) => messagesOf(text).map((message) => ({ path, message })))
    .filter(({ message }) => message.endsWith('.') && !/^(?:CHECK_NETWORK|Check |If |;)/.test(message));
  expect(sentences.length).toBeGreaterThan(150);
  const missing = sentences.filter(({ message }) => !quoted.includes(longestFixed(message)));
  expect(missing.map(({ path, message }) => `${path}: ${longestFixed(message)} (of: ${message})`)).toEqual([]);
});
