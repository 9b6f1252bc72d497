/** Files in the dialect of keyringrc.cfg, ordinary and odd, and repositories to look up in them. For fast-check. */
import fc from 'fast-check';
import type { RepositoryQualifiers } from '../../../src/keyringrc/choose-section.ts';

/** Values that repositories and qualifiers share, so that they often meet. */
const VALUES = {
  domain: ['acme', 'acme-dev'],
  account: ['111111111111', '222222222222'],
  region: ['us-east-1', 'eu-west-1'],
  name: ['internal', 'staging'],
} as const;
const KEYS = ['domain', 'account', 'region', 'name'] as const;

export const repositories: fc.Arbitrary<RepositoryQualifiers> = fc.record({
  domain: fc.constantFrom(...VALUES.domain),
  account: fc.constantFrom(...VALUES.account),
  region: fc.constantFrom(...VALUES.region),
  name: fc.constantFrom(...VALUES.name),
});

type Weighted<T> = { weight: number; arbitrary: fc.Arbitrary<T> };
const at = <T>(weight: number, arbitrary: fc.Arbitrary<T>): Weighted<T> => ({ weight, arbitrary });
const one = (...texts: string[]) => fc.constantFrom(...texts);
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
/** Most often the first text. */
const mostly = (usual: string, ...rest: string[]) => fc.oneof(at(9, fc.constant(usual)), at(1, one(...rest)));

const goodQualifier = (key: (typeof KEYS)[number]) =>
  fc.tuple(one(...VALUES[key]), one('"', '"', "'")).map(([value, quote]) => `${key}=${quote}${value}${quote}`);

const oddQualifier = fc.oneof(
  joined(one(...KEYS), one('=', ' = ', '= ', ' =', '=='), one('1', '"1"', `"1'`, `'1"`, '"1', '""', "''", '')),
  joined(
    one('acount', 'xname', 'my-name', 'username', 'account_', 'nаme'),
    fc.constant('='),
    one('"internal"', "'111111111111'"),
  ),
  one('name="in" ternal"', 'name="a]b"', 'name=internal', 'account=111111111111', 'name="internal', `name="a'b"`),
  one('account="1" account="111111111111"', 'name="staging" name="internal"', 'domain=acme,', 'name="a#b"'),
  one('account=account="111111111111"', `acount="name='internal'"`, 'name="internal"x', '# x', 'name="a #b"', '[x]'),
  one('name="\u00a0"', 'name="é"', '\u2028name="internal"', 'name=internal"', '=', '"', `'`, 'namename="internal"'),
);

/** On these the package fails, so they are rare. */
const capitalQualifier = one('Account="1"', 'NAME=', 'regıon="1"', 'DOMAİN="x"', "domaIn='acme'");

const qualifiers = fc
  .subarray([...KEYS])
  .chain((keys) => fc.shuffledSubarray(keys, { minLength: keys.length }))
  .chain((keys) =>
    fc.tuple(
      fc.tuple(...keys.map(goodQualifier)),
      fc.array(fc.oneof(at(30, oddQualifier), at(1, capitalQualifier)), { maxLength: 2 }),
      fc.boolean(),
      mostly(' ', '', ',', ', ', '\t', '  ', ' ,', '\u00a0', '; ', '|'),
    ),
  )
  .map(([good, odd, withOdd, separator]) => [...good, ...(withOdd ? odd : [])].join(separator));

const header = fc.oneof(
  at(3, fc.constant('codeartifact')),
  at(
    20,
    joined(mostly('codeartifact ', 'codeartifact', 'codeartifact  ', 'codeartifact\t', 'codeartifact,'), qualifiers),
  ),
  at(3, one('other', 'backend', 'DEFAULT', '__proto__', 'constructor', 'a.b', 'x]y', ' x ', ']', '[codeartifact')),
  at(2, one('codeartifactory x', 'codeartifactname="internal"', 'codeartifact-x account="111111111111"')),
  at(2, one('CodeArtifact', ' codeartifact', 'codeartifact ', 'Codeartifact name="internal"', 'codeartifact #', '')),
);

const SPACES = ' \t\u000b\u000c\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000';
const space = fc.constantFrom(...SPACES);
const indent = fc.oneof(at(6, one(' ', '  ', '\t', '    ')), at(1, space));
const comment = joined(
  mostly('', ' ', '\t', '    '),
  one('#', ';'),
  one('', ' x', ' a = b', ' [codeartifact]', ' ; #'),
);

