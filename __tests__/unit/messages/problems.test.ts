import { describe, expect, test } from '@jest/globals';
import { all, attempt, each, fail, Problems } from '../../../src/messages/problems.ts';
import { problemsOf } from '../../support/problems-of.ts';

const failing =
  (...list: string[]) =>
  () => {
    throw new Problems(list);
  };

describe('all', () => {
  test('what each step gave, in order', () => {
    expect(
      all(
        () => 1,
        () => 'two',
        () => undefined,
      ),
    ).toEqual([1, 'two', undefined]);
    expect(all()).toEqual([]);
  });

  test('the problems of all steps, each once', () => {
    expect(problemsOf(() => all(failing('a', 'b'), () => 1, failing('b'), failing('c')))).toEqual(['a', 'b', 'c']);
  });

  test('an error that nobody foresaw is thrown as it is, and at once', () => {
    let after = false;
    const unforeseen = new TypeError('unforeseen');
    const steps = [
      failing('a'),
      () => {
        throw unforeseen;
      },
      () => {
        after = true;
      },
    ];
    expect(() => all(...steps)).toThrow(unforeseen);
    expect(after).toBe(false);
  });
});

test('each: the step gets every item', () => {
  const items = new Set(['a', 'b']);
  expect(each(items, (item) => `${item}!`)).toEqual(['a!', 'b!']);
  expect(problemsOf(() => each(items, (item) => fail(item)))).toEqual(['a', 'b']);
});

describe('an attempt', () => {
  test('has what the step gave, which ran at once and once', () => {
    let runs = 0;
    const counted = attempt(() => ++runs);
    expect([runs, counted.value, counted.result(), counted.result(), runs]).toEqual([1, 1, 1, 1, 1]);
  });

  test('keeps its problems for later, to be told with those of other steps', () => {
    const failed = attempt(failing('a', 'b'));
    expect(failed.value).toBeUndefined();
    expect(problemsOf(() => all(failed.result, failing('c')))).toEqual(['a', 'b', 'c']);
  });

  test('throws an error that nobody foresaw at once', () => {
    const unforeseen = new TypeError('unforeseen');
    expect(() =>
      attempt(() => {
        throw unforeseen;
      }),
    ).toThrow(unforeseen);
  });
});

describe('a problem', () => {
  const thrown = (cause?: unknown): unknown => {
    try {
      return fail('a', cause);
    } catch (error) {
      return error;
    }
  };

  test('says of itself what it is, for whoever sees it by mistake', () => {
    expect(thrown()).toMatchObject({ name: 'Problems', message: 'a', list: ['a'] });
    expect(new Problems(['a', 'b']).message).toBe('a\nb');
  });

  test('keeps its cause, where there is one', () => {
    const cause = new Error('cause');
    expect(thrown(cause)).toHaveProperty('cause', cause);
    expect(thrown()).not.toHaveProperty('cause');
  });
});
