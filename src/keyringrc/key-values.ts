/** The secrets in a keyringrc.cfg, found before anything else is done with it. Pure text. */
import { findComment } from '../configparser/comment-start.ts';
import { KEYRINGRC, readConfig, splitLines } from '../configparser/configparser.ts';
import { strip } from '../configparser/python-text.ts';

/**
 * The options whose values are secret, as a pattern with no group: an access key, and every other option whose name
 * says secret, password or session token, whoever reads it. The bound keeps a line full of such words from taking long.
 */
const NAME = '(?:aws_access_key_id|(?:aws_)?(?:secret|passw|session_token)[\\w.-]{0,40})';
const SECRET = new RegExp(NAME, 'i');
const GIVEN = new RegExp(`${NAME}\\s*[=:]`, 'i');
const BARE = new RegExp(`^\\s*[\\w.-]{0,40}?${NAME}\\s+(?![\\s=:])`, 'i');

/** Values that are looked for; every one is a mask that the runner searches each later line of the job for. */
const MOST_VALUES = 1_000;

/**
 * Every value of a secret option in the text of a keyringrc.cfg, so that it can be masked before anything is said about
 * the file. Finds them in whatever section, in comments, above the first header, in lines that Python reads as the end
 * of another value, and in a file that is refused. Where it is not sure how far a value goes, it gives each possible
 * one. No value is empty; a short one may be an ordinary word. A file with more than 1,000 of them gives the first
 * 1,000.
 */
export function findKeyValues(text: string): readonly string[] {
  const values = new Set<string>();
  const add = (value: string) => {
    // Looking back keeps it linear: a run of quotes inside the value is then looked at once, not from each of its
    // signs.
    const bare = strip(value).replace(/^["']+|(?<!["'])["']+$/g, '');
    for (const form of [strip(value), bare]) if (form !== '' && values.size < MOST_VALUES) values.add(form);
  };
  for (const { options } of readConfig(text, KEYRINGRC).blocks) {
    for (const { name, value } of options) {
      if (!SECRET.test(name)) continue;
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
