import { describe, expect, test } from '@jest/globals';
import { createTextReader, decodeText } from '../../sandbox/runner/byte-order-mark.ts';

const littleEndian = Buffer.from('\ufeffé€\n', 'utf16le');

test.each([
  ['UTF-8 without a mark', Buffer.from('é€\n')],
  ['UTF-8', Buffer.from('\ufeffé€\n')],
  ['UTF-16, little endian', littleEndian],
  ['UTF-16, big endian', Buffer.from(littleEndian).swap16()],
])('%s, whole and byte by byte', (_, bytes) => {
  expect(decodeText(bytes)).toBe('é€\n');
  const reader = createTextReader();
  const pieces = [...bytes].map((byte) => reader.add(Uint8Array.of(byte)));
  expect(pieces.join('') + reader.end()).toBe('é€\n');
});

describe('without a mark', () => {
  test.each([
    ['nothing', [], ''],
    ['one byte', [0x61], 'a'],
    ['half a mark', [0xff], '\ufffd'],
    ['a cut character', [0x61, 0x62, 0xe2, 0x82], 'ab\ufffd'],
    ['a mark that is not at the start', [0x61, 0xef, 0xbb, 0xbf], 'a\ufeff'],
  ])('%s', (_, bytes, text) => {
    const reader = createTextReader();
    expect(reader.add(Uint8Array.from(bytes)) + reader.end()).toBe(text);
  });
});
