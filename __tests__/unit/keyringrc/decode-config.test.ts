import { expect, test } from '@jest/globals';
import { decodeConfig } from '../../../src/keyringrc/decode-config.ts';

test('UTF-8, with a byte order mark left for readConfig', () => {
  expect(decodeConfig(Buffer.from('\ufeff[é]\n'))).toEqual({ text: '\ufeff[é]\n', mistakes: [] });
});

test.each<[string, Buffer, number[]]>([
  ['Latin-1', Buffer.from('[a]\nx = é\ny = 1\rz = é', 'latin1'), [2, 4]],
  ['a cut character at the end', Buffer.from('[é]').subarray(0, 2), [1]],
  ['a surrogate', Buffer.of(0x0a, 0xed, 0xa0, 0x80), [2]],
  ['UTF-16', Buffer.from('\ufeff[a]\n', 'utf16le'), [1]],
])('not UTF-8: %s', (_, bytes, lines) => {
  const { mistakes } = decodeConfig(bytes);
  expect(mistakes).toEqual(lines.map((line) => ({ line, rule: expect.stringContaining('not UTF-8') })));
});

test('not UTF-8 behind a byte order mark, which stays as well', () => {
  const bytes = Buffer.concat([Buffer.from('\ufeff[a]'), Buffer.of(0xff)]);
  expect(decodeConfig(bytes).text).toBe('\ufeff[a]\ufffd');
});

test('more than 1 MiB is not decoded', () => {
  const bytes = Buffer.alloc(1024 * 1024 + 1, 'x');
  expect(decodeConfig(bytes)).toEqual({ text: '', mistakes: [{ line: 1, rule: expect.stringContaining('1 MiB') }] });
  expect(decodeConfig(bytes.subarray(1)).mistakes).toEqual([]);
});
