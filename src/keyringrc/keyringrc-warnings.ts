/**
 * What a keyringrc.cfg says that is accepted, but is likely to be a mistake. No rule quotes a value, or a name that may
 * be one.
 */
import type { Block, Option } from '../configparser/configparser.ts';
import { RULES as MISTAKES, type Mistake } from '../configparser/mistakes.ts';
import { didYouMean, joinWords } from '../messages/wording.ts';
import { KEY_OPTIONS, type Matching, OPTION_NAMES, type Section } from './section.ts';
import { headerKind, qualifiersKey } from './section-header.ts';

const RULES = {
  lookalike: 'this section is ignored: its header must start with "codeartifact", in lower case, right after the [',
  longerWord:
    'this section is ignored, because a longer word than "codeartifact" starts its header (section-matching: keyring ' +
    'would take it); write [codeartifact ...], or start the header with another word',
  continued: 'the value goes on in the next line, because that is indented deeper; remove the indentation',
  half: (name: string, missing: string) => `${name} is ignored without ${missing}; give both or neither`,
  overridden: (line: number) =>
    `profile_name is ignored, because the keys that [codeartifact] (line ${line}) gives to all sections override it; ` +
    'move the keys to the sections that need them',
  equal: (line: number) =>
    `this section has the same qualifiers as that at line ${line}, and only one of the two is ever used; merge them`,
  deepHeader:
    'a line below this option looks like a section header, but is indented deeper, so it belongs to the value; ' +
    'remove the indentation',
};

/** Keys have digits and capitals, or more letters; the name of an option has neither. */
const NAME = /^[a-z][a-z_-]{0,29}$/;

function describeUnknown(name: string): string {
  const known = `; known are ${joinWords(OPTION_NAMES)}`;
  if (!NAME.test(name)) return `this option is not known, so it is ignored${known}`;
  return `the option "${name}" is not known, so it is ignored${didYouMean(name, OPTION_NAMES) || known}`;
}

/** The warnings for the sections that a way of matching takes, each only once, in no order. */
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
  const kind = headerKind(section);
  if (kind === 'lookalike') return [{ line, rule: RULES.lookalike }];
  return kind === 'keyring' && matching === 'strict' ? [{ line, rule: RULES.longerWord }] : [];
}

function warnOfOption({ name, value, line }: Option): Mistake[] {
  // What starts with a bracket is told as a header.
  if (name.startsWith('[')) return [];
  if (!(OPTION_NAMES as readonly string[]).includes(name)) return [{ line, rule: describeUnknown(name) }];
  return value.includes('\n') ? [{ line, rule: RULES.continued }] : [];
}

function warnOfKeys({ options }: Section, defaults: Section): Mistake[] {
  const keys = KEY_OPTIONS.map((name) => options.get(name) ?? defaults.options.get(name));
  const given = keys.flatMap((option) => (option?.value ? [option] : []));
  const [first, second] = given;
  if (first && !second) {
    const missing = KEY_OPTIONS.find((name) => name !== first.name) ?? '';
    return [{ line: first.line, rule: RULES.half(first.name, missing) }];
  }
  const inherited = given.find(({ name }) => !options.has(name));
  const profile = options.get('profile_name');
  return inherited && profile?.value ? [{ line: profile.line, rule: RULES.overridden(inherited.line) }] : [];
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
 * Lines that their writer takes for headers of ours, and Python for options or parts of a value: what follows them then
 * belongs to the section above.
 */
export function findSwallowedHeaders(blocks: readonly Block[]): Mistake[] {
  return blocks.flatMap((block) => {
    const ours = ['both', 'keyring'].includes(headerKind(block.section));
    return block.options.flatMap(({ name, value, line }) => [
      ...(/^\[[ \t]*codeartifact/.test(name) || (ours && name.startsWith('['))
        ? [{ line, rule: MISTAKES.openHeader }]
        : []),
      ...(/\n\[[ \t]*codeartifact/i.test(value) ? [{ line, rule: RULES.deepHeader }] : []),
    ]);
  });
}
