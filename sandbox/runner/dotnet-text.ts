/**
 * Text as the .NET of GitHub's runner sees it, where JavaScript sees it otherwise: white space, cases, and what a
 * search by culture finds. All that .NET knows of cultures is ICU's, which Node.js has too.
 */

const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const COLLATOR = new Intl.Collator('und');
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The text without white space at its start. U+0085 is white space in .NET, U+FEFF is not. */
export function trimStart(text: string): string {
  let start = 0;
  while (WHITE_SPACE.test(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** The text without white space at both ends. */
export function trim(text: string): string {
  let end = text.length;
  while (WHITE_SPACE.test(text.charAt(end - 1))) end -= 1;
  return trimStart(text.slice(0, end));
}

/** Upper case, a character for a character, and never from ASCII to the rest or back: `ß` and `ſ` stay. */
export function toUpperInvariant(text: string): string {
  return mapCase(text, (char) => char.toUpperCase());
}

/** One text for all that .NET's OrdinalIgnoreCase calls equal; lower case where the text is ASCII. */
export function ignoreCase(text: string): string {
  return mapCase(toUpperInvariant(text), (char) => char.toLowerCase());
}

function mapCase(text: string, map: (char: string) => string): string {
  return text.replace(/./gsu, (char) => {
    const mapped = map(char);
    return mapped.length === char.length && isAscii(mapped) === isAscii(char) ? mapped : char;
  });
}

/** Whether a comparison by culture calls two texts equal: what sorts as nothing does not count. */
export function equalInCulture(one: string, other: string): boolean {
  return COLLATOR.compare(one, other) === 0;
}

/**
 * Where a search by culture first finds ASCII text, -1 for nowhere. Between its characters there may be such that sort
 * as nothing; and it is not found where a character that combines with its last one follows (`::` before U+0301).
 */
export function findInCulture(text: string, wanted: string, from = 0): number {
  const first = wanted.charAt(0);
  for (let start = text.indexOf(first, from); start >= 0; start = text.indexOf(first, start + 1)) {
    if ((start === from || !combine(codePointBefore(text, start), first)) && matchesAt(text, wanted, start))
      return start;
  }
  return -1;
}

function matchesAt(text: string, wanted: string, start: number): boolean {
  let position = start;
  for (const char of wanted) {
    while (sortsAsNothing(charAt(text, position))) position += charAt(text, position).length;
    if (text.charAt(position) !== char) return false;
    position += 1;
  }
  const last = wanted.slice(-1);
  let next = charAt(text, position);
  for (; combine(last, next) && sortsAsNothing(next); next = charAt(text, position)) position += next.length;
  return !combine(last, next);
}

function sortsAsNothing(char: string): boolean {
  return char !== '' && !/[\t-\r -~]/.test(char) && COLLATOR.compare('a', `a${char}`) === 0;
}

/** Whether a reader sees two characters as one. */
function combine(one: string, other: string): boolean {
  if (other === '' || (isAscii(one) && isAscii(other))) return false;
  return [...GRAPHEMES.segment(one + other)].length === 1;
}

function isAscii(char: string): boolean {
  return char <= '\x7f';
}

/** The whole character, both halves of a surrogate pair; '' behind the end. */
function charAt(text: string, position: number): string {
  const code = text.codePointAt(position);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function codePointBefore(text: string, position: number): string {
  return [...text.slice(Math.max(0, position - 2), position)].at(-1) ?? '';
}
