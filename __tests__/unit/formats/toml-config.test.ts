import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TomlTable } from 'smol-toml';
import {
  isOn,
  isTable,
  placeOf,
  readToml,
  readTomlToWrite,
  tableIn,
  tablesIn,
  writeToml,
} from '../../../src/formats/toml-config.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { userFile } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { describeWithPython } from '../../support/python-clients.ts';
import { type PythonReader, startPythonReader } from '../../support/python-reader.ts';
import { randomCases } from '../../support/random-cases.ts';

describe('tables', () => {
  test('what is one', () => {
    expect([{}, { a: 1 }].every(isTable)).toBe(true);
    expect([null, undefined, [], new Date(0), 'a', 1].some(isTable)).toBe(false);
  });

  test('by their name, and none where something else has it', () => {
    const settings = { one: { a: 1 }, list: [{ a: 1 }, 'text', { b: 2 }], text: 'a' };
    expect(tableIn(settings, 'one')).toEqual({ a: 1 });
    expect(tablesIn(settings, 'list')).toEqual([{ a: 1 }, { b: 2 }]);
    for (const name of ['text', 'missing', 'constructor']) {
      expect(tableIn(settings, name)).toEqual({});
      expect(tablesIn(settings, name)).toEqual([]);
    }
    expect(tableIn(settings, 'list')).toEqual({});
    expect(tablesIn(settings, 'one')).toEqual([]);
  });
});

test('what a client takes for true: any text but these few', () => {
  for (const value of ['true', 'yes', 'f', 'falsely', 'none', '00', '1', true, 1n]) expect(isOn(value)).toBe(true);
  const odd = readToml(userFile('a = {}\nb = { toString = 1 }\nc = []\nd = ["no"]\n'), 'poetry');
  for (const value of Object.values(odd)) expect(isOn(value)).toBe(true);
  for (const value of ['false', 'False', 'no', 'NO', '0', '', false, 0n]) expect(isOn(value)).toBe(false);
});

describe('a place', () => {
  const place = (text: string, words: readonly string[], value?: string) => placeOf(userFile(text), words, value);

  test.each<[string, string, number]>([
    ['a table', '[other]\n[tool.a]\n', 2],
    ['one of several', '[[tool.a]]\n', 1],
    ['a key in a table', '[tool]\nb = 1\na = 1\n', 3],
    ['a key with a dot', 'tool.a = 1\n', 1],
    ['a key, whatever it says', '[tool]\nb = "a"\na = "b"\n', 3],
    ['indented', '  [tool]\n    a = 1\n', 2],
    ['in quotes', '["tool"]\n\'a\' = 1\n', 2],
    ['a table below it', '[tool.a.b]\n', 1],
    ['not in a comment', '[tool]\n# a = 1\na = 1\n', 3],
    ['behind a list', '[tool]\nb = ["x"]\na = 1\n', 3],
    ['not in another table', 'a = 1\n[tool]\nb = 1\na = 1\n', 4],
  ])('%s', (_, text, line) => {
    expect(place(text, ['tool', 'a'])).toBe(`x line ${line}`);
  });

  test.each([
    ['a.b', '["a.b"]'],
    ['a.b', "['a.b']"],
    ["it's", '["it\'s"]'],
  ])('a name with signs in it: %s', (name, text) => {
    expect(place(text, [name])).toBe('x line 1');
  });

  test('the first of several that says so', () => {
    const text = '[[source]]\nname = 1\n[[source]]\nname = "b"\n[[source]]\nname = \'a\'\n';
    expect(place(text, ['source', 'name'], 'a')).toBe('x line 6');
    expect(place(text, ['source', 'name'], 'b')).toBe('x line 4');
    expect(place(`${text}[[source]]\nname = "my-team"\n`, ['source', 'name'], 'my-team')).toBe('x line 8');
    expect(place(text, ['source', 'name'], 'c')).toBe('x');
  });

  test('the file alone, where the way it is written is not followed', () => {
    expect(place('tool = { a = 1 }\n', ['tool', 'a'])).toBe('x');
  });
});

describe("the user's file", () => {
  test('says what it says, in whatever bytes; none is an empty one', () => {
    expect(readToml(userFile('a = 9223372036854775807\nb = "é"\n'), 'poetry')).toEqual({
      a: 9_223_372_036_854_775_807n,
      b: 'é',
    });
    expect(readToml(userFile('a = 1\nb = 1.0\n'), 'poetry')).toEqual({ a: 1n, b: 1 });
    expect(readToml(undefined, 'poetry')).toEqual({});
  });

  test('that is no TOML is told by its line, without its text', () => {
    const broken = userFile('a = 1\npassword = never-told\n', '/h/auth.toml');
    expect(problemsOf(() => readToml(broken, 'poetry'))).toEqual([
      '/h/auth.toml line 2: this is not TOML, and poetry cannot read the file either; correct it.',
    ]);
  });

  test('is written again with whole floats, large integers and odd names as they were', () => {
    const text =
      'a = 1.0\nb = -1e-7\nc = 9223372036854775808\nd = 1\n__proto__ = 2\n\n[constructor]\n__proto__ = 3.0\n';
    expect(writeToml(readTomlToWrite(userFile(text), 'pdm'), undefined).toString()).toBe(text);
  });

  test('that is none has nothing to be written again', () => {
    expect(readTomlToWrite(undefined, 'pdm')).toEqual({});
  });

  test('with two times that cannot be told apart is refused', () => {
    const file = userFile('a = 07:32:00.1234561\nb = 07:32:00.123457\n', '/h/config.toml');
    expect(problemsOf(() => readTomlToWrite(file, 'pdm'))).toEqual([
      '/h/config.toml has two times within the same millisecond, which this action cannot copy exactly; write them ' +
        'to the millisecond.',
    ]);
  });

  test('is named in the one that replaces it', () => {
    expect(writeToml({ a: 1n }, userFile('', '/h/auth.toml')).toString()).toBe(
      '# In the place of "/h/auth.toml"\na = 1\n',
    );
    expect(writeToml({ a: 1n }, undefined).toString()).toBe('a = 1\n');
  });
});

