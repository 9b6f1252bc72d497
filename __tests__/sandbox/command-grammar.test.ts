import { describe, expect, test } from '@jest/globals';
import { createLineSplitter, splitLines } from '../../sandbox/runner/line-splitter.ts';
import { parseCommand } from '../../sandbox/runner/workflow-commands.ts';

const KNOWN = new Set(['do-it']);

describe('grammar', () => {
  test.each<[string, Record<string, string>, string]>([
    ['::do-it::', {}, ''],
    ['::do-it::data', {}, 'data'],
    [' \t::do-it::data', {}, 'data'],
    ['::Do-It::data', {}, 'data'],
    ['::do-it::a::b', {}, 'a::b'],
    ['::do-it k=v,::data', { k: 'v' }, 'data'],
    ['::do-it  k=v, l=w::data', { k: 'v', ' l': 'w' }, 'data'],
    ['::do-it k=,=l,m::data', {}, 'data'],
    ['::do-it =k==v=w::', { k: 'v=w' }, ''],
    ['::do-it k=%3A%2C%0D%0A%25%3B::%3A%2C%0D%0A%25%3B', { k: ':,\r\n%%3B' }, '%3A%2C\r\n%%3B'],
    ['::do-it k=%253A::%250A', { k: '%3A' }, '%0A'],
    ['##[do-it]data', {}, 'data'],
    ['any text ##[do-it]data', {}, 'data'],
    ['##[do-it k=v;l=w]data', { k: 'v', l: 'w' }, 'data'],
    ['##[do-it k=%3B%5D%0A%2C]%3B%5D%0A%2C', { k: ';]\n%2C' }, ';]\n%2C'],
    ['::unknown::##[do-it]data', {}, 'data'],
    ['\u0085::do-it::data', {}, 'data'],
    ['::do-it k=v\u0085::data', { k: 'v' }, 'data'],
    ['::do-it k=v,K=w::data', { k: 'w' }, 'data'],
    // Characters that sort as nothing do not part the signs; the data begins two units after the first of them.
    ['::do-it:\u00ad:data', {}, ':data'],
    ['::do-it:\u0000:data', {}, ':data'],
    ['::do-it::\u034fdata', {}, '\u034fdata'],
    ['##[\u0301 ##[do-it]data', {}, 'data'],
  ])('%j is a command', (line, properties, data) => {
    const command = parseCommand(line, KNOWN);
    expect(command?.name.toLowerCase()).toBe('do-it');
    expect(Object.fromEntries(command?.properties ?? [])).toEqual(properties);
    expect(command?.data).toBe(data);
  });

  test.each([
    '',
    'text ::do-it::data',
    '>::do-it::data',
    '::do-it:data',
    ':: do-it::data',
    '::unknown::data',
    '##do-it]data',
    '##[do-it data',
    ']##[do-it',
    '# #[do-it]data',
    '##[ do-it]data',
    '\ufeff::do-it::data',
    '::do-it::\u0301data',
    '::do-it::\u0e33',
    '::do-it::\uff9e',
    '::do-it::\u034f\u0301data',
    '::do-it k=\u0600::data',
    '#\u00ad#[do-it]data',
  ])('%j is plain text', (line) => {
    expect(parseCommand(line, KNOWN)).toBeUndefined();
  });
});

describe('lines', () => {
  test.each([
    ['a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
    ['a\n\n\r\r\n', ['a', '', '', '']],
    ['a\r', ['a']],
    ['', []],
    ['a\u2028b\u0085c\vd', ['a\u2028b\u0085c\vd']],
  ])('%j', (text, lines) => {
    expect(splitLines(text)).toEqual(lines);
    const splitter = createLineSplitter();
    expect([...text].flatMap((char) => splitter.add(char)).concat(splitter.end())).toEqual(lines);
  });
});
