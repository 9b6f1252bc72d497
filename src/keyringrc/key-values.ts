import { findComment } from '../configparser/comment-start.ts';
import { KEYRINGRC, readConfig, splitLines } from '../configparser/configparser.ts';
import { strip } from '../configparser/python-text.ts';
import { KEY_OPTIONS } from './section.ts';

const NAMES: readonly string[] = KEY_OPTIONS;
/** The names as a pattern, with no group. */
const ANY_NAME = `(?:${KEY_OPTIONS.join('|')})`;
const GIVEN = new RegExp(`${ANY_NAME}\\s*[=:]`, 'i');
const BARE = new RegExp(`^\\s*${ANY_NAME}\\s+(?![\\s=:])`, 'i');

/**
 * Every value of `aws_access_key_id` and `aws_secret_access_key` in the text of a keyringrc.cfg, so that it can be
 * masked before anything is said about the file. Finds them in whatever section, in comments, above the first header,
 * in lines that Python takes for the end of another value, and in a file that is refused. Where it is not sure how far
 * a value goes, it gives each possible one. No value is empty; A short one may be an ordinary word.
 */
export function findKeyValues(text: string): readonly string[] {
  const values = new Set<string>();
  const add = (value: string) => {
    // Looking back keeps it linear: a run of quotes inside the value is then looked at once, not from each of its
    // signs.
    const bare = strip(value).replace(/^["']+|(?<!["'])["']+$/g, '');
    for (const form of [strip(value), bare]) if (form !== '') values.add(form);
  };
  for (const { options } of readConfig(text, KEYRINGRC).blocks) {
    for (const { name, value } of options) {
      if (!NAMES.includes(name)) continue;
      add(value);
      // The log shows a line at a time.
      for (const line of value.split('\n')) add(line);
    }
  }
  for (const line of splitLines(text)) {
    for (const value of valuesIn(line)) {
      add(value);
      add(value.slice(0, findComment(value, true).start));
    }
  }
  return [...values];
}

/** What follows the names in a line, after `=` or `:`, or after a space if the line starts with the name. */
function valuesIn(line: string): string[] {
  // Cut at each name, not from each name to the end: that takes linear time for a line full of names.
  const [, ...given] = line.split(GIVEN);
  const bare = BARE.exec(line);
  return bare ? [...given, line.slice(bare[0].length)] : given;
}
