import { describe, expect, test } from '@jest/globals';
import { createMasker, encodedForms } from '../../sandbox/runner/masker.ts';

function maskWith(secrets: string[], text: string): string {
  const masker = createMasker();
  for (const secret of secrets) masker.add(secret);
  return masker.mask(text);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('encoders', () => {
  test.each([
    ['as it is', 'correct-horse', 'a correct-horse b'],
    ['double quotes with backslashes', 'ho"rs"e', 'a ho\\"rs\\"e b'],
    ['single quotes doubled', "ho'rs'e", "a ho''rs''e b"],
    ['a JSON string', 'horse\n\t\\battery\u2028', 'a horse\\n\\t\\\\battery\\u2028 b'],
    ['a URI component', "horse (battery)*'/é", 'a horse%20%28battery%29%2A%27%2F%C3%A9 b'],
    ['XML', `<ho"r's&e>`, 'a &lt;ho&quot;r&apos;s&amp;e&gt; b'],
    ['without outer quotes, when longer than eight', '"battery"', 'a battery b'],
    ['before the last ampersand', 'battery&staple&horse', 'a battery&staple& b'],
    ['after the last ampersand', 'battery&staple', 'a staple b'],
    ['before the first &+', 'battery&+staple&horse', 'a battery&+ b'],
    ['after the first &+ and a letter', 'battery&+staples', 'a taples b'],
  ])('%s', (_, secret, text) => {
    expect(maskWith([secret], text)).toBe('a *** b');
  });

  test.each([
    ['outer quotes of eight characters stay', '"staple"', 'staple'],
    ['less than six before an ampersand', 'a&bc', 'a&'],
    ['less than six after an ampersand', 'a&horse', 'horse'],
  ])('%s', (_, secret, text) => {
    expect(maskWith([secret], text)).toBe(text);
  });

  // The prefix shifts the secret by 0, 1 or 2 of the three bytes that four base64 characters hold.
  test.each([
    ['', '***'],
    ['abc', 'YWJj***'],
    ['aws:', 'YXdzOmNv***'],
    ['aws-x', 'YXdzLXhj***'],
  ])('base64 after %j', (prefix, masked) => {
    expect(maskWith(['correct-horse'], base64(`${prefix}correct-horse`))).toBe(masked);
  });

  test('a value of one byte has one base64 form', () => {
    expect(new Set(encodedForms('a'))).toEqual(new Set(['YQ==', 'a']));
  });

  test('a lone surrogate is replaced in the URI form', () => {
    expect(encodedForms('a\ud800b')).toContain('a%EF%BF%BDb');
  });
});

// What the runner does not cover: an action has to register these forms itself.
test.each([
  ['base64 without padding', base64('correct-horse').replace(/=+$/, '')],
  ['base64 with a newline at the end', base64('correct-horse\n')],
  ['hexadecimal', Buffer.from('correct-horse').toString('hex')],
  ['another case', 'Correct-horse'],
  ['a part', 'correct-hors'],
])('leaks %s', (_, text) => {
  expect(maskWith(['correct-horse'], text)).toBe(text);
});

describe('ranges', () => {
  test('that overlap or touch become one', () => {
    expect(maskWith(['horse-battery', 'battery-staple'], 'x horse-battery-staple y')).toBe('x *** y');
    expect(maskWith(['horse', 'staple'], 'x horsestaple y')).toBe('x *** y');
    expect(maskWith(['aba'], 'xababay')).toBe('x***y');
  });

  test('that stand apart stay apart', () => {
    expect(maskWith(['horse', 'staple'], 'horse staple horse')).toBe('*** *** ***');
  });

  test('may be one character long', () => {
    expect(maskWith(['7'], '1717')).toBe('1***1***');
  });
});

describe('add-mask', () => {
  test('adds the whole and each line, trimmed', () => {
    const masker = createMasker();
    masker.addMask('first\r\n  second \u0085\n\nthird\ufeff');
    expect(masker.values).toEqual(['first\r\n  second \u0085\n\nthird\ufeff', 'first', 'second', 'third\ufeff']);
    expect(masker.mask('[second] [third\ufeff]')).toBe('[***] [***]');
  });

  test('an empty value is ignored', () => {
    const masker = createMasker();
    masker.add('');
    expect(masker.mask('text')).toBe('text');
    expect(masker.values).toEqual([]);
  });
});
