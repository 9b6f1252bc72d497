/**
 * The values that settings can have, with one rule for inputs and for options of keyringrc.cfg. Pure.
 *
 * Every function here takes the text and its place, which names the input, or the option with file and line; it throws
 * {@link Problems} with a sentence that starts with the place.
 */
import { fail } from '../messages/problems.ts';

/**
 * How the certificates of AWS are verified: by the system's authorities, not at all, or also by those of a PEM file.
 */
export type Verify = true | false | { readonly caFile: string };

/**
 * The bounds of GetAuthorizationToken's durationSeconds, in seconds (AWS API reference); 0 ends with the role session.
 */
const SHORTEST_DURATION = 900;
const LONGEST_DURATION = 43_200;

/** IAM user guide, "IAM identifiers": partition, account, path and name. */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]{1,576}$/;
/** STS API reference, AssumeRole. */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** What is taken for the ARN of a role. */
const OTHER_ARNS: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^arn:[a-z-]+:sts::\d*:assumed-role\//, what: 'that of one of its sessions' },
  { pattern: /^arn:[a-z-]+:iam::\d*:user\//, what: 'that of a user' },
  { pattern: /^arn:[a-z-]+:iam::\d*:policy\//, what: 'that of a policy' },
  { pattern: /^arn:[a-z-]+:iam::\d*:instance-profile\//, what: 'that of an instance profile' },
  { pattern: /^[\w+=,.@/-]+$/, what: 'its name alone' },
];

/** The words for on and off of `keyrings.codeartifact` 2.1.2, in lower case. */
const ON = ['1', 'yes', 'on', 'true'];
const OFF = ['0', 'no', 'off', 'false'];

/** @returns seconds, 0 or 900 to 43200 */
export function readTokenDuration(text: string, place: string): number {
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds === 0 || (seconds >= SHORTEST_DURATION && seconds <= LONGEST_DURATION)) return seconds;
  checkQuotes(text, place);
  return fail(
    `${place} must be a number of seconds from ${SHORTEST_DURATION} to ${LONGEST_DURATION} (3600 is an hour), or 0 ` +
      'for as long as the role session lasts.',
  );
}

/** Reads true or false, in the words of `keyrings.codeartifact` 2.1.2. */
export function readSwitch(text: string, place: string): boolean {
  const word = readWord(text);
  if (word !== undefined) return word;
  checkQuotes(text, place);
  return fail(`${place} must be true or false.`);
}

/**
 * Reads the words for on and off in any case; any other text is the path of a CA bundle, which may stand in double
 * quotes, as `keyrings.codeartifact` 2.1.2 takes them away from a path.
 */
export function readVerify(text: string, place: string): Verify {
  const word = readWord(text);
  if (word !== undefined) return word;
  const caFile = text.replace(/^"+|(?<!")"+$/g, '');
  if (/^'/.test(text) || readWord(caFile) !== undefined) checkQuotes(text, place);
  return caFile === '' ? fail(`${place} must be on, off or the path of a CA bundle.`) : { caFile };
}

/** Whether a text has the same quote at both ends. Neither an input nor keyringrc.cfg takes quotes away. */
export function isInQuotes(text: string): boolean {
  return /^(["']).*\1$/.test(text);
}

function checkQuotes(text: string, place: string): void {
  if (isInQuotes(text)) fail(`${place} must not have quotes around it; remove them.`);
}

function readWord(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (ON.includes(word)) return true;
  return OFF.includes(word) ? false : undefined;
}

/** Reads the ARN of an IAM role. */
export function readRoleArn(text: string, place: string): string {
  if (ROLE_ARN.test(text)) return text;
  checkQuotes(text, place);
  const digits = /^arn:aws[a-z-]*:iam::([0-9]+):role\//.exec(text)?.[1];
  if (digits !== undefined && digits.length !== 12) {
    fail(`${place} must name an account of 12 digits, not of ${digits.length} (${digits}).`);
  }
  const other = OTHER_ARNS.find(({ pattern }) => pattern.test(text));
  return fail(
    `${place} must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME${other ? `, not ${other.what}` : ''}.`,
  );
}

/** Reads the name of a role session: 2 to 64 characters. */
export function readSessionName(text: string, place: string): string {
  if (SESSION_NAME.test(text)) return text;
  checkQuotes(text, place);
  return fail(`${place} must be 2 to 64 letters, digits or any of "_+=,.@-".`);
}

/** Reads the external id of a role: 2 to 1224 characters. */
export function readExternalId(text: string, place: string): string {
  if (EXTERNAL_ID.test(text)) return text;
  checkQuotes(text, place);
  return fail(`${place} must be 2 to 1224 letters, digits or any of "_+=,.@:/-".`);
}

/** Reads a part of an access key: visible ASCII, not in quotes. Never quotes it. */
export function readKey(text: string, place: string): string {
  checkQuotes(text, place);
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  return fail(`${place} holds a space or a character that no AWS key has; copy the key again without it.`);
}

/** Takes any text. */
export function readText(text: string): string {
  return text;
}
