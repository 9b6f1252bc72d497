/** What a keyringrc.cfg says that is accepted, but hardly meant. No rule quotes a value, or a name that is not known. */

import type { Block, Option } from '../configparser/configparser.ts';
import type { Mistake } from '../configparser/mistakes.ts';
import type { Matching, Section } from './keyringrc.ts';
import { ownerOf, qualifiersKey } from './section-header.ts';

/** The options that mean something: those of keyrings.codeartifact 2.1.2, then those that only this project reads. */
export const OPTION_NAMES = [
  'profile_name',
  'token_duration',
  'aws_access_key_id',
  'aws_secret_access_key',
  'verify',
  'role_arn',
  'role_session_name',
  'external_id',
  'role_chaining',
] as const;

const KEY_NAMES = ['aws_access_key_id', 'aws_secret_access_key'] as const;

const RULES = {
  lookalike: 'the section is not taken: its header must start with codeartifact in lower case, right after the [',
  longerWord:
    'the section is not taken, because the word in its header is longer than codeartifact; section-matching keyring ' +
    'takes it; write [codeartifact ...], or start the header with another word',
  unknown: `the option is not known, so it is ignored; known are ${OPTION_NAMES.join(', ')}`,
  continued: 'the value goes on in a line below, because that is indented deeper; remove the indentation',
  half: (name: string, missing: string) => `${name} is ignored without ${missing}; give both or neither`,
  beaten: (line: number) =>
    `profile_name is ignored: the keys inherited from [codeartifact], line ${line}, win; move them to where they belong`,
  equal: (line: number) =>
    `the section has the same qualifiers as that at line ${line}, and only one of the two is ever used; make them one`,
  cutHeader:
    'the line is no section header, because it has no closing ]; close it, and put no comment sign after a blank in it',
  deepHeader:
    'a line below this option looks like a section header, but is indented deeper, so it is part of the value; ' +
    'remove the indentation',
};

/** The warnings for the sections that a way of matching takes, in no order; each only once. */
export function findWarnings(
  blocks: readonly Block[],
  defaults: Section,
  sections: readonly Section[],
  matching: Matching,
): Mistake[] {
  const warnings = [
    ...blocks.flatMap((block) => warnOfHeader(block, matching)),
    ...[defaults, ...sections].flatMap(({ options }) => [...options.values()].flatMap(warnOfOption)),
    ...[defaults, ...sections].flatMap((section) => warnOfKeys(section, defaults)),
    ...warnOfEqual(sections),
  ];
  // Half a pair in the defaults shows in every section that inherits it.
  return [...new Map(warnings.map((warning) => [`${warning.line} ${warning.rule}`, warning])).values()];
}

function warnOfHeader({ section, line }: Block, matching: Matching): Mistake[] {
  const owner = ownerOf(section);
  if (owner === 'lookalike') return [{ line, rule: RULES.lookalike }];
  return owner === 'keyring' && matching === 'strict' ? [{ line, rule: RULES.longerWord }] : [];
}

function warnOfOption({ name, value, line }: Option): Mistake[] {
  if (!(OPTION_NAMES as readonly string[]).includes(name)) return [{ line, rule: RULES.unknown }];
  return value.includes('\n') ? [{ line, rule: RULES.continued }] : [];
}

function warnOfKeys({ options }: Section, defaults: Section): Mistake[] {
  const keys = KEY_NAMES.map((name) => options.get(name) ?? defaults.options.get(name));
  const given = keys.flatMap((option) => (option?.value ? [option] : []));
  const [first, second] = given;
  if (first && !second) {
    const missing = KEY_NAMES.find((name) => name !== first.name) ?? '';
    return [{ line: first.line, rule: RULES.half(first.name, missing) }];
  }
  const inherited = given.find(({ name }) => !options.has(name));
  const profile = options.get('profile_name');
  return inherited && profile?.value ? [{ line: profile.line, rule: RULES.beaten(inherited.line) }] : [];
}

function warnOfEqual(sections: readonly Section[]): Mistake[] {
  const lines = new Map<string, number>();
  return sections.flatMap(({ qualifiers, line = 1 }) => {
    const key = qualifiersKey(qualifiers);
    const first = lines.get(key);
    if (first === undefined) lines.set(key, line);
    return first === undefined ? [] : [{ line, rule: RULES.equal(first) }];
  });
}

/**
 * Lines that their writer took for headers of ours, and Python takes for options or for parts of a value: what stands
 * below them then belongs to the section above.
 */
export function findSwallowedHeaders(blocks: readonly Block[]): Mistake[] {
  return blocks.flatMap((block) => {
    const ours = ['both', 'keyring'].includes(ownerOf(block.section));
    return block.options.flatMap(({ name, value, line }) => [
      ...(/^\[[ \t]*codeartifact/.test(name) || (ours && name.startsWith('['))
        ? [{ line, rule: RULES.cutHeader }]
        : []),
      ...(/\n\[[ \t]*codeartifact/i.test(value) ? [{ line, rule: RULES.deepHeader }] : []),
    ]);
  });
}
