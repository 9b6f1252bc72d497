/** The values that both an input and an option of keyringrc.cfg can have, with one rule for both. */
import { fail } from '../messages/problems.ts';

/** How the server certificates of AWS are verified: by the system's authorities, not at all, or by those of a PEM file too. */
export type Verify = true | false | { readonly caFile: string };

/** Seconds that a token lives when nothing else is said: the default of `keyrings.codeartifact` 2.1.2. */
export const DEFAULT_TOKEN_DURATION = 3600;

/** The bounds of GetAuthorizationToken's durationSeconds, in seconds (AWS API reference); 0 ends with the role session. */
const SHORTEST_DURATION = 900;
const LONGEST_DURATION = 43_200;

/**
 * @param place names the input, or the option with file and line
 * @returns seconds, 0 or 900 to 43200
 * @throws {Problems} when it is anything else
 */
export function readTokenDuration(text: string, place: string): number {
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds === 0 || (seconds >= SHORTEST_DURATION && seconds <= LONGEST_DURATION)) return seconds;
  return fail(
    `${place} must be a whole number of seconds from ${SHORTEST_DURATION} to ${LONGEST_DURATION}, ` +
      'or 0 for as long as the role session lasts.',
  );
}

/** @param place names the input, or the option with file and line */
export function readSwitch(text: string, place: string): boolean {
  const verify = readVerify(text, place);
  return typeof verify === 'boolean' ? verify : fail(`${place} must be true or false.`);
}

/** The words for on and off of `keyrings.codeartifact` 2.1.2, in any case; all else is the path of a CA bundle. */
export function readVerify(text: string, place: string): Verify {
  const word = text.toLowerCase();
  if (['1', 'yes', 'on', 'true'].includes(word)) return true;
  if (['0', 'no', 'off', 'false'].includes(word)) return false;
  const caFile = text.replace(/^"+|(?<!")"+$/g, '');
  return caFile === '' ? fail(`${place} must be on, off or the path of a CA bundle.`) : { caFile };
}
