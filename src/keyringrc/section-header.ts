/** The headers of keyringrc.cfg: which ways of matching take them, and which repositories they name. */
import { didYouMean, joinWords } from '../messages/wording.ts';

/** What a header can name of a repository, in the order in which messages list them. */
export const QUALIFIERS = ['domain', 'account', 'region', 'name'] as const;

/** One of them. */
export type Qualifier = (typeof QUALIFIERS)[number];

/** What a header names, by qualifier. */
export type Qualifiers = Readonly<Partial<Record<Qualifier, string>>>;

const isQualifier = (key: string): key is Qualifier => (QUALIFIERS as readonly string[]).includes(key);

/** Which ways of matching take a header. */
export type HeaderKind =
  /** Both: the word `codeartifact`, alone or with more after it. */
  | 'both'
  /** Only `keyring`: a longer word, such as `codeartifactory`. */
  | 'keyring'
  /** Neither, but its writer may think so: the word in capitals or misspelt, or a space before it. */
  | 'lookalike'
  | 'other';

/** `CodeArtifact`, `codeartefact`, `code-artifact`, `codeartifcat` and the like, alone or before qualifiers. */
const LOOKALIKE = /^\s*code[-_ ]?art[ei]f[a-z]{2,4}(?![\w.-])/i;

/** keyrings.codeartifact 2.1.2 takes every header that starts with `codeartifact`, in exactly this case. */
export function headerKind(header: string): HeaderKind {
  if (/^codeartifact(?![\w.-])/.test(header)) return 'both';
  if (header.startsWith('codeartifact')) return 'keyring';
  return LOOKALIKE.test(header) ? 'lookalike' : 'other';
}

/**
 * The qualifiers as keyrings.codeartifact 2.1.2 finds them: anywhere in the header and in any order. If one is given
 * twice, the last counts. A value without a pair of equal quotes around it counts as `''`.
 * @returns undefined where the package fails: for a qualifier with a capital letter, or with an i that Python takes for
 *   a capital one (U+0130, U+0131)
 */
export function readQualifiers(header: string): Qualifiers | undefined {
  const found: Partial<Record<Qualifier, string>> = {};
  // Linear: only the last quote of each kind can be without a partner, and make the pattern look to the end in vain.
  const pattern = /(?<key>doma[iıİ]n|account|reg[iıİ]on|name)=(?:"(?<double>[^"]*)"|'(?<single>[^']*)')?/gi;
  for (const { groups: { key = '', double, single } = {} } of header.matchAll(pattern)) {
    if (!isQualifier(key)) return undefined;
    found[key] = double ?? single ?? '';
  }
  return found;
}

/** Equal for equal qualifiers, in whatever order they are written. */
export function qualifiersKey({ domain, account, region, name }: Qualifiers): string {
  return JSON.stringify([domain, account, region, name]);
}

/** Separators, `KEY = VALUE` with or without quotes, and any other text. */
const TOKENS = new RegExp(
  [
    '[ \\t,]+',
    '(?<key>[\\w.-]+)(?<before>[ \\t]*)=(?<after>[ \\t]*)' +
      '(?:"(?<double>[^"]*)"|\'(?<single>[^\']*)\'|(?<bare>[^ \\t,]*))',
    '[^ \\t,]+',
  ].join('|'),
  'gy',
);

const KNOWN = `known are ${joinWords(QUALIFIERS)}`;

const FORM = 'write QUALIFIER="VALUE" for each of domain, account, region and name that must match';

/**
 * What `strict` does not accept in a header of ours with more than the word: one rule for each kind of mistake. A
 * header without mistakes has the qualifiers of `readQualifiers`. Spaces, tabs or commas separate the qualifiers.
 */
export function findHeaderMistakes(header: string): readonly string[] {
  const mistakes = new Set<string>();
  const seen = new Set<Qualifier>();
  const text = header.slice('codeartifact'.length);
  for (const { 0: token, groups = {} } of text.matchAll(TOKENS)) {
    if (/^[ \t,]/.test(token)) continue;
    const { key, before, after, double, single, bare = '' } = groups;
    const value = double ?? single;
    if (key === undefined) mistakes.add(`there is text beside the qualifiers; ${FORM}`);
    else if (!isQualifier(key)) mistakes.add(wrongKey(key));
    else {
      if (before || after) mistakes.add(`there are spaces around the = of ${key}; write ${key}="VALUE"`);
      else if (value === '') mistakes.add(`${key} is empty, so it matches nothing; give it a value or remove it`);
      else if (value === undefined ? /["']/.test(bare) : /["']/.test(value))
        mistakes.add(`the quotes of ${key} do not match; write ${key}="VALUE"`);
      else if (value === undefined) mistakes.add(`${key} has no quotes; write ${key}="VALUE"`);
      if (seen.has(key)) mistakes.add(`${key} is given twice; remove one`);
      seen.add(key);
    }
  }
  if (mistakes.size === 0 && seen.size === 0)
    mistakes.add(
      `no qualifier follows the word codeartifact; write [codeartifact] for what all sections share, or ${FORM}`,
    );
  return [...mistakes];
}

function wrongKey(key: string): string {
  const lower = key.toLowerCase();
  if (isQualifier(lower)) return `"${key}" has a capital letter; write ${lower}="VALUE"`;
  if (!/^[a-z_-]{1,20}$/i.test(key)) return `a qualifier is not known; ${KNOWN}`;
  return `the qualifier "${key}" is not known${didYouMean(key, QUALIFIERS) || `; ${KNOWN}`}`;
}
