/** Messages as the documents quote them, and whether the code says them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPTION_NAMES } from '../../src/keyringrc/section.ts';
import { HOLE, textsOf } from './said-by-source.ts';

/** Before the first character of a text, and behind the last one. */
const [START, END] = ['\u0002', '\u0003'];

/**
 * What differs from run to run: CAPITALS, `...`, what is in double quotes, words with digits or several capitals, and
 * all that has a colon or slash in it.
 */
const DIFFERS = /\b[A-Z][A-Z0-9_]*\b|\.{3}|"[^"]*"|\b[A-Z][a-z]+[A-Z]\w*|[^\s,;()[\]]*\d[^\s,;()[\]]*|\S+[:/][^\s,;)]+/;

/** Words that the code puts in: a name, or a verb that goes with a number. */
function putIn(inputs: readonly string[]): RegExp {
  const words = [...inputs, ...OPTION_NAMES, 'strict', 'keyring', 'is', 'are', 'take', 'takes'];
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  return new RegExp(`(?<![\\w-])(?:${longestFirst.join('|')})(?![\\w-])`);
}

/**
 * Looks for messages in the texts of src/.
 * @param names names of inputs and tools, which the code puts into its texts
 * @returns what gives the parts of a message that no text has
 */
export function openSource(root: string, names: readonly string[]): (message: string) => string[] {
  const files = globSync('src/**/*.ts', { cwd: root });
  const texts = new Set(files.flatMap((file) => textsOf(readFileSync(join(root, file), 'utf8'))));
  const all = [...texts].map((text) => START + text.replace(/\s+/g, ' ') + END).join('\n');
  const isSaid = (part: string): boolean =>
    all.includes(part) ||
    // A text that is put into another one.
    [...part].some((_, at) => {
      const [before, after] = [part.slice(0, at), part.slice(at)];
      return (
        (all.includes(before + END) && all.includes(HOLE + after)) ||
        (all.includes(before + HOLE) && all.includes(START + after))
      );
    });
  const names_ = putIn(names);
  return (message) =>
    message
      .split(DIFFERS)
      .filter((part) => !isSaid(part))
      .flatMap((part) => part.split(names_).filter((piece) => !isSaid(piece)));
}
