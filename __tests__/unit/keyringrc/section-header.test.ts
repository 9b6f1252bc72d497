import { describe, expect, test } from '@jest/globals';
import {
  findHeaderMistakes,
  type HeaderKind,
  headerKind,
  type Qualifiers,
  qualifiersKey,
  readQualifiers,
} from '../../../src/keyringrc/section-header.ts';

describe('which ways of matching take a header', () => {
  test.each<[HeaderKind, string[]]>([
    ['both', ['codeartifact', 'codeartifact account="1"', 'codeartifact,', 'codeartifact="x"', 'codeartifact\tx']],
    ['keyring', ['codeartifactory x', 'codeartifactname="x"', 'codeartifact-2 account="1"', 'codeartifact.x']],
    ['lookalike', ['CodeArtifact', 'CodeArtifact account="1"', ' codeartifact', '\tCODEARTIFACT']],
    ['lookalike', ['codeartefact name="x"', 'code-artifact', 'code_artifact', 'code artifact', 'codeartifcat']],
    ['other', ['DEFAULT', 'other', 'backend', '__proto__', '', 'CodeArtifactory', 'codeartefact-2']],
    ['other', ['my codeartifact', 'mycodeartifact name="x"', 'codeart']],
  ])('%s: %j', (kind, headers) => {
    expect(headers.map(headerKind)).toEqual(headers.map(() => kind));
  });
});

describe('the qualifiers of a header', () => {
  test.each<[header: string, qualifiers: Qualifiers]>([
    ['codeartifact', {}],
    [`codeartifact account="12" name="xy"`, { account: '12', name: 'xy' }],
    [`codeartifact name='xy',account='12'`, { account: '12', name: 'xy' }],
    [`codeartifact account="12"name="xy"`, { account: '12', name: 'xy' }],
    [`codeartifact account='12',\t name="xy"`, { account: '12', name: 'xy' }],
    [`codeartifact domain="d" account="a" region="r" name="n"`, { domain: 'd', account: 'a', region: 'r', name: 'n' }],
    [`codeartifact name="it's"`, { name: "it's" }],
    [`codeartifact name='"'`, { name: '"' }],
    ['codeartifact name="a]b"', { name: 'a]b' }],
    ['codeartifact name="__proto__"', { name: '__proto__' }],
  ])('%s', (header, qualifiers) => {
    expect(readQualifiers(header)).toEqual(qualifiers);
  });

  test.each(['Account="1"', 'account="1" NAME=', 'regıon="x"', 'domaİn="x"'])(
    'a capital letter, on which keyrings.codeartifact fails: %s',
    (qualifier) => {
      expect(readQualifiers(`codeartifact ${qualifier}`)).toBeUndefined();
      expect(findHeaderMistakes(`codeartifact ${qualifier}`)).not.toEqual([]);
    },
  );

  test('equal ones have equal keys, in whatever order, and no others do', () => {
    const key = qualifiersKey({ account: '1', name: 'x' });
    expect(qualifiersKey({ name: 'x', account: '1' })).toBe(key);
    for (const other of [{ account: '1' }, { account: 'x', name: '1' }, { account: '1', name: 'x', region: '' }, {}]) {
      expect(qualifiersKey(other)).not.toBe(key);
    }
  });
});

describe('what strict refuses, and what keyring makes of it', () => {
  test.each<[header: string, qualifiers: Qualifiers, strict: RegExp]>([
    ['codeartifact account=1', { account: '' }, /account has no quotes; write account="VALUE"/],
    [`codeartifact account="1'`, { account: '' }, /quotes of account do not match/],
    [`codeartifact account="1' name="x"`, { account: `1' name=` }, /quotes of account do not match/],
    ['codeartifact account = "1"', {}, /there are spaces around the = of account/],
    ['codeartifact account ="1"', {}, /there are spaces around the = of account/],
    ['codeartifact account= "1"', { account: '' }, /there are spaces around the = of account/],
    ['codeartifact acount="1"', {}, /the qualifier "acount" is not known; did you mean "account"\?/],
    ['codeartifact username="x"', { name: 'x' }, /qualifier "\w+" is not known/],
    ['codeartifact prod', {}, /there is text beside the qualifiers/],
    ['codeartifact ', {}, /no qualifier follows the word codeartifact/],
    ['codeartifact,', {}, /no qualifier follows the word codeartifact/],
    ['codeartifact name="in" ternal"', { name: 'in' }, /there is text beside/],
    ['codeartifact name="in"ternal', { name: 'in' }, /there is text beside/],
    ['codeartifact name="a" | domain="b"', { name: 'a', domain: 'b' }, /there is text beside/],
    ['codeartifact="x"', {}, /there is text beside/],
    ['codeartifact account="1" account="2"', { account: '2' }, /account is given twice/],
    ['codeartifact region=""', { region: '' }, /region is empty/],
  ])('[%s]', (header, qualifiers, rule) => {
    expect(readQualifiers(header)).toEqual(qualifiers);
    expect(findHeaderMistakes(header)[0]).toMatch(rule);
  });

  test.each(['account=12', 'prod', '|account=12', 'acount="1"', 'account=""', 'account = "1"', ''])(
    '[codeartifact %s]: one mistake, told once',
    (rest) => {
      expect(findHeaderMistakes(`codeartifact ${rest}`)).toHaveLength(1);
    },
  );

  test('each kind of mistake once, however often it is made', () => {
    const header = 'codeartifact account=1 acount="1" x y Name="x" name="x" name="x" name="x"';
    expect(findHeaderMistakes(header)).toEqual([
      expect.stringMatching(/^account has no quotes/),
      expect.stringMatching(/^the qualifier "acount" is not known/),
      expect.stringMatching(/^there is text beside the qualifiers/),
      '"Name" has a capital letter; write name="VALUE"',
      'name is given twice; remove one',
    ]);
  });

  test('nothing where every qualifier is one of the four, in quotes', () => {
    for (const header of [
      `codeartifact account="12" name='xy'`,
      'codeartifact,region="x"',
      `codeartifact\tname="it is"`,
    ]) {
      expect([header, findHeaderMistakes(header)]).toEqual([header, []]);
    }
  });
});
