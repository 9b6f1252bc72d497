/** A keyringrc.cfg as both ways of matching see it: its sections, what is wrong with it, what its writer should know. */

import { type Block, KEYRINGRC, type Option, readConfig } from '../configparser/configparser.ts';
import type { Mistake } from '../configparser/mistakes.ts';
import { findSwallowedHeaders, findWarnings } from './keyringrc-warnings.ts';
import { findHeaderMistakes, ownerOf, type Qualifiers, qualifiersKey, readQualifiers } from './section-header.ts';

/** The two ways to match sections with repositories; `keyring` is that of keyrings.codeartifact 2.1.2. */
export type Matching = 'strict' | 'keyring';

/** One of a thing for each way of matching. */
export type ForMatching<T> = Readonly<Record<Matching, T>>;

/**
 * An option that a section has. Its value may hold line feeds, and may be empty: it then counts as absent, but for
 * `token_duration`.
 */
export interface SectionOption extends Option {
  /** Whether it stands in `[codeartifact]` and not in the section itself. */
  readonly inherited: boolean;
}

/** A section of keyringrc.cfg. */
export interface Section {
  /** The header's text without its brackets, e.g. `codeartifact account="000000000000"`. */
  readonly label: string;
  /** Of its header; undefined for the defaults of a file that has no `[codeartifact]`. */
  readonly line: number | undefined;
  /** A value that no repository has is `''`. Both ways of matching read a header without mistakes alike. */
  readonly qualifiers: Qualifiers;
  /** Its own, by name. With what it inherits: `resolveOptions`. */
  readonly options: ReadonlyMap<string, Option>;
}

export interface Keyringrc {
  /** `[codeartifact]`, all of them where it stands more than once. */
  readonly defaults: Section;
  /**
   * The sections with qualifiers, in the order in which each way of matching goes through them. `keyring` knows only
   * one for equal qualifiers: the last of them, at the place of the first.
   */
  readonly sections: ForMatching<readonly Section[]>;
  /** All that is wrong, by line. Where there is anything, that way of matching refuses the whole file. */
  readonly mistakes: ForMatching<readonly Mistake[]>;
  /** What is accepted, but hardly meant, by line. */
  readonly warnings: ForMatching<readonly Mistake[]>;
}

/** What stands for the file where there is none: no options, and an empty label. */
export const NO_KEYRINGRC: Keyringrc = {
  defaults: { label: '', line: undefined, qualifiers: {}, options: new Map() },
  sections: { strict: [], keyring: [] },
  mistakes: { strict: [], keyring: [] },
  warnings: { strict: [], keyring: [] },
};

/** Reads the text of a keyringrc.cfg. Never throws: what is wrong is in `mistakes`. Takes linear time. */
export function readKeyringrc(text: string): Keyringrc {
  const { blocks, mistakes } = readConfig(text, KEYRINGRC);
  const defaults = joinDefaults(blocks.filter(({ section }) => section === KEYRINGRC.defaultSection));
  const taken = blocks.flatMap((block) => {
    const owner = block.section === KEYRINGRC.defaultSection ? 'other' : ownerOf(block.section);
    return owner === 'both' || owner === 'keyring' ? [{ owner, section: readSection(block) }] : [];
  });
  const keyring = taken.map(({ section }) => section);
  const strict = taken.filter(({ owner }) => owner === 'both').map(({ section }) => section);
  const swallowed = findSwallowedHeaders(blocks);
  return {
    defaults,
    sections: { strict, keyring: joinEqual(keyring) },
    mistakes: {
      strict: byLine([...mistakes, ...strict.flatMap(strictMistakes), ...swallowed]),
      keyring: byLine([...mistakes, ...keyring.flatMap(keyringMistakes)]),
    },
    warnings: {
      strict: byLine(findWarnings(blocks, defaults, strict, 'strict')),
      keyring: byLine([...findWarnings(blocks, defaults, keyring, 'keyring'), ...swallowed]),
    },
  };
}

/** The options of a section, by name: its own, and those of `[codeartifact]` that it does not have itself. */
export function resolveOptions({ defaults }: Keyringrc, section: Section): ReadonlyMap<string, SectionOption> {
  return new Map(
    [defaults, section].flatMap((layer) =>
      [...layer.options].map(([name, option]) => [name, { ...option, inherited: layer !== section }]),
    ),
  );
}

function joinDefaults(blocks: readonly Block[]): Section {
  const options = blocks.flatMap((block) => block.options);
  return { label: KEYRINGRC.defaultSection, line: blocks[0]?.line, qualifiers: {}, options: byName(options) };
}

function readSection({ section, line, options }: Block): Section {
  return { label: section, line, qualifiers: readQualifiers(section) ?? {}, options: byName(options) };
}

function byName(options: readonly Option[]): ReadonlyMap<string, Option> {
  return new Map(options.map((option) => [option.name, option]));
}

/** As a Python dict does with equal keys: the place of the first, the value of the last. */
function joinEqual(sections: readonly Section[]): readonly Section[] {
  return [...new Map(sections.map((section) => [qualifiersKey(section.qualifiers), section])).values()];
}

function strictMistakes({ label, line = 1 }: Section): Mistake[] {
  return findHeaderMistakes(label).map((rule) => ({ line, rule: `in the section header, ${rule}` }));
}

const CAPITAL =
  'in the section header, a qualifier is written with a capital letter, on which keyrings.codeartifact fails; ' +
  'write it in lower case';

function keyringMistakes({ label, line = 1 }: Section): Mistake[] {
  return readQualifiers(label) === undefined ? [{ line, rule: CAPITAL }] : [];
}

function byLine(mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes.toSorted((a, b) => a.line - b.line);
}
