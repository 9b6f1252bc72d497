/**
 * Text as Python sees it: its white space and its line ends. JavaScript's `trim` and `\s` differ: they take U+FEFF for
 * white space, and do not take U+001C..U+001F and U+0085.
 */

/** What `str.isspace` is true for in Python 3.11 (Unicode 14); all of it is one UTF-16 unit a character. */
const SPACES: ReadonlySet<number> = new Set([
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003,
  0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
]);

/**
 * Whether the character at `index`, if there is one, is white space to Python (`str.isspace`, and `\s` of its `re`).
 */
export function isSpaceAt(text: string, index: number): boolean {
  return SPACES.has(text.charCodeAt(index));
}

/** The index of the first character that is not white space; `text.length` if there is none. */
export function indentOf(text: string): number {
  let start = 0;
  while (isSpaceAt(text, start)) start += 1;
  return start;
}

/** Python's `str.rstrip()`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (isSpaceAt(text, end - 1)) end -= 1;
  return text.slice(0, end);
}

/** Python's `str.strip()`. */
export function strip(text: string): string {
  return stripEnd(text.slice(indentOf(text)));
}

/**
 * The lines of a text as a Python text file yields them (universal newlines: LF, CRLF, CR; not U+0085 or U+2028), each
 * with its own terminator, so that joining them gives the text back. Line n, counted from 1, is `[n - 1]`.
 */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? [];
}
