/** Masks: the edge to the runner's log filter. A secret passes through here before anything else is done with it. */
import { setSecret } from '@actions/core';

/** Shorter values are not masked: they cannot be keys or tokens, and their mask would black out ordinary words. */
const SHORTEST = 6;

const known = new Set<string>();

/**
 * Tells the runner to hide the secret, and every form of it that the runner's own encoders miss, in the log of this
 * and all later steps. Call it where the secret becomes known, before it is printed, stored or sent.
 */
export function maskSecret(secret: string): void {
  if (secret.length < SHORTEST || known.has(secret)) return;
  known.add(secret);
  for (const form of derivedForms(secret)) setSecret(form);
}

/** @returns the text with every known secret replaced by `***`; for messages that others wrote, such as the SDK's */
export function redact(text: string): string {
  let clean = text;
  for (const secret of [...known].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, '***');
  return clean;
}

/**
 * The secret and the forms of it that can turn up in a log.
 *
 * The runner (2.336) adds to each mask its base64 with padding for three alignments, and its URI, JSON and XML
 * escapes. It misses base64 where other text precedes or follows the secret in the encoded bytes, base64url, lower-case
 * percent escapes, and those of JavaScript's `encodeURIComponent` and Python's `quote`, which leave other signs alone than
 * RFC 3986. Encoded at any place in any text, a secret shows at one of three alignments; the
 * characters that depend on the secret alone are the same whatever stands around it, so they are what is masked. The
 * few characters at the edges that mix with the neighbours are covered for the Basic credentials `aws:SECRET`, with
 * and without a final newline, by masking these whole.
 */
export function derivedForms(secret: string): string[] {
  const forms = new Set([secret]);
  const escaped = encodeURIComponent(secret.toWellFormed());
  const strict = escaped.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  for (const form of [escaped, strict, strict.replaceAll('%2F', '/')]) {
    forms.add(form).add(form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  }
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const text of [`aws:${secret}`, `aws:${secret}\n`, `${secret}\n`]) {
      const whole = Buffer.from(text).toString(encoding);
      forms.add(whole).add(whole.replace(/=+$/, ''));
    }
    for (const before of [0, 1, 2]) forms.add(alignedBase64(secret, before, encoding));
  }
  return [...forms];
}

/** The base64 characters that encode nothing but the secret when `before` bytes (modulo 3) precede it. */
function alignedBase64(secret: string, before: 0 | 1 | 2 | number, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  return bytes.toString(encoding).slice(first, last);
}
