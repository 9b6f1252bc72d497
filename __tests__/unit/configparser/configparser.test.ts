import { describe, expect, test } from '@jest/globals';
import { KEYRINGRC, type Option, PLAIN, readConfig, splitLines } from '../../../src/configparser/configparser.ts';
import { RULES } from '../../../src/configparser/mistakes.ts';

/** The options of a file, with names and values only. */
function read(text: string, dialect = KEYRINGRC) {
  const { blocks, mistakes } = readConfig(text, dialect);
  expect(mistakes).toEqual([]);
  return blocks.map(({ section, options }) => [section, ...options.map(({ name, value }: Option) => [name, value])]);
}

const inSection = (line: string, dialect = KEYRINGRC) => read(`[a]\n${line}\n`, dialect)[0]?.slice(1);
const mistakesOf = (text: string, dialect = KEYRINGRC) => readConfig(text, dialect).mistakes;

describe('what both dialects have in common', () => {
  test.each<[what: string, lines: string, options: [string, string][]]>([
    ['a colon splits', 'profile_name: a', [['profile_name', 'a']]],
    ['the first delimiter splits', 'profile_name = a=b:c', [['profile_name', 'a=b:c']]],
    ['names are lower-cased', 'Profile_Name = a', [['profile_name', 'a']]],
    ['quotes are a part of the value', 'key = "a"', [['key', '"a"']]],
    ['there is no interpolation', 'key = %(x)s', [['key', '%(x)s']]],
    ['an empty value', 'key =', [['key', '']]],
    ['comments may be indented', 'key = a\n  # x\n\t; y\nlast = b', Object.entries({ key: 'a', last: 'b' })],
    [
      'a deeper line continues the value',
      'profile_name = a\n token_duration = 1800',
      [['profile_name', 'a\ntoken_duration = 1800']],
    ],
    ['a value may start in the next line', 'key =\n  a', [['key', '\na']]],
    ['blank lines inside are kept, comments dropped', 'key = a\n\n  # x\n  b\n\n', [['key', 'a\n\nb']]],
    ['an equally indented line is an option', '  key = a\n  last = b', Object.entries({ key: 'a', last: 'b' })],
    ['a less indented line is an option', '  key = a\n last = b', Object.entries({ key: 'a', last: 'b' })],
    ['a deeper first line is an option', '\tkey = a', [['key', 'a']]],
    ['an indented header continues the value', 'key = a\n  [b]', [['key', 'a\n[b]']]],
    ['tabs', '\tkey\t=\ta\t', [['key', 'a']]],
    ["Python's white space", 'key\u0085=\u001ca\u2028', [['key', 'a']]],
    ["JavaScript's white space that is not Python's", 'key = \ufeffa', [['key', '\ufeffa']]],
    ['U+0085 and U+2028 end no line', 'key = a\u0085b\u2028c', [['key', 'a\u0085b\u2028c']]],
    ['a name with spaces and brackets', '[x = a', [['[x', 'a']]],
    [
      'names of Object.prototype',
      '__proto__ = a\nconstructor = b',
      [
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ],
    ],
  ])('%s', (_, lines, options) => {
    expect(inSection(lines)).toEqual(options);
    expect(inSection(lines, PLAIN)).toEqual(options);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test.each([['\n'], ['\r\n'], ['\r']])('line ends %j', (end) => {
    expect(read(['[a]', 'x = 1', '', '[b]', 'y = 2'].join(end))).toEqual([
      ['a', ['x', '1']],
      ['b', ['y', '2']],
    ]);
  });

  test.each([
    ['[a] # prod', 'a'],
    ['[a]junk', 'a'],
    ['[a] x = y', 'a'],
    ['[x="a]b"]', 'x="a]b"'],
    ['[ a ]', ' a '],
    ['  [a]', 'a'],
    ['[]]', ']'],
    ['[__proto__]', '__proto__'],
  ])('header %s', (header, section) => {
    expect(read(header)).toEqual([[section]]);
  });

  test('an empty file has no blocks', () => {
    for (const text of ['', '\n', '  \n\n', '# x'])
      expect(readConfig(text, PLAIN)).toEqual({ blocks: [], mistakes: [] });
  });
});

describe('inline comments', () => {
  test.each([
    ['key = ab#cd;ef ; x', 'ab#cd;ef', 'ab#cd;ef ; x'],
    ['key = a # x ; y', 'a', 'a # x ; y'],
    ['key = a ; x # y', 'a', 'a ; x # y'],
    ['key = a\t#', 'a', 'a\t#'],
    ['key = a\u00a0# x', 'a', 'a\u00a0# x'],
    ['key =# x', '# x', '# x'],
    ['key = # x', '', '# x'],
    ['key = a#b', 'a#b', 'a#b'],
  ])('%s', (line, inline, plain) => {
    expect(inSection(line)).toEqual([['key', inline]]);
    expect(inSection(line, PLAIN)).toEqual([['key', plain]]);
  });

  test('a comment alone continues nothing, a comment behind text does', () => {
    expect(inSection('key = a\n  b # x\n  # y\n  c')).toEqual([['key', 'a\nb\nc']]);
  });

  test.each([['key = a;b ; c # d'], ['key = a#b # c ; d'], ['[b;c ; d # e]']])(
    'versions of Python differ on %s',
    (line) => {
      expect(mistakesOf(`[a]\n${line}`)).toContainEqual({ line: 2, rule: RULES.commentDiffers });
      expect(mistakesOf(`[a]\n${line}`, PLAIN)).toEqual([]);
    },
  );

  test.each([
    ['# a;b ; c # d'],
    ['key = a;b # c ; d'],
    ['key = a#b ; c'],
    ['key = a#b # c'],
    ['key = a;b ; c'],
    ['key = a#b;c # d ; e'],
    ['key = a#b#c;d;e'],
  ])('versions of Python agree on %s', (line) => {
    expect(mistakesOf(`[a]\n${line}`)).toEqual([]);
  });
});

describe('mistakes', () => {
  const rules = {
    first: /first \[section\] header/,
    header: /not closed; end it with \]/,
    delimiter: /neither a \[section\] header nor NAME = VALUE/,
    name: /no name/,
    section: /section is already in the file, at line 1/,
    option: /option is already in the section, at line 2/,
    bom: /byte order mark/,
  };

  test.each<[what: string, text: string, line: number, rule: RegExp]>([
    ['an option before any section', 'a = 1\n[a]', 1, rules.first],
    ['a name alone', '[a]\nkey', 2, rules.delimiter],
    ['a value alone', '[a]\n= a', 2, rules.name],
    ['a header without a name', '[]', 1, /the section header is empty/],
    ['a header without a name, and something behind it', '[] x', 1, /the section header is empty/],
    ['a header without an end', '[a]\nx = 1\n[b', 3, rules.header],
    ['a comment in a header', '[a "x #y"]', 1, rules.header],
    ['the same option twice', '[a]\nkey = 1\nKEY = 2', 3, rules.option],
    ['the same option in two [codeartifact]', '[codeartifact]\nkey = 1\n[codeartifact]\nkey = 2', 4, rules.option],
    ['the same section twice', '[a]\n[b]\n[a]', 3, rules.section],
    ['a byte order mark', '\ufeff[a]', 1, rules.bom],
    ['a byte order mark alone', '\ufeff', 1, rules.bom],
  ])('%s', (_, text, line, rule) => {
    expect(mistakesOf(text)).toEqual([{ line, rule: expect.stringMatching(rule) }]);
  });

  test('the default section may repeat, another may not', () => {
    const text = (section: string) => `[${section}]\na = 1\n[${section}]\nb = 2`;
    expect(mistakesOf(text('codeartifact'), KEYRINGRC)).toEqual([]);
    expect(mistakesOf(text('codeartifact'), PLAIN)).toHaveLength(1);
    expect(mistakesOf(text('DEFAULT'), KEYRINGRC)).toHaveLength(1);
    expect(mistakesOf(text('DEFAULT'), PLAIN)).toEqual([]);
  });

  test('all at once, by line, and what is right is read all the same', () => {
    const { blocks, mistakes } = readConfig('\ufeffx\ny\n[a]\nkey\n= 1\nb = 1\nb = 2\n[a]\n', KEYRINGRC);
    expect(mistakes.map(({ line }) => line)).toEqual([1, 1, 4, 5, 7, 8]);
    expect(blocks.map(({ section, options }) => [section, options.length])).toEqual([
      ['a', 2],
      ['a', 0],
    ]);
  });

  test('an option without a name is not continued', () => {
    expect(mistakesOf('[a]\nx = 1\n= 2\n  y').map(({ line }) => line)).toEqual([3, 4]);
  });

  test('none quotes the line', () => {
    const text =
      'SECRET\n[a]\nSECRET\n= SECRET\nSECRET = SECRET\nSECRET = SECRET\n[SECRET\n[SECRET]\n[SECRET]\n' +
      'x = SECRET;b ; c # d';
    const { mistakes } = readConfig(text, KEYRINGRC);
    expect(mistakes).toHaveLength(7);
    expect(JSON.stringify(mistakes)).not.toMatch(/secret/i);
  });
});

describe('bounds', () => {
  const long = (length: number) => `[a]\nx = ${'y'.repeat(length - 4)}`;

  test('64 KiB a line, without its end', () => {
    expect(mistakesOf(`${long(65_536)}\r\n`)).toEqual([]);
    expect(mistakesOf(long(65_537))).toEqual([{ line: 2, rule: expect.stringContaining('65,536 characters') }]);
  });

  test('10,000 lines', () => {
    const lines = (count: number) => '[a]\n'.padEnd(count + 3, '\n');
    expect(mistakesOf(lines(10_000))).toEqual([]);
    expect(mistakesOf(`${lines(9_999)}[a]\n`)).toMatchObject([{ line: 10_000 }]);
    const tooMany = [{ line: 10_001, rule: expect.stringContaining('10,000 lines') }];
    expect(mistakesOf(lines(10_001))).toEqual(tooMany);
    expect(mistakesOf(`${lines(10_000)}[a]\n[a]\n`)).toEqual(tooMany);
  });

  test('1 MiB', () => {
    const text = '[a]\n'.padEnd(1024 * 1024, `# ${'x'.repeat(1000)}\n`);
    expect(text).toHaveLength(1024 * 1024);
    expect(mistakesOf(text)).toEqual([]);
    const tooLarge = [{ line: 1, rule: expect.stringContaining('1 MiB') }];
    expect(readConfig(`${text}x`, PLAIN)).toEqual({ blocks: [], mistakes: tooLarge });
  });
});

describe('places', () => {
  const text = [
    '# top',
    '[a]',
    'x = 1',
    '  2',
    '',
    '# about b',
    '[b]',
    '\ty = 1',
    '',
    '  # z',
    '\t\t2 ',
    '',
    '# end',
  ].join('\n');
  const read = () => readConfig(text, PLAIN).blocks;

  test('a block goes on to the line before the next one, or to the end', () => {
    expect(read().map(({ line, lastLine }) => [line, lastLine])).toEqual([
      [2, 6],
      [7, 13],
    ]);
  });

  test('an option ends with its last text', () => {
    expect(read().flatMap(({ options }) => options)).toEqual([
      { name: 'x', value: '1\n2', line: 3, lastLine: 4, indent: '' },
      { name: 'y', value: '1\n\n2', line: 8, lastLine: 11, indent: '\t' },
    ]);
  });

  test('lines are indexes into splitLines', () => {
    const mixed = text.replaceAll('\n', '\r\n');
    const lines = splitLines(mixed);
    expect(lines.join('')).toBe(mixed);
    expect(lines[7 - 1]).toBe('[b]\r\n');
    expect(lines.at(-1)).toBe('# end');
    expect(splitLines('a\rb\n\r\nc\u2028\n')).toEqual(['a\r', 'b\n', '\r\n', 'c\u2028\n']);
    expect(splitLines('')).toEqual([]);
  });
});
