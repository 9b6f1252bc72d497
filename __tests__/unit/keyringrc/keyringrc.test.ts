import { describe, expect, test } from '@jest/globals';
import { NO_KEYRINGRC, readKeyringrc, resolveOptions } from '../../../src/keyringrc/keyringrc.ts';
import type { Matching } from '../../../src/keyringrc/section.ts';

const mistakesIn = (text: string, matching: Matching = 'strict') => readKeyringrc(text).mistakes[matching];
const warningsIn = (text: string, matching: Matching = 'strict') => readKeyringrc(text).warnings[matching];
const at = (line: number, rule: RegExp) => ({ line, rule: expect.stringMatching(rule) });

describe('sections', () => {
  test('the qualifiers of a header, in any order and with any separator', () => {
    for (const header of [
      `account="12" name="xy"`,
      `name='xy',account='12'`,
      `account="12"name="xy"`,
      `account='12',\t name="xy"`,
    ]) {
      const { sections, mistakes } = readKeyringrc(`[other]\n[codeartifact ${header}]`);
      expect(mistakes).toEqual({ strict: [], keyring: [] });
      expect(sections.keyring).toEqual(sections.strict);
      expect(sections.strict).toEqual([
        { label: `codeartifact ${header}`, line: 2, qualifiers: { account: '12', name: 'xy' }, options: new Map() },
      ]);
    }
  });

  test.each<[header: string, qualifiers: object, strict: RegExp]>([
    ['codeartifact account=1', { account: '' }, /account has no quotes; write account="VALUE"/],
    [`codeartifact account="1'`, { account: '' }, /quotes of account do not match/],
    [`codeartifact account="1' name="x"`, { account: `1' name=` }, /quotes of account do not match/],
    ['codeartifact account = "1"', {}, /spaces stand around the = of account/],
    ['codeartifact account ="1"', {}, /spaces stand around the = of account/],
    ['codeartifact account= "1"', { account: '' }, /spaces stand around the = of account/],
    ['codeartifact acount="1"', {}, /misspelt; it is one of domain, account, region and name/],
    ['codeartifact username="x"', { name: 'x' }, /misspelt/],
    ['codeartifact prod', {}, /text stands outside the qualifiers/],
    ['codeartifact ', {}, /no qualifier follows the word codeartifact/],
    ['codeartifact,', {}, /no qualifier follows the word codeartifact/],
    ['codeartifact name="in" ternal"', { name: 'in' }, /text stands outside/],
    ['codeartifact name="in"ternal', { name: 'in' }, /text stands outside/],
    ['codeartifact name="a" | domain="b"', { name: 'a', domain: 'b' }, /text stands outside/],
    ['codeartifact="x"', {}, /text stands outside/],
    ['codeartifact account="1" account="2"', { account: '2' }, /account is given twice/],
    ['codeartifact region=""', { region: '' }, /region is empty/],
  ])('[%s]: keyring reads it in its way, strict refuses it', (header, qualifiers, rule) => {
    const { sections, mistakes } = readKeyringrc(`\n[${header}]`);
    expect(sections.keyring.map((section) => section.qualifiers)).toEqual([qualifiers]);
    expect(mistakes.keyring).toEqual([]);
    expect(mistakes.strict[0]).toEqual(at(2, rule));
  });

  test.each(['account=12', 'prod', '|account=12', 'acount="1"', 'account=""', 'account = "1"', ''])(
    '[codeartifact %s]: one mistake, told once',
    (rest) => {
      expect(mistakesIn(`[codeartifact ${rest}]`)).toHaveLength(1);
    },
  );

  test.each(['Account="1"', 'account="1" NAME=', 'regıon="x"', 'domaİn="x"'])(
    'both refuse a capital: %s',
    (qualifier) => {
      const { mistakes } = readKeyringrc(`[codeartifact ${qualifier}]`);
      expect(mistakes.keyring).toEqual([at(1, /capital letter, on which keyrings.codeartifact fails/)]);
      expect(mistakes.strict).not.toEqual([]);
    },
  );

  test('a header up to the last bracket, without its comment', () => {
    const { sections } = readKeyringrc('[codeartifact name="a]b"] # prod');
    expect(sections.strict[0]).toMatchObject({ label: 'codeartifact name="a]b"', qualifiers: { name: 'a]b' } });
  });

  test('all mistakes of all headers at once', () => {
    const text = '[codeartifact account=1 acount="1"]\nx\n[codeartifact Name="x" name="x" name="x"]\n';
    expect(mistakesIn(text)).toEqual([
      at(1, /no quotes/),
      at(1, /misspelt/),
      at(2, /neither/),
      at(3, /name is written with a capital letter; write name="VALUE"/),
      at(3, /twice/),
    ]);
    expect(mistakesIn(text, 'keyring')).toEqual([at(2, /neither/), at(3, /capital/)]);
  });

  test('a longer word belongs to keyring alone', () => {
    for (const header of ['codeartifactory x', 'codeartifactname="x"', 'codeartifact-2 account="1"']) {
      const { sections, mistakes, warnings } = readKeyringrc(`[${header}]`);
      expect(sections).toMatchObject({ strict: [], keyring: [{ label: header }] });
      expect(mistakes).toEqual({ strict: [], keyring: [] });
      expect(warnings).toEqual({ strict: [at(1, /word in its header is longer/)], keyring: [] });
    }
  });

  test.each([
    'CodeArtifact',
    'CodeArtifact account="1"',
    ' codeartifact',
    '\tCODEARTIFACT',
    'codeartefact name="x"',
    'code-artifact',
    'codeartifcat',
  ])('no one takes [%s], and both warn', (header) => {
    const { sections, warnings } = readKeyringrc(`[a]\n[${header}]`);
    expect(sections).toEqual({ strict: [], keyring: [] });
    const warning = at(2, /must start with codeartifact in lower case/);
    expect(warnings).toEqual({ strict: [warning], keyring: [warning] });
  });

  test.each([
    'DEFAULT',
    'other',
    'backend',
    '__proto__',
    'CodeArtifactory',
    'my codeartifact',
    'mycodeartifact name="x"',
  ])('[%s] is not ours', (header) => {
    const { sections, mistakes, warnings, defaults } = readKeyringrc(`[${header}]\nx = 1`);
    expect({ sections, mistakes, warnings, options: defaults.options.size }).toEqual({
      sections: { strict: [], keyring: [] },
      mistakes: { strict: [], keyring: [] },
      warnings: { strict: [], keyring: [] },
      options: 0,
    });
  });

  test('equal qualifiers in another order: one entry for keyring, with the last options at the first place', () => {
    const text = '[codeartifact name="x" account="1"]\n[codeartifact name="y"]\n[codeartifact account="1" name="x"]';
    const { sections, warnings } = readKeyringrc(text);
    expect(sections.strict.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(sections.keyring.map(({ line }) => line)).toEqual([3, 2]);
    for (const list of Object.values(warnings)) expect(list).toEqual([at(3, /same qualifiers as that at line 1/)]);
    const [, third] = warningsIn(`${text}\n[codeartifact name="x" account="1"]`);
    expect(third).toEqual(at(4, /same qualifiers as that at line 1/));
  });

  test.each(['domain', 'account', 'region', 'name'])('another %s makes another entry', (key) => {
    const { sections, warnings } = readKeyringrc(`[codeartifact ${key}="a"]\n[codeartifact ${key}="b"]`);
    expect(sections.keyring).toHaveLength(2);
    expect(warnings).toEqual({ strict: [], keyring: [] });
  });

  test('names of Object.prototype', () => {
    const text = '[codeartifact]\n__proto__ = a\n[codeartifact name="__proto__"]\nconstructor = b';
    const read = readKeyringrc(text);
    const [section] = read.sections.strict;
    expect(section?.qualifiers).toEqual({ name: '__proto__' });
    expect([...resolveOptions(read, section ?? read.defaults).keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
  });
});

describe('lines that look like headers and are none', () => {
  test.each<[what: string, text: string, line: number, rule: RegExp]>([
    ['cut by a comment sign', '[codeartifact]\n[codeartifact name="a #b"]\nprofile_name = x', 2, /no section header/],
    ['without an end', '[other]\n[codeartifact name="a"\nprofile_name = x', 2, /no section header/],
    ['of others, in a section of ours', '[codeartifact]\n[other="x"\nprofile_name = x', 2, /no section header/],
    ['indented', '[other]\nx = 1\n  [codeartifact name="a"]\n  y = 2', 2, /indented deeper/],
    ['with a blank, without an end', '[other]\n[ codeartifact name="a"\nprofile_name = x', 2, /no section header/],
    ['with a blank, indented', '[other]\nx = 1\n  [ codeartifact name="a"]\n  y = 2', 2, /indented deeper/],
  ])('%s: strict refuses, keyring warns', (_, text, line, rule) => {
    const { mistakes, warnings } = readKeyringrc(text);
    expect(mistakes).toEqual({ strict: [at(line, rule)], keyring: [] });
    expect(warnings.keyring).toContainEqual(at(line, rule));
  });

  test('in foreign sections only what looks like ours counts', () => {
    expect(mistakesIn('[other]\n[x = 1\ny = 1\n  [z]\nx [codeartifact = 1')).toEqual([]);
  });
});

describe('defaults and inheritance', () => {
  const read = readKeyringrc(
    '[codeartifact name="x"]\nprofile_name = own\n[codeartifact]\nprofile_name = all\n[codeartifact]\nverify = no\n',
  );

  test('[codeartifact] may stand anywhere, and more than once', () => {
    expect(read.defaults).toMatchObject({ label: 'codeartifact', line: 3 });
    expect([...read.defaults.options.keys()]).toEqual(['profile_name', 'verify']);
  });

  test('a section has its own options and those that it inherits, each with its line', () => {
    const [section = read.defaults] = read.sections.strict;
    expect([...resolveOptions(read, section).values()]).toMatchObject([
      { name: 'profile_name', value: 'own', line: 2, inherited: false },
      { name: 'verify', value: 'no', line: 6, inherited: true },
    ]);
    expect([...resolveOptions(read, read.defaults).values()].map(({ inherited }) => inherited)).toEqual([false, false]);
  });

  test('a file without [codeartifact] has empty defaults, and no file has no label', () => {
    expect(readKeyringrc('').defaults).toEqual({
      label: 'codeartifact',
      line: undefined,
      qualifiers: {},
      options: new Map(),
    });
    expect(NO_KEYRINGRC.defaults.label).toBe('');
    expect([NO_KEYRINGRC.mistakes, NO_KEYRINGRC.warnings]).toEqual(Array(2).fill({ strict: [], keyring: [] }));
  });
});

describe('warnings', () => {
  const keys = 'aws_access_key_id = A\naws_secret_access_key = B\n';

  test.each<[what: string, text: string, warnings: [line: number, rule: RegExp][]]>([
    [
      'half a key pair',
      '[codeartifact]\naws_access_key_id = A',
      [[2, /aws_access_key_id is ignored without aws_secret/]],
    ],
    [
      'an empty half',
      '[codeartifact]\naws_access_key_id =\naws_secret_access_key = B',
      [[3, /without aws_access_key_id/]],
    ],
    [
      'half a pair is told once, however many inherit it',
      '[codeartifact]\naws_access_key_id = A\n[codeartifact name="x"]\n[codeartifact name="y"]',
      [[2, /ignored/]],
    ],
    [
      'half a pair because the other is emptied',
      `[codeartifact]\n${keys}[codeartifact name="x"]\naws_access_key_id =`,
      [[3, /ignored/]],
    ],
    [
      'inherited keys beat a profile',
      `[codeartifact]\n${keys}[codeartifact name="x"]\nprofile_name = p`,
      [[5, /profile_name is ignored: .* line 2, win/]],
    ],
    [
      'one inherited key beats a profile',
      `[codeartifact]\naws_access_key_id = A\n[codeartifact name="x"]\nprofile_name = p\naws_secret_access_key = B`,
      [
        [2, /ignored without/],
        [4, /line 2, win/],
      ],
    ],
    [
      'an unknown option',
      '[codeartifact]\nx = 1\n[codeartifact name="x"]\ny = 1',
      [
        [2, /not known/],
        [4, /not known/],
      ],
    ],
    [
      'a value that goes on',
      '[codeartifact]\nprofile_name = a\n  token_duration = 900',
      [[2, /goes on in a line below/]],
    ],
  ])('%s', (_, text, warnings) => {
    for (const matching of ['strict', 'keyring'] as const) {
      expect(warningsIn(text, matching)).toEqual(warnings.map(([line, rule]) => at(line, rule)));
    }
  });

  test.each<[what: string, text: string]>([
    ['a full pair', `[codeartifact]\n${keys}`],
    ['an inherited pair without a profile', `[codeartifact]\n${keys}[codeartifact name="x"]`],
    ['a pair of two sections', '[codeartifact]\naws_access_key_id =\n[codeartifact name="x"]\nprofile_name = p'],
    ['a pair beside a profile in one section', `[codeartifact name="x"]\n${keys}profile_name = p`],
    [
      'the options that are known',
      '[codeartifact]\nverify = a\nrole_arn = a\nrole_session_name = a\nexternal_id = a\nrole_chaining = a\ntoken_duration = 900',
    ],
    ['what others have', '[other]\nx = 1\n  2\naws_access_key_id = 1'],
  ])('none for %s', (_, text) => {
    expect(warningsIn(text)).toEqual([]);
  });
});

describe('what is said never holds what the file says', () => {
  test('mistakes and warnings', () => {
    const text = [
      'SECRET',
      '[codeartifact SECRET="SECRET" account=SECRET name = "SECRET" NAME="SECRET" region="SECRET\' SECRET]',
      'SECRET = SECRET\n SECRET\nSECRET = SECRET',
      'aws_secret_access_key = SECRET\nprofile_name = SECRET',
      '[CodeArtifact SECRET]\n[codeartifactory SECRET]\naws_access_key_id = SECRET',
      '[SECRET = SECRET',
    ].join('\n');
    const { mistakes, warnings } = readKeyringrc(text);
    expect(mistakes.strict.length).toBeGreaterThan(6);
    expect(warnings.keyring.length).toBeGreaterThan(4);
    expect(JSON.stringify([mistakes, warnings])).not.toMatch(/secret(?!_access_key)/i);
  });
});
