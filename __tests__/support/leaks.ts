/** Characters of a secret, or of an encoding of it, that must not be seen together. */
const WINDOW = 16;

/**
 * The encodings in which any part of a secret can be read from a text: as it is, percent-escaped, hexadecimal is not
 * looked for (no client writes it), base64 and base64url at each alignment. Independent of the code under test.
 */
export function findLeaks(text: string, secret: string): string[] {
  const encodings: Record<string, string> = { raw: secret, escaped: encodeURIComponent(secret) };
  for (const before of ['', 'a', 'aw']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const whole = Buffer.from(before + secret).toString(encoding);
      encodings[`${encoding} after ${before.length} bytes`] = whole.slice(before.length === 0 ? 0 : 4, -4);
    }
  }
  return Object.entries(encodings).flatMap(([name, encoded]) => (holdsPart(text, encoded) ? [name] : []));
}

function holdsPart(text: string, encoded: string): boolean {
  const length = Math.min(WINDOW, encoded.length);
  for (let start = 0; start + length <= encoded.length; start += 1) {
    if (text.includes(encoded.slice(start, start + length))) return true;
  }
  return false;
}
