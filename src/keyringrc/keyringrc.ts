/** A keyringrc.cfg as both ways of matching see it: its sections, its mistakes, and what its writer should know. */
import { type Block, KEYRINGRC, type Option, readConfig } from '../configparser/configparser.ts';
import type { Mistake } from '../configparser/mistakes.ts';
import { findSwallowedHeaders, findWarnings } from './keyringrc-warnings.ts';
import type { ForMatching, Section, SectionOption } from './section.ts';
import { findHeaderMistakes, headerKind, qualifiersKey, readQualifiers } from './section-header.ts';

/** A keyringrc.cfg. */
export interface Keyringrc {
  /** `[codeartifact]`, all of them where it stands more than once. */
  readonly defaults: Section;
  /**
   * The sections with qualifiers, in the order in which each way of matching looks at them. `keyring` keeps one section
   * for equal qualifiers: the last of them, at the place of the first.
   */
  readonly sections: ForMatching<readonly Section[]>;
  /** All mistakes, by line. One is enough for that way of matching to refuse the whole file. */
  readonly mistakes: ForMatching<readonly Mistake[]>;
  /** What is accepted, but is likely to be a mistake, by line. */
  readonly warnings: ForMatching<readonly Mistake[]>;
}

/** What stands for the file where there is none: no options, and an empty label. */
export const NO_KEYRINGRC: Keyringrc = {
  defaults: { label: '', line: undefined, qualifiers: {}, options: new Map() },
  sections: { strict: [], keyring: [] },
  mistakes: { strict: [], keyring: [] },
  warnings: { strict: [], keyring: [] },
};

/** Reads the text of a keyringrc.cfg. Never throws: `mistakes` has what is wrong. Takes linear time. */
export function readKeyringrc(text: string): Keyringrc {
  const { blocks, mistakes } = readConfig(text, KEYRINGRC);
  const defaults = joinDefaults(blocks.filter(({ section }) => section === KEYRINGRC.defaultSection));
  const taken = blocks.flatMap((block) => {
    const kind = block.section === KEYRINGRC.defaultSection ? 'other' : headerKind(block.section);
    return kind === 'both' || kind === 'keyring' ? [{ kind, section: readSection(block) }] : [];
  });
  const keyring = taken.map(({ section }) => section);
  const strict = taken.filter(({ kind }) => kind === 'both').map(({ section }) => section);
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

/** The options of a section, by name: its own, and those of `[codeartifact]` that it does not override. */
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
  'in the section header, a qualifier has a capital letter, on which keyrings.codeartifact fails; write it in lower ' +
  'case';

function keyringMistakes({ label, line = 1 }: Section): Mistake[] {
  return readQualifiers(label) === undefined ? [{ line, rule: CAPITAL }] : [];
}

function byLine(mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes.toSorted((a, b) => a.line - b.line);
}
