import { describe, expect, test } from '@jest/globals';
import { KEYRINGRC, readConfig } from '../../../src/configparser/configparser.ts';
import { readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import { findSwallowedHeaders, findWarnings } from '../../../src/keyringrc/keyringrc-warnings.ts';
import { type Matching, OPTION_NAMES } from '../../../src/keyringrc/section.ts';

const at = (line: number, rule: RegExp) => ({ line, rule: expect.stringMatching(rule) });
const blocksOf = (text: string) => readConfig(text, KEYRINGRC).blocks;

/** By line, for the sections that both ways of matching take. */
function warningsIn(text: string, matching: Matching = 'strict') {
  const { defaults, sections } = readKeyringrc(text);
  return findWarnings(blocksOf(text), defaults, sections.strict, matching).toSorted((a, b) => a.line - b.line);
}

const swallowedIn = (text: string) => findSwallowedHeaders(blocksOf(text));

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
      'inherited keys override a profile',
      `[codeartifact]\n${keys}[codeartifact name="x"]\nprofile_name = p`,
      [[5, /profile_name is ignored, .* \(line 2\)/]],
    ],
    [
      'one inherited key overrides a profile',
      `[codeartifact]\naws_access_key_id = A\n[codeartifact name="x"]\nprofile_name = p\naws_secret_access_key = B`,
      [
        [2, /ignored without/],
        [4, /\(line 2\) gives/],
      ],
    ],
    [
      'an unknown option',
      '[codeartifact]\nx = 1\n[codeartifact name="x"]\ny = 1',
      [
        [2, /the option "x" is not known/],
        [4, /the option "y" is not known/],
      ],
    ],
    [
      'a misspelt option',
      '[codeartifact]\ntoken_duraton = 900',
      [[2, /"token_duraton" .*; did you mean "token_duration"\?/]],
    ],
    [
      'an option that may be a key',
      '[codeartifact]\nwjalrxutnfemik7mdengbpxrficyexamplekey = 1',
      [[2, /^this option is not known/]],
    ],
    ['a header that is no option either', '[codeartifact]\n[codeartifact name = x', []],
    [
      'a value that goes on',
      '[codeartifact]\nprofile_name = a\n  token_duration = 900',
      [[2, /goes on in the next line/]],
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
    ['the options that are known', `[codeartifact]\n${OPTION_NAMES.map((name) => `${name} = a`).join('\n')}`],
    ['what others have', '[other]\nx = 1\n  2\naws_access_key_id = 1'],
  ])('none for %s', (_, text) => {
    expect(warningsIn(text)).toEqual([]);
  });
});

describe('headers', () => {
  test.each(['CodeArtifact account="1"', ' codeartifact', 'codeartefact'])('[%s] is taken by nobody', (header) => {
    for (const matching of ['strict', 'keyring'] as const) {
      const warning = at(2, /^this section is ignored: its header must start with "codeartifact", in lower case/);
      expect(warningsIn(`[a]\n[${header}]\nprofile_nam = x`, matching)).toEqual([warning]);
    }
  });

  test('a longer word is taken by keyring alone', () => {
    const text = '[codeartifactory x]\n';
    expect(warningsIn(text)).toEqual([at(1, /^this section is ignored, because a longer word than "codeartifact"/)]);
    expect(warningsIn(text, 'keyring')).toEqual([]);
  });

  test('equal qualifiers, told of each but the first', () => {
    const text = '[codeartifact name="x"]\n[codeartifact name="y"]\n[codeartifact name=\'x\']\n[codeartifact name="x"]';
    expect(warningsIn(text)).toEqual([
      at(3, /^this section has the same qualifiers as that at line 1/),
      at(4, /^this section has the same qualifiers as that at line 1/),
    ]);
  });
});

describe('lines that look like headers and are none', () => {
  test.each<[what: string, text: string, line: number, rule: RegExp]>([
    [
      'cut by a comment sign',
      '[codeartifact]\n[codeartifact name="a #b"]\nprofile_name = x',
      2,
      /header is not closed/,
    ],
    ['without an end', '[other]\n[codeartifact name="a"\nprofile_name = x', 2, /header is not closed/],
    ['of others, in a section of ours', '[codeartifact]\n[other="x"\nprofile_name = x', 2, /header is not closed/],
    ['indented', '[other]\nx = 1\n  [codeartifact name="a"]\n  y = 2', 2, /indented deeper/],
    ['with a space, without an end', '[other]\n[ codeartifact name="a"\nprofile_name = x', 2, /header is not closed/],
    ['with a space, indented', '[other]\nx = 1\n  [ codeartifact name="a"]\n  y = 2', 2, /indented deeper/],
  ])('%s', (_, text, line, rule) => {
    expect(swallowedIn(text)).toEqual([at(line, rule)]);
  });

  test('in foreign sections only what looks like ours counts', () => {
    expect(swallowedIn('[other]\n[x = 1\ny = 1\n  [z]\nx [codeartifact = 1')).toEqual([]);
  });
});
