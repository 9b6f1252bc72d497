import { expect, test } from '@jest/globals';
import { parse, stringify, TomlDate } from 'smol-toml';
import { valuesIn } from '../../../src/formats/toml-config.ts';
import { keepTimes } from '../../../src/formats/toml-times.ts';

/** What is written of a file that was read; undefined where that is not clear. */
function again(text: string): string | undefined {
  const settings = parse(text);
  const times = valuesIn(settings).filter((value) => value instanceof TomlDate);
  return keepTimes(times, text) ? stringify(settings) : undefined;
}

test.each([
  'a = 2026-11-23T07:32:00.123456Z\n',
  'a = 2026-11-23T07:32:00.123456789-05:30\n',
  'a = 2026-11-23T07:32:00.000001\n',
  'a = 2026-11-23\n',
  'a = 07:32:00.999999\n',
  'a = 07:32:00\n',
  'b = [ 07:32:00.1, { c = 07:32:00.1234 } ]\n',
  'a = 2026-11-23T07:32:00.123456Z\nb = 2026-11-23T08:32:00.123456+01:00\n',
])('is written again: %j', (text) => {
  expect(again(text)).toBe(text);
});

test('in the one form of all that say the same', () => {
  expect(again('a = 2026-11-23 07:32:00.5000z\nb = 2026-11-23t07:32:00.5Z\nc = 07:32:00.000\n')).toBe(
    'a = 2026-11-23T07:32:00.5Z\nb = 2026-11-23T07:32:00.5Z\nc = 07:32:00\n',
  );
});

test('two in one millisecond cannot be told apart, whatever stands between them', () => {
  expect(again('a = 07:32:00.1234\n[[t]]\nb = 07:32:00.1235\n')).toBeUndefined();
  expect(again('a = 07:32:00.1234\nb = 07:32:00.1245\n')).toBe('a = 07:32:00.1234\nb = 07:32:00.1245\n');
  expect(again('a = 07:32:00.1234 # not 07:32:00.9999, nor "2026-99-99T07:32:00Z"\n')).toBe('a = 07:32:00.1234\n');
});

test('settings without a time stay what they are', () => {
  expect(again('a = "07:32:00.1234"\n')).toBe('a = "07:32:00.1234"\n');
});
