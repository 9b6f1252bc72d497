/** Which section of keyringrc.cfg applies to a repository, and why. */
import { count, joinWords, quoted } from '../messages/wording.ts';
import { type Keyringrc, resolveOptions } from './keyringrc.ts';
import { type Matching, OPTION_NAMES, type Section, type SectionOption } from './section.ts';
import { QUALIFIERS, type Qualifier } from './section-header.ts';

/** What the address of a repository says. */
export type RepositoryQualifiers = Readonly<Record<Qualifier, string>>;

/** A section beside a repository. */
export interface Comparison {
  /** Its header's text without brackets; `codeartifact` for the defaults; empty without a file. */
  readonly label: string;
  /** Of its header, counted from 1; undefined for the defaults of a file that has no `[codeartifact]`. */
  readonly line: number | undefined;
  /** How many of its qualifiers equal the repository's, 0 to 4. */
  readonly score: number;
  /** A phrase for people, for example `account and name match; 2 of 2 qualifiers`. */
  readonly why: string;
}

/** The section that applies to a repository. */
export interface Choice extends Comparison {
  /**
   * The section that comes next: of those that could have been chosen, the second. Where strict matching has none, the
   * one with the most equal qualifiers of those that do not apply.
   */
  readonly runnerUp?: Comparison;
  /** Its own options and those that it inherits, by name. */
  readonly options: ReadonlyMap<string, SectionOption>;
  /** Where no section applies to the repository though there are some: the nearest ones, and how they differ. */
  readonly missed?: string;
  /** What the other way of matching would choose, where it accepts the file and the options differ. */
  readonly other?: Choice;
}

/**
 * Chooses the section for a repository.
 *
 * `strict`: a section applies when all its qualifiers equal the repository's. Of those that apply, the one with the
 * most qualifiers is chosen, and of several with equally many the first in the file; the defaults alone if none
 * applies.
 *
 * `keyring`: as keyrings.codeartifact 2.1.2: the section with the most equal qualifiers, whatever the others say and
 * even if none is equal; of several with equally many, the first; the defaults alone if there are no sections.
 *
 * @throws {RangeError} if the file has mistakes for this way of matching: it must have been refused before
 */
export function chooseSection(keyringrc: Keyringrc, repository: RepositoryQualifiers, matching: Matching): Choice {
  if (keyringrc.mistakes[matching].length > 0) throw new RangeError('A keyringrc.cfg with mistakes has no sections.');
  const choice = CHOOSE[matching](keyringrc, repository);
  const otherMatching = matching === 'strict' ? 'keyring' : 'strict';
  if (keyringrc.mistakes[otherMatching].length > 0) return choice;
  const other = CHOOSE[otherMatching](keyringrc, repository);
  return haveSameEffect(choice, other) ? choice : { ...choice, other };
}

const CHOOSE = { strict: chooseStrict, keyring: chooseKeyring } as const;

function chooseStrict(keyringrc: Keyringrc, repository: RepositoryQualifiers): Choice {
  const scored = keyringrc.sections.strict.map((section) => score(section, repository));
  const applying = scored.filter(applies);
  const best = first(applying);
  const next =
    first(applying.filter((one) => one !== best)) ??
    first(scored.filter((one) => !applies(one) && one.equal.length > 0));
  if (best) return choiceOf(keyringrc, best, applying, next);
  if (scored.length === 0) return defaultsOf(keyringrc, NO_SECTIONS, next);
  const missed = describeMissed(scored);
  return { ...defaultsOf(keyringrc, `no section applies (${missed})`, next), missed };
}

function chooseKeyring(keyringrc: Keyringrc, repository: RepositoryQualifiers): Choice {
  const scored = keyringrc.sections.keyring.map((section) => score(section, repository));
  const best = first(scored);
  if (!best) return defaultsOf(keyringrc, NO_SECTIONS);
  return choiceOf(keyringrc, best, scored, first(scored.filter((one) => one !== best)));
}

const NO_SECTIONS = 'there are no sections with qualifiers';

interface Scored {
  readonly section: Section;
  readonly named: readonly Qualifier[];
  readonly equal: readonly Qualifier[];
}

function score(section: Section, repository: RepositoryQualifiers): Scored {
  const named = QUALIFIERS.filter((qualifier) => section.qualifiers[qualifier] !== undefined);
  return {
    section,
    named,
    equal: named.filter((qualifier) => section.qualifiers[qualifier] === repository[qualifier]),
  };
}

function applies({ named, equal }: Scored): boolean {
  return equal.length === named.length;
}

/** The first of those with the most equal qualifiers. */
function first(scored: readonly Scored[]): Scored | undefined {
  return scored.reduce<Scored | undefined>(
    (best, it) => (best && best.equal.length >= it.equal.length ? best : it),
    undefined,
  );
}

function choiceOf(keyringrc: Keyringrc, best: Scored, scored: readonly Scored[], next: Scored | undefined): Choice {
  const rivals = scored.filter(({ equal }) => equal.length === best.equal.length).length;
  const { why, ...compared } = compare(best);
  return {
    ...compared,
    why: rivals > 1 ? `${why}; the first of ${rivals} such sections` : why,
    options: resolveOptions(keyringrc, best.section),
    ...(next && { runnerUp: compare(next) }),
  };
}

/** Sections that are told of those that do not apply. */
const MOST_MISSED = 3;

/** Says how the nearest sections differ from the repository. Qualifiers are no secrets. */
function describeMissed(scored: readonly Scored[]): string {
  const nearest = scored.toSorted((one, other) => other.equal.length - one.equal.length).slice(0, MOST_MISSED);
  const told = nearest.map(({ section: { line, qualifiers }, named, equal }) => {
    const unequal = named.filter((qualifier) => !equal.includes(qualifier));
    return `line ${line} has ${joinWords(unequal.map((name) => `${name}=${quoted(qualifiers[name] ?? '')}`))}`;
  });
  const more = scored.length - nearest.length;
  return told.join('; ') + (more > 0 ? `; ${count(more, 'more section')}` : '');
}

function defaultsOf(keyringrc: Keyringrc, why: string, next?: Scored): Choice {
  const { label, line } = keyringrc.defaults;
  const options = resolveOptions(keyringrc, keyringrc.defaults);
  return { label, line, score: 0, why, options, ...(next && { runnerUp: compare(next) }) };
}

function compare(scored: Scored): Comparison {
  const { label, line } = scored.section;
  return { label, line, score: scored.equal.length, why: describe(scored) };
}

function describe({ named, equal }: Scored): string {
  const unequal = named.filter((qualifier) => !equal.includes(qualifier));
  const parts = [
    ...(equal.length > 0 ? [`${joinWords(equal)} ${equal.length === 1 ? 'matches' : 'match'}`] : []),
    ...(unequal.length > 0 ? [`${joinWords(unequal)} ${unequal.length === 1 ? 'does' : 'do'} not`] : []),
  ];
  if (parts.length === 0) return 'it names no qualifier';
  const text = equal.length > 0 ? parts.join(', ') : `${parts.join('')} match`;
  return `${text}; ${equal.length} of ${count(named.length, 'qualifier')}`;
}

/** Whether two choices have the same known options; an empty one counts as absent, except `token_duration`. */
function haveSameEffect(one: Choice, other: Choice): boolean {
  const value = ({ options }: Choice, name: string) => {
    const text = options.get(name)?.value;
    return text === '' && name !== 'token_duration' ? undefined : text;
  };
  return OPTION_NAMES.every((name) => value(one, name) === value(other, name));
}
