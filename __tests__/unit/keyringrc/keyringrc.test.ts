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

  test('keyring reads in its way what strict refuses', () => {
    const { sections, mistakes } = readKeyringrc('\n[codeartifact name="x" account=1]');
    expect(sections.keyring.map((section) => section.qualifiers)).toEqual([{ name: 'x', account: '' }]);
    expect(mistakes).toEqual({ strict: [at(2, /^in the section header, account has no quotes/)], keyring: [] });
  });

  test('both refuse a capital', () => {
    const { mistakes } = readKeyringrc('[codeartifact Account="1"]');
    expect(mistakes.keyring).toEqual([at(1, /capital letter, on which keyrings.codeartifact fails/)]);
    expect(mistakes.strict).toEqual([at(1, /^in the section header, "Account" has a capital letter/)]);
  });

  test('a header up to the last bracket, without its comment', () => {
    const { sections } = readKeyringrc('[codeartifact name="a]b"] # prod');
    expect(sections.strict[0]).toMatchObject({ label: 'codeartifact name="a]b"', qualifiers: { name: 'a]b' } });
  });

  test('all mistakes of all headers at once', () => {
    const text = '[codeartifact account=1 acount="1"]\nx\n[codeartifact Name="x" name="x" name="x"]\n';
    expect(mistakesIn(text)).toEqual([
      at(1, /no quotes/),
      at(1, /qualifier "\w+" is not known/),
      at(2, /neither/),
      at(3, /"Name" has a capital letter; write name="VALUE"/),
      at(3, /twice/),
    ]);
    expect(mistakesIn(text, 'keyring')).toEqual([at(2, /neither/), at(3, /capital/)]);
  });

  test('a longer word belongs to keyring alone', () => {
    for (const header of ['codeartifactory x', 'codeartifactname="x"', 'codeartifact-2 account="1"']) {
      const { sections, mistakes, warnings } = readKeyringrc(`[${header}]`);
      expect(sections).toMatchObject({ strict: [], keyring: [{ label: header }] });
      expect(mistakes).toEqual({ strict: [], keyring: [] });
      expect(warnings).toEqual({ strict: [at(1, /a longer word than "codeartifact"/)], keyring: [] });
    }
  });

  test('no one takes a look-alike, and both warn', () => {
    const { sections, warnings } = readKeyringrc('[a]\n[CodeArtifact account="1"]');
    expect(sections).toEqual({ strict: [], keyring: [] });
    const warning = at(2, /must start with "codeartifact", in lower case/);
    expect(warnings).toEqual({ strict: [warning], keyring: [warning] });
  });

  test('a section of others is none of ours', () => {
    const { sections, mistakes, warnings, defaults } = readKeyringrc('[other]\nx = 1');
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

test('lines that look like headers and are none: strict refuses, keyring warns', () => {
  const { mistakes, warnings } = readKeyringrc('[codeartifact]\n[codeartifact name="a #b"]\nprofile_name = x');
  const rule = /^the section header is not closed/;
  expect(mistakes).toEqual({ strict: [at(2, rule)], keyring: [] });
  expect(warnings.keyring).toContainEqual(at(2, rule));
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

describe('what is said never holds what the file says', () => {
  test('mistakes and warnings', () => {
    const text = [
      'SECRET',
      '[codeartifact S3CRET="SECRET" account=SECRET name = "SECRET" NAME="SECRET" region="SECRET\' SECRET]',
      'S3CRET = SECRET\n SECRET\nS3CRET = SECRET',
      'aws_secret_access_key = SECRET\nprofile_name = SECRET',
      '[CodeArtifact SECRET]\n[codeartifactory SECRET]\naws_access_key_id = SECRET',
      '[SECRET = SECRET',
    ].join('\n');
    const { mistakes, warnings } = readKeyringrc(text);
    expect(mistakes.strict.length).toBeGreaterThan(6);
    expect(warnings.keyring.length).toBeGreaterThan(4);
    expect(JSON.stringify([mistakes, warnings])).not.toMatch(/s[e3]cret(?!_access_key)/i);
  });
});
