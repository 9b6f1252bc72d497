/** Comments as Python's configparser finds them, whose versions differ in one case. Pure text. */
import { indentOf, isSpaceAt } from './python-text.ts';

/** Where the comment in a line starts. */
export interface CommentStart {
  /** The index of the sign; 0 for a line that is all comment; undefined without one. */
  readonly start: number | undefined;
  /** Whether Python up to 3.12 and Python from 3.13 on disagree about it. */
  readonly differs: boolean;
}

/**
 * Finds a comment as Python's configparser does. A line whose first character is `#` or `;` is all comment, indented or
 * not. With `inline`, a `#` or `;` after white space starts one in any line.
 */
export function findComment(line: string, inline: boolean): CommentStart {
  const first = line[indentOf(line)];
  if (first === '#' || first === ';') return { start: 0, differs: false };
  const start = inline ? earliest(line) : undefined;
  return { start, differs: start !== undefined && start !== inStep(line) };
}

/**
 * Whether a `#` or `;` stands after white space, and so starts a comment. One that begins the line was found before.
 */
const isSign = (line: string, index: number) => isSpaceAt(line, index - 1);

/** Python 3.13 on: the first of all signs that stand after white space. */
function earliest(line: string): number | undefined {
  for (const { index } of line.matchAll(/[#;]/g)) if (isSign(line, index)) return index;
  return undefined;
}

/**
 * Python up to 3.12: looks at the first `#` and the first `;`, then at the second of each, and so on, until one of the
 * two stands after white space. So in `a;b ; c # d` the `#` wins, although a `;` that counts stands before it.
 */
function inStep(line: string): number | undefined {
  let hash = line.indexOf('#');
  let semicolon = line.indexOf(';');
  while (hash >= 0 || semicolon >= 0) {
    const found = [hash, semicolon].filter((index) => isSign(line, index));
    if (found.length > 0) return Math.min(...found);
    if (hash >= 0) hash = line.indexOf('#', hash + 1);
    if (semicolon >= 0) semicolon = line.indexOf(';', semicolon + 1);
  }
  return undefined;
}
