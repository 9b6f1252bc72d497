/** The secrets in a keyringrc.cfg, found before anything else is done with it. Pure text. */
import { findComment } from '../configparser/comment-start.ts';
import { KEYRINGRC, readConfig, splitLines } from '../configparser/configparser.ts';
import { strip } from '../configparser/python-text.ts';

/** How the names of some options are looked for. */
interface Patterns {
  readonly inName: RegExp;
  /** With what follows a name in front of its value. */
  readonly given: RegExp;
  /** A name that begins a line, without a delimiter. */
  readonly bare: RegExp;
}

/** @param name a pattern with no group */
function patternsFor(name: string): Patterns {
  return {
    inName: new RegExp(name, 'i'),
    given: new RegExp(`${name}\\s*[=:]`, 'i'),
    bare: new RegExp(`^\\s*[\\w.-]{0,40}?${name}\\s+(?![\\s=:])`, 'i'),
  };
}

/** The options for the parts of an AWS key. */
const KEYS = patternsFor('aws_(?:access_key_id|secret_access_key|session_token)');

/**
 * The options whose values are secret: an access key, and every other option whose name says secret, password or
 * session token, whoever reads it. The bound keeps a line full of such words from taking long.
 */
const SECRETS = patternsFor('(?:aws_access_key_id|(?:aws_)?(?:secret|passw|session_token)[\\w.-]{0,40})');

/** Values that are looked for; every one is a mask that the runner searches each later line of the job for. */
const MOST_VALUES = 1_000;

/**
 * Every value of a secret option in the text of a keyringrc.cfg, so that it can be masked before anything is said about
 * the file. Finds them in whatever section, in comments, above the first header, in lines that Python reads as the end
 * of another value, and in a file that is refused. Where it is not sure how far a value goes, it gives each possible
 * one. No value is empty; a short one may be an ordinary word. A file with more than 1,000 of them gives the first
 * 1,000.
 */
export function findSecretValues(text: string): readonly string[] {
  return findValues(text, SECRETS);
}

/** Those of them that are a part of an AWS key, by the names of their options. */
export function findKeyValues(text: string): readonly string[] {
  return findValues(text, KEYS);
}

function findValues(text: string, patterns: Patterns): readonly string[] {
  const values = new Set<string>();
  const add = (value: string) => {
    // Looking back keeps it linear: a run of quotes inside the value is then looked at once, not from each of its
    // signs.
    const bare = strip(value).replace(/^["']+|(?<!["'])["']+$/g, '');
    for (const form of [strip(value), bare]) if (form !== '' && values.size < MOST_VALUES) values.add(form);
  };
  for (const { options } of readConfig(text, KEYRINGRC).blocks) {
    for (const { name, value } of options) {
      if (!patterns.inName.test(name)) continue;
      add(value);
      // The log shows a line at a time.
      for (const line of value.split('\n')) add(line);
    }
  }
  for (const line of splitLines(text)) {
    for (const value of valuesIn(line, patterns)) {
      add(value);
      add(value.slice(0, findComment(value, true).start));
    }
  }
  return [...values];
}

/** What follows the names in a line, after `=` or `:`, or after a space if the line starts with the name. */
function valuesIn(line: string, { given: givenName, bare: bareName }: Patterns): string[] {
  // Cut at each name, not from each name to the end: that takes linear time for a line full of names.
  const [, ...given] = line.split(givenName);
  const bare = bareName.exec(line);
  return bare ? [...given, line.slice(bare[0].length)] : given;
}
