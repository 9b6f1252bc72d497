/** Messages as the documents quote them, and whether the code says them. */
import { OPTION_NAMES } from '../../src/keyringrc/section.ts';
import { HOLE, textsOf } from './said-by-source.ts';

/** Before the first character of a text, and behind the last one. */
const [START, END] = ['\u0002', '\u0003'];

/**
 * What differs from run to run: CAPITALS, `...`, what is in double quotes, words with digits or several capitals, and
 * words with a colon or a slash inside.
 */
const DIFFERS =
  /\b[A-Z][A-Z0-9_]*\b|\.{3}|"[^"]*"|\b[A-Z][a-z]+[A-Z]\w*|[^\s,;()[\]]*\d[^\s,;()[\]]*|[^\s:/]+[:/][^\s,;)]+/;

/** Words of the code that it puts into its texts beside names: ways of matching, and what goes with a number. */
const PUT_IN = [
  ...['strict', 'keyring', 'is', 'are', 'take', 'takes', 'end', 'ends', 'hour', 'hours', 'minute', 'minutes'],
];

/**
 * Looks for messages in the texts of code. The words between what differs must be there as they are: in one text, or in
 * texts that are put into one another, from the one's end on.
 * @param sources the text of each file
 * @param names of inputs and clients, which the code puts into its texts
 * @returns what gives the parts of a message that no text has
 */
export function openMessages(sources: readonly string[], names: readonly string[]): (message: string) => string[] {
  const texts = new Set(sources.flatMap((source) => textsOf(source)));
  const said = [...texts].map((text) => START + text.replace(/\s+/g, ' ') + END).join('\n');
  const known = new Map<string, boolean>();
  const isSaid = (part: string, behind = ''): boolean => {
    const found = known.get(behind + part) ?? (said.includes(behind + part) || isJoined(part, behind));
    known.set(behind + part, found);
    return found;
  };
  /** Looks at no longer beginning than one that is somewhere. */
  function isJoined(part: string, behind: string): boolean {
    for (let at = 1; at < part.length && said.includes(behind + part.slice(0, at)); at++) {
      const [before, after] = [behind + part.slice(0, at), part.slice(at)];
      if (said.includes(before + HOLE) && isSaid(after, START)) return true;
      if (said.includes(before + END) && (isSaid(after, HOLE) || isSaid(after, START))) return true;
    }
    return false;
  }
  const longestFirst = [...names, ...OPTION_NAMES, ...PUT_IN].toSorted((one, other) => other.length - one.length);
  const putIn = new RegExp(`(?<![\\w-])(?:${longestFirst.join('|')})(?![\\w-])`);
  const missingIn = (part: string) => (isSaid(part) ? [] : part.split(putIn).filter((piece) => !isSaid(piece)));
  return (message) => message.split(DIFFERS).flatMap(missingIn);
}