test('what is nested too deep to be written again', () => {
  let deep: TomlTable = {};
  for (let depth = 0; depth < 20_000; depth++) deep = { a: deep };
  expect(problemsOf(() => writeToml(deep, undefined))).toEqual([
    'The TOML of this action is nested too deep to be written again; make it simpler.',
  ]);
  expect(problemsOf(() => writeToml(deep, userFile('', '/h/pdm.toml')))).toEqual([
    '/h/pdm.toml is nested too deep to be written again; make it simpler.',
  ]);
});

await describeWithPython('read back', ({ python }) => {
  let reader: PythonReader;
  beforeAll(() => {
    reader = startPythonReader(python);
  });

  const digits = (min: number, max: number) => fc.integer({ min, max }).map((n) => String(n).padStart(2, '0'));
  const date = fc
    .tuple(fc.integer({ min: 1, max: 9999 }), digits(1, 12), digits(1, 28))
    .map(([year, ...rest]) => [String(year).padStart(4, '0'), ...rest].join('-'));
  const fraction = fc.option(fc.stringMatching(/^\d{1,9}$/)).map((text) => (text === null ? '' : `.${text}`));
  const time = fc
    .tuple(digits(0, 23), digits(0, 59), digits(0, 59), fraction)
    .map(([hours, minutes, seconds, rest]) => `${hours}:${minutes}:${seconds}${rest}`);
  // Python has no year 0, where an offset may lead.
  const offset = fc.constantFrom('', 'Z', 'z', '+00:00', '-00:00', '+05:30', '-11:45');
  const both = fc
    .tuple(date, fc.constantFrom('T', 't', ' '), time, offset)
    .map((parts) => parts.join(''))
    .filter((text) => !/^(?:0001-01-01|9999-12-28)/.test(text));
  // Not -0.0, which becomes 0.0 and equals it.
  const number = fc.oneof(
    fc
      .double()
      .filter((n) => !Object.is(n, -0))
      .map((n) =>
        Number.isFinite(n) ? n.toExponential() : String(n).replace('Infinity', 'inf').replace('NaN', 'nan'),
      ),
    fc.integer().map((n) => `${n}.0`),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    fc.nat().map((n) => `0x${n.toString(16)}`),
    fc.constantFrom('+1', '1_000', '1e3', '6.02e23', '0', '-0'),
  );
  const text = fc
    .string({ unit: anyCharacter })
    .map((said) => JSON.stringify(said.toWellFormed()).replaceAll('\x7f', '\\u007f'));
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(number, date, time, both, text, fc.constantFrom('true', 'false')),
      fc.array(tie('value'), { maxLength: 3 }).map((list) => `[${list.join(', ')}]`),
      fc.uniqueArray(fc.tuple(key(), tie('value')), { maxLength: 3, selector: ([name]) => name }).map(inline),
    ),
  }));
  function key() {
    return fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'a', 'b-c', '""', '"x.y"', "'é'"), text);
  }
  function inline(pairs: readonly (readonly [string, string])[]) {
    return `{ ${pairs.map((pair) => pair.join(' = ')).join(', ')} }`;
  }
  const lines = fc
    .uniqueArray(fc.tuple(key(), value), { maxLength: 5, selector: ([name]) => name })
    .map((pairs) => pairs.map((pair) => `${pair.join(' = ')}\n`).join(''));
  const file = fc
    .tuple(lines, fc.uniqueArray(fc.tuple(key(), lines, fc.boolean()), { maxLength: 4, selector: ([name]) => name }))
    .map(([first, tables]) => {
      const rest = tables.map(([name, said, several]) => (several ? `[[t.${name}]]\n` : `[u.${name}]\n`) + said);
      return `${first}${rest.join('')}`;
    });

  test('whatever the file says, all of it stays, each value with its type', async () => {
    let accepted = 0;
    for (const said of fc.sample(file, randomCases(500))) {
      const before = await reader.read('toml', Buffer.from(said));
      if (before.refused !== undefined) continue;
      accepted += 1;
      const after = await reader.read('toml', writeToml(readTomlToWrite(userFile(said), 'pdm'), userFile('', '/h/é')));
      expect({ said, read: after }).toEqual({ said, read: before });
    }
    expect(accepted).toBeGreaterThan(randomCases(300));
  });
});
