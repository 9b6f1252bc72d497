/** The headers of keyringrc.cfg: whose they are, and which repositories they name, for both ways of matching. */

/** What a header can name of a repository, in the order in which messages list them. */
export const QUALIFIERS = ['domain', 'account', 'region', 'name'] as const;
export type Qualifier = (typeof QUALIFIERS)[number];
export type Qualifiers = Readonly<Partial<Record<Qualifier, string>>>;

const isQualifier = (key: string): key is Qualifier => (QUALIFIERS as readonly string[]).includes(key);

/** Whose a header is. */
export type Owner =
  /** Both ways of matching take it: the word `codeartifact`, alone or with more behind it. */
  | 'both'
  /** `keyring` alone takes it: a longer word, such as `codeartifactory`. */
  | 'keyring'
  /** No one takes it, but its writer may think so: the word in capitals or misspelt, or a blank in front of it. */
  | 'lookalike'
  | 'other';

/** `CodeArtifact`, `codeartefact`, `code-artifact`, `codeartifcat` and the like, alone or with qualifiers behind it. */
const LOOKALIKE = /^\s*code[-_ ]?art[ei]f[a-z]{2,4}(?![\w.-])/i;

/** keyrings.codeartifact 2.1.2 takes every header that starts with `codeartifact`, in exactly this case. */
export function ownerOf(header: string): Owner {
  if (/^codeartifact(?![\w.-])/.test(header)) return 'both';
  if (header.startsWith('codeartifact')) return 'keyring';
  return LOOKALIKE.test(header) ? 'lookalike' : 'other';
}

/**
 * The qualifiers as keyrings.codeartifact 2.1.2 finds them: anywhere in the header, in any order; `''` for a value that
 * stands in no pair of equal quotes; the last of equals. `undefined` where the package fails, which is where one is
 * written with a capital letter (or with an i that Python takes for a capital one: U+0130, U+0131).
 */
export function readQualifiers(header: string): Qualifiers | undefined {
  const found: Partial<Record<Qualifier, string>> = {};
  // Linear: only the last quote of each kind can be without a partner and so make the pattern look to the end in vain.
  const pattern = /(doma[iıİ]n|account|reg[iıİ]on|name)=(?:"([^"]*)"|'([^']*)')?/gi;
  for (const [, key = '', double, single] of header.matchAll(pattern)) {
    if (!isQualifier(key)) return undefined;
    found[key] = double ?? single ?? '';
  }
  return found;
}

/** Equal for equal qualifiers, in whatever order they were written. */
export function qualifiersKey({ domain, account, region, name }: Qualifiers): string {
  return JSON.stringify([domain, account, region, name]);
}

const FORM = 'write QUALIFIER="VALUE" for each of domain, account, region and name that must match';

/**
 * What `strict` does not accept in a header of ours with more than the word: one rule for each kind of mistake. A header without mistakes has
 * the qualifiers of `readQualifiers`. Qualifiers stand one after another, with blanks, tabs or commas between them.
 */
export function findHeaderMistakes(header: string): readonly string[] {
  const mistakes = new Set<string>();
  const seen = new Set<Qualifier>();
  const text = header.slice('codeartifact'.length);
  const pattern = /[ \t,]+|([\w.-]+)([ \t]*)=([ \t]*)(?:"([^"]*)"|'([^']*)'|([^ \t,]*))|[^ \t,]+/gy;
  for (const [token, key, before, after, double, single, bare = ''] of text.matchAll(pattern)) {
    if (/^[ \t,]/.test(token)) continue;
    const value = double ?? single;
    if (key === undefined) mistakes.add(`text stands outside the qualifiers; ${FORM}`);
    else if (!isQualifier(key)) mistakes.add(wrongKey(key));
    else {
      if (before || after) mistakes.add(`blanks stand around the = of ${key}; write ${key}="VALUE"`);
      else if (value === '') mistakes.add(`${key} is empty, so it matches nothing; give it a value or remove it`);
      else if (value === undefined ? /["']/.test(bare) : /["']/.test(value))
        mistakes.add(`the quotes of ${key} do not match; write ${key}="VALUE"`);
      else if (value === undefined) mistakes.add(`${key} has no quotes; write ${key}="VALUE"`);
      if (seen.has(key)) mistakes.add(`${key} is given twice; remove one`);
      seen.add(key);
    }
  }
  if (mistakes.size === 0 && seen.size === 0)
    mistakes.add(`no qualifier follows the word codeartifact; write [codeartifact] for defaults, or ${FORM}`);
  return [...mistakes];
}

function wrongKey(key: string): string {
  const lower = key.toLowerCase();
  if (isQualifier(lower)) return `${lower} is written with a capital letter; write ${lower}="VALUE"`;
  return 'a qualifier is misspelt; it is one of domain, account, region and name';
}