const word = fc.oneof(
  at(10, one('default', 'a', '1800', 'AKIAEXAMPLE', 'a=b:c', '"a"', '%(x)s', 'ab#cd;ef', 'é', '[x]', 'true', "'")),
  at(2, one('#', ';', ';x', '#x', 'x;', 'x#', '\ufeff', '\ud83d\ude00', '\u0000', '\u200b', '\u0001')),
);
const gap = fc.oneof(at(9, fc.constant(' ')), at(1, space));
const words = fc
  .array(fc.tuple(word, gap), { maxLength: 4 })
  .map((pairs) => pairs.map(([text, blank]) => text + blank).join(''));
const value = fc.oneof(
  at(200, word),
  at(80, words),
  at(20, one('', 'a ; b', 'a # b', 'a#b ; c', 'a;b # c')),
  at(1, one('a;b ; c # d', 'a#b # c ; d')),
);

const NAMES = ['profile_name', 'token_duration', 'aws_access_key_id', 'aws_secret_access_key', 'verify', 'role_arn'];
const name = fc.oneof(
  at(60, one(...NAMES)),
  at(
    12,
    one('Profile_Name', 'VERIFY', '__proto__', 'toString', 'İd', 'ΑΣ', 'a b', 'a#b', '"x"', 'Ⅷ', 'x ;', '\ufeffx'),
  ),
  at(1, one('[x', '[codeartifact name', ']', '%', '#x', '')),
);
const delimiter = fc.oneof(at(200, one('=', ' = ', ':', ' : ', '\t=\t', '= ')), at(1, one(' ', '', '\u00a0=\u2003')));
const option = fc
  .tuple(
    joined(mostly('', ' ', '\t', '  '), name, delimiter, value),
    mostly('', ' # prod', ' ; x', '\t#', ' ', '\u0085'),
    fc.oneof(at(5, fc.constant([])), at(1, fc.array(fc.oneof(joined(indent, value), joined(space), comment)))),
  )
  .map(([first, end, more]) => [first + end, ...more]);

const headerLine = joined(
  mostly('', ' ', '\t'),
  fc.constant('['),
  header,
  mostly(']', '] # prod', ']; x', '] ;', '] x = y', ']  ', ' ]', ']]', ...Array(12).fill(']'), ''),
);
const filler = fc.oneof(at(3, comment), at(3, fc.constant('')), at(1, joined(space)));
const junk = one('junk', '= a', ': b', '[]', '[', ']', '==', 'a', ' x', 'profile_name', '\u200b');

const block = fc
  .tuple(
    headerLine,
    // Names differ in most blocks, since the same option twice is a mistake.
    fc.uniqueArray(option, { maxLength: 3, selector: ([line = '']) => line.trim().slice(0, 5).toLowerCase() }),
    fc.array(filler, { maxLength: 2 }),
  )
  .map(([head, options, fillers]) => [head, ...options.flat(), ...fillers]);

const ordered: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.array(filler, { maxLength: 2 }),
    fc
      .constantFrom(0, 2, 4)
      .chain((minLength) =>
        fc.uniqueArray(block, { minLength, maxLength: minLength + 3, selector: ([head = '']) => head.trim() }),
      ),
    fc.oneof(at(40, fc.constant(undefined)), at(1, junk)),
    fc.nat(20),
  )
  .map(([fillers, blocks, extra, place]) => {
    const lines = [...fillers, ...blocks.flat()];
    return extra === undefined ? lines : lines.toSpliced(place, 0, extra);
  });

/** Anything at all from the characters and words that mean something. */
const soup: fc.Arbitrary<string[]> = fc
  .tuple(
    one('[codeartifact]', '[codeartifact name="internal"]', '[a]', ''),
    fc.array(
      fc.array(one('[', ']', '=', ':', '#', ';', ' ', '\t', '"', 'a', 'name=', 'codeartifact', '\u0085', '\u001f'), {
        maxLength: 8,
      }),
      { maxLength: 6 },
    ),
  )
  .map(([first, lines]) => [first, ...lines.map((parts) => parts.join(''))]);

/** The bytes of a file. Most are accepted by Python; a good part is not, for all kinds of reasons. */
export const files: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(at(9, ordered), at(1, soup)),
    fc.oneof(at(6, one('\n')), at(3, one('\r\n', '\r'))),
    fc.array(mostly('', '\n', '\r\n', '\r'), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
    fc.oneof(at(60, fc.constant('')), at(1, fc.constant('\ufeff'))),
    fc.oneof(at(60, fc.constant(-1)), at(1, fc.nat(200))),
  )
  .map(([lines, end, otherEnds, closed, bom, badByte]) => {
    const text = lines.map((line, index) => {
      const last = index === lines.length - 1;
      return line + (last && !closed ? '' : otherEnds[index % otherEnds.length] || end);
    });
    const bytes = Buffer.from(bom + text.join(''));
    if (badByte < 0) return bytes;
    const place = Math.min(badByte, bytes.length);
    return Buffer.concat([bytes.subarray(0, place), Buffer.of(0xe9), bytes.subarray(place)]);
  });
