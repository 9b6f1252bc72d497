import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { annotationOf, shorten } from '../../../src/messages/annotation.ts';

const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 });
const sentence = fc.oneof(
  words.map((list) => list.join(' ')),
  fc.integer({ min: 1, max: 9_000 }).map((length) => `names "${'x'.repeat(length)}"; write another one.`),
);

describe('shorten', () => {
  test('what fits stays as it is', () => {
    for (const text of ['', 'a', 'a b  c ', 'x'.repeat(200)]) expect(shorten(text, 200)).toBe(text);
    expect(shorten('x'.repeat(201), 200)).toBe('(... 201 characters not shown here ...) ');
  });

  test('what does not fit keeps its beginning and its end, and says how much is missing', () => {
    const text = `Input tools names "${'x'.repeat(5_000)}"; the tools are pip and twine.`;
    expect(shorten(text, 1_000)).toBe(
      'Input tools names (... 5004 characters not shown here ...) the tools are pip and twine.',
    );
    const long = 'word '.repeat(100);
    expect(shorten(long, 200)).toBe(
      `${'word '.repeat(10)}(... 400 characters not shown here ...) ${'word '.repeat(10)}`,
    );
  });

  test('no word is cut, the figures are right, and nothing is longer than allowed', () => {
    fc.assert(
      fc.property(sentence, fc.integer({ min: 101, max: 400 }), (text, most) => {
        const short = shorten(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        if (short === text) return;
        const [, head = '', left = '', tail = ''] =
          /^(.*?)\(\.\.\. (\d+) characters? not shown here \.\.\.\) (.*)$/s.exec(short) ?? [];
        expect([text.startsWith(head), text.endsWith(tail)]).toEqual([true, true]);
        expect(head.length + Number(left) + tail.length).toBe(text.length);
        const before = text.slice(0, text.length - tail.length);
        for (const part of [head, before]) if (part !== text) expect(part).toMatch(/^$|\s$/);
      }),
    );
  });
});

describe('annotationOf', () => {
  test('one sentence is itself, several are numbered lines under their count', () => {
    expect(annotationOf([])).toBe('');
    expect(annotationOf(['one'])).toBe('one');
    expect(annotationOf(['one', 'two'])).toBe('2 problems:\n1. one\n2. two');
  });

  test('one sentence has the whole room, one of several a part of it', () => {
    const text = `${'word '.repeat(799)}word.`;
    expect(annotationOf([text])).toBe(text);
    expect(annotationOf([`${text}x`]).length).toBeLessThanOrEqual(4_000);
    const [, first, second] = annotationOf([text, 'two']).split('\n');
    expect(first).toMatch(/^1\. word .* not shown here .* word\.$/);
    expect(first?.length).toBeLessThanOrEqual(1_003);
    expect(second).toBe('2. two');
  });

  test('several long ones have no more room than one', () => {
    const text = annotationOf(Array.from({ length: 9 }, () => 'word '.repeat(198)));
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).toMatch(/\nAnd 6 more, which the log of this step lists\.$/);
  });

  test('the room for several is used to the last unit, line ends included', () => {
    const four = (length: number) => annotationOf(Array.from({ length: 4 }, () => 'x'.repeat(length))).split('\n');
    expect(four(971).at(-1)).toMatch(/^4\. x+$/);
    expect(four(972).at(-1)).toBe('And 1 more, which the log of this step lists.');
  });

  test('sentences that do not fit are counted', () => {
    const lines = annotationOf(Array.from({ length: 500 }, (_, index) => `problem ${index} ${'x'.repeat(90)}`)).split(
      '\n',
    );
    expect(lines[0]).toBe('500 problems:');
    expect(lines.length).toBeGreaterThan(35);
    expect(lines.at(-1)).toBe(`And ${500 - (lines.length - 2)} more, which the log of this step lists.`);
  });

  test('whatever the sentences, at most 4,000 units and every sentence is shown or counted', () => {
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 2, maxLength: 60 }), (sentences) => {
        const text = annotationOf(sentences);
        expect(text.length).toBeLessThanOrEqual(4_000);
        const [, ...lines] = text.split('\n');
        const more = Number(/^And (\d+) more/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
        expect(lines.filter((line) => /^\d+\. /.test(line)).length + more).toBe(sentences.length);
      }),
    );
  });
});
