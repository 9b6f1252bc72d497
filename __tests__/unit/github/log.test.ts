import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitLines } from '../../../sandbox/runner/line-splitter.ts';
import { parseCommand } from '../../../sandbox/runner/workflow-commands.ts';
import {
  failure,
  group,
  info,
  notice,
  printable,
  say,
  unexpected,
  warning,
  warningOfNode,
} from '../../../src/github/log.ts';
import { maskSecret } from '../../../src/github/masks.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { randomCases } from '../../support/random-cases.ts';
import { printedBy } from '../../support/step-output.ts';

/** All that the runner registers, and what a hostile text may have named itself. */
const COMMANDS = new Set([
  ...[
    'add-mask',
    'stop-commands',
    'set-output',
    'save-state',
    'set-env',
    'add-path',
    'debug',
    'warning',
    'error',
    'notice',
  ],
  ...['group', 'endgroup', 'echo', 'add-matcher', 'remove-matcher', 'internal-set-repo-path', 'x'],
]);

const commandsIn = (text: string) => splitLines(text).flatMap((line) => parseCommand(line, COMMANDS) ?? []);

/** What ends a line, moves the cursor, changes the direction of writing, or cannot be seen at all. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '::',
          ':',
          '##[',
          '##',
          '#',
          '[',
          ']',
          'add-mask',
          'stop-commands',
          'set-env name=x',
          'x',
          '::x::',
          '##[x]',
          '%0A',
        ],
        ...[
          '\n',
          '\r',
          '\r\n',
          '\t',
          ' ',
          '\u00a0',
          '\u0085',
          '\u2028',
          '\u2029',
          '\u000b',
          '\u000c',
          '\ufeff',
          '\u200b',
        ],
        ...[
          '\u001b[2K',
          '\u001b]8;;',
          '\u009b',
          '\u0000',
          '\u0007',
          '\u0008',
          '\u007f',
          '\u202e',
          '\u2066',
          '\u200f',
          '\u061c',
        ],
        ...[
          '\u00ad',
          '\u{e0041}',
          '\ud800',
          '\u{1f600}',
          'é',
          '\u0301',
          '\u{16f51}',
          '\u3000',
          '\u180e',
          '\u1680',
          '\u2003',
          '：：',
          '＃＃［',
        ],
      ),
      fc.string({ unit: anyCharacter, maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('printable', () => {
  test('no text is a command, in the line or behind another, and nothing in it is unseen', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('', '  ', 'line: ', '1. '), (text, before) => {
        const clean = printable(text);
        expect(clean).not.toMatch(DANGEROUS);
        expect(commandsIn(before + clean)).toEqual([]);
        expect(splitLines(clean).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: randomCases(1_000) },
    );
  });

  test('what is not dangerous stays as it is', () => {
    for (const text of [
      '',
      'a b',
      'a::b',
      'x ::error::y',
      '# [x]',
      '#[x]',
      'https://h/p?a=b#c',
      'é\u{1f600}漢字',
      '%0A',
      '\\n',
    ]) {
      expect(printable(text)).toBe(text);
    }
  });

  test.each([
    ['::error::x', ': :error::x'],
    [' \u3000::error::x', ' \u3000: :error::x'],
    [':::', ': ::'],
    ['a##[error]b', 'a# #[error]b'],
    ['####[x]##[y]', '### #[x]# #[y]'],
    ['a\nb\r\tc', 'a\\u{a}b\\u{d}\\u{9}c'],
    ['\u001b[31m', '\\u{1b}[31m'],
    ['\u0301\u0301a\u0301', '\\u{301}\u0301a\u0301'],
    ['a\u202eb\u2028c\ufeff', 'a\\u{202e}b\\u{2028}c\\u{feff}'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('%j becomes %j', (text, clean) => {
    expect(printable(text)).toBe(clean);
  });

  test('known secrets are hidden before anything is escaped', () => {
    printedBy(() => maskSecret('hidden\n::secret'));
    expect(printable('a hidden\n::secret b')).toBe('a *** b');
    printedBy(() => maskSecret('##[hidden]'));
    expect(printable('##[hidden]')).toBe('***');
  });
});

describe('what is printed', () => {
  const exitCode = process.exitCode;
  afterEach(() => {
    process.exitCode = exitCode;
  });
  const linesOf = (print: () => void) => printedBy(print).lines;

  test('a line', () => {
    expect(linesOf(() => info('::error::x\ny'))).toEqual([': :error::x\\u{a}y']);
  });

  test('a group: its heading and its lines are one line each', () => {
    expect(linesOf(() => group('a\n::error::x', ['b\nc', '::endgroup::']))).toEqual([
      '::group::a\\u{a}::error::x',
      'b\\u{a}c',
      ': :endgroup::',
      '::endgroup::',
    ]);
  });

  test('a notice, a warning', () => {
    expect(linesOf(() => notice('50%\n::error::x'))).toEqual(['::notice::50%25\\u{a}::error::x']);
    expect(linesOf(() => warning('50%\n::error::x'))).toEqual(['::warning::50%25\\u{a}::error::x']);
  });

  test('a warning of Node.js, for debug logs', () => {
    const { name, message } = Object.assign(new Error('x\n::error::y'), { name: 'DeprecationWarning' });
    expect(linesOf(() => warningOfNode({ name, message }))).toEqual(['::debug::DeprecationWarning: x\\u{a}::error::y']);
  });

  test('all problems in one error, a line each, and the step has failed', () => {
    expect(linesOf(() => failure(['one\n::debug::x']))).toEqual(['::error::one\\u{a}::debug::x']);
    expect(process.exitCode).toBe(1);
    expect(linesOf(() => failure(['one', '::debug::x', '##[debug]']))).toEqual([
      '::error::3 problems:%0A1. one%0A2. : :debug::x%0A3. # #[debug]',
    ]);
  });

  test('what an annotation has no room for stands in a group above it, with nothing left out', () => {
    const long = `a "${'x'.repeat(5_000)}" is too long.`;
    const [heading, whole, end, annotation, ...more] = linesOf(() => warning(long));
    expect([heading, whole, end]).toEqual([
      '::group::In full, what the annotation below has no room for',
      long,
      '::endgroup::',
    ]);
    expect(annotation).toBe('::warning::a (... 5003 characters not shown here ...) is too long.');
    expect(more).toEqual([]);
    const problems = Array.from({ length: 200 }, (_, index) => `problem ${index} \u{1f600} of many, which are told`);
    const lines = linesOf(() => failure(problems));
    expect(lines.slice(1, -2)).toEqual(problems);
    expect(lines.at(-1)).toMatch(
      /^::error::200 problems:%0A1\. .*%0AAnd \d+ more, which the log of this step lists\.$/,
    );
    expect(linesOf(() => failure(problems.slice(0, 20)))).toHaveLength(1);
  });

  test('no secret is cut, so that what is left of it shows', () => {
    printedBy(() => maskSecret(`known-${'s'.repeat(3_000)}`));
    const lines = linesOf(() => failure([`one known-${'s'.repeat(3_000)}`, `two ${'u'.repeat(3_000)} three`]));
    expect(lines.at(-1)).toBe(
      '::error::2 problems:%0A1. one ***%0A2. two (... 3001 characters not shown here ...) three',
    );
  });

  test('annotations have no character of two units, wherever the runner cuts them and whatever it masks', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), (texts) => {
        const { lines } = printedBy(() => {
          for (const print of [notice, warning, unexpected]) print(texts[0] ?? '');
          failure(texts);
        });
        const issues = lines.filter((line) => /^::(?:notice|warning|error)::/.test(line));
        expect(issues).toHaveLength(4);
        for (const line of issues) expect(line).not.toMatch(/[\p{Cs}\u{10000}-\u{10ffff}]/u);
      }),
    );
    expect(linesOf(() => notice('\u{1f600} \ud83d'))).toEqual(['::notice::\\u{1f600} \\u{d83d}']);
  });

  test('whatever is printed, the runner carries out our own commands and no other', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), hostile, (texts, text) => {
        const { lines } = printedBy(() => {
          info(text);
          group(text, texts);
          warning(text);
          failure(texts);
          unexpected(new Error(text));
        });
        expect(commandsIn(lines.join('\n')).map(({ name }) => name)).toEqual([
          'group',
          'endgroup',
          'warning',
          'error',
          'error',
          'debug',
        ]);
        expect(lines.every((line) => !DANGEROUS.test(line))).toBe(true);
      }),
      { numRuns: randomCases(250) },
    );
  });

  test('an error that nobody foresaw: its name and message, the stack for debug logs only, no secret', () => {
    printedBy(() => maskSecret('stack-secret'));
    const [error = '', debug = '', ...more] = linesOf(() => unexpected(new TypeError('no stack-secret here')));
    expect(error).toBe('::error::This is a bug of the action; please report it: TypeError: no *** here');
    expect(debug).toMatch(/^::debug::TypeError: no \*\*\* here\\u\{a\} {4}at /);
    expect(more).toEqual([]);
    expect(process.exitCode).toBe(1);
    const bare = Object.assign(new Error('bare'), { stack: undefined });
    expect(linesOf(() => unexpected(bare))[1]).toBe('::debug::');
    for (const thrown of ['text', undefined, null, 1, { message: 'x' }]) {
      expect(linesOf(() => unexpected(thrown))[0]).toMatch(
        /^::error::This is a bug of the action; please report it: Error: /,
      );
    }
  });
});

test('what results say: notes come first, then warnings, each in the order of the results', () => {
  const { lines } = printedBy(() =>
    say([
      { warnings: ['first warning'] },
      undefined,
      { notes: ['first note'], warnings: ['second warning', 'third warning'] },
      { notes: ['second note'] },
      {},
    ]),
  );
  expect(lines).toEqual([
    'first note',
    'second note',
    '::warning::first warning',
    '::warning::second warning',
    '::warning::third warning',
  ]);
});
