/** Masks: the edge to the runner's log filter. A secret passes through here before anything else is done with it. */
import { setSecret } from '@actions/core';

/** Shorter values are not masked: they cannot be keys or tokens, and their mask would hide ordinary words. */
const SHORTEST = 6;

/**
 * From this length on, a few characters at the edges of a secret tell nothing of use. Every token is longer, no key.
 */
const LONG = 64;

/** The secrets that this process knows, the longest first: a shorter one may be a part of a longer one. */
let known: readonly string[] = [];

/**
 * Tells the runner to hide the secret, and every form of it that the runner's own encoders miss, in the log of this
 * step and of all later ones. Call it where the secret becomes known, before it is printed, stored or sent.
 */
export function maskSecret(secret: string): void {
  if (remember(secret)) for (const form of derivedForms(secret)) setSecret(form);
}

/**
 * The same for what is an access key or a token, without white space around it. One that is not printable ASCII is no
 * key, and is not printed even to hide it: the runner does not take each `::add-mask::` for a command, and shows what
 * is none. It is only kept out of what this action prints itself.
 */
export function maskKey(key: string): void {
  const trimmed = key.trim();
  if (ASCII.test(trimmed)) maskSecret(trimmed);
  else remember(trimmed);
}

/**
 * Masks a key or a token that never leaves this process, such as those of a role session: only as it is. What this
 * action prints passes {@link redact} as well, and every mask costs each later line of the job's log some time.
 */
export function maskInternal(key: string): void {
  if (remember(key) && ASCII.test(key)) setSecret(key);
}

const ASCII = /^[ -~]*$/;

/** @returns whether it is new, and long enough to be a secret */
function remember(secret: string): boolean {
  if (secret.length < SHORTEST || known.includes(secret)) return false;
  known = [...known, secret].sort((one, other) => other.length - one.length);
  return true;
}

/** @returns the text with `***` for every known secret; for messages that others wrote, such as the SDK's */
export function redact(text: string): string {
  return known.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/**
 * The secret and the forms of it that can turn up in a log and that the runner (2.336) does not find by itself.
 *
 * The runner adds to each mask its base64 with padding, also without its first byte and its first two, and its URI,
 * JSON and XML escapes. Encoded somewhere in a text, a secret shows at one of three alignments, and the padding is
 * where the text ends. So the runner finds a long secret from three masks: the whole, and the whole without its last
 * character and its last two. One of their nine encodings has no padding and stands at the alignment of the text; at
 * most two characters of the secret at each end are left beside it. A short secret has every form in full, with those
 * of the Basic credentials `aws:SECRET`. base64url and percent escapes are forms of their own only where they differ.
 */
export function derivedForms(secret: string): string[] {
  const forms = secret.length < LONG ? shortForms(secret) : longForms(secret);
  return [...new Set([secret, ...forms, ...percentForms(secret)])].filter(isPrintable);
}

/**
 * Whether the runner surely recognises `::add-mask::` before this value: it does not before a combining character, and
 * would print the value. ASCII and Latin letters are none.
 */
function isPrintable(form: string): boolean {
  return /^[ -~\u00a1-\u00ac\u00ae-\u024f]/.test(form);
}

function longForms(secret: string): string[] {
  const urlSafe = [0, 1, 2].map((before) => alignedBase64(secret, before, 'base64url'));
  // The two characters in which base64url differs.
  const differs = urlSafe.some((form) => /[-_]/.test(form));
  return [secret.slice(0, -1), secret.slice(0, -2), ...(differs ? urlSafe : [])];
}

function shortForms(secret: string): string[] {
  return (['base64', 'base64url'] as const).flatMap((encoding) => {
    const whole = [`aws:${secret}`, `aws:${secret}\n`, `${secret}\n`].map((text) =>
      Buffer.from(text).toString(encoding),
    );
    return [
      ...whole.flatMap((text) => [text, text.replaceAll('=', '')]),
      ...[0, 1, 2].map((before) => alignedBase64(secret, before, encoding)),
    ];
  });
}

/** The base64 characters that encode nothing but the secret when `before` bytes (modulo 3) precede it. */
function alignedBase64(secret: string, before: number, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  return bytes.toString(encoding).slice(first, last);
}

/**
 * The percent escapes of JavaScript's `encodeURIComponent`, of RFC 3986 and of Python's `quote`, which leave other
 * characters alone; in capitals and in lower case. The runner adds RFC 3986 in capitals.
 */
function percentForms(secret: string): string[] {
  const escaped = encodeURIComponent(secret.toWellFormed());
  const strict = escaped.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [escaped, strict, strict.replaceAll('%2F', '/')].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
  return isPrintable(secret) ? forms.filter((form) => form !== strict) : forms;
}
