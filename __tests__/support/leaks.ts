import { readFileSync } from 'node:fs';
import { filesIn } from './files.ts';

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

/** What a program left to be read. */
export interface Traces {
  /** What it printed, before anything was masked. */
  readonly log: string;
  /** The arguments of it and its children, a process each. */
  readonly argv: readonly string[];
  /** Where it may have written. */
  readonly folders: readonly string[];
}

/** Where one of the secrets shows: `log`, `argument of` a program, and the paths of files. */
export function placesOf(secrets: readonly string[], { log, argv, folders }: Traces): string[] {
  const shows = (text: string) => secrets.some((secret) => findLeaks(text, secret).length > 0);
  return [
    ...(shows(log) ? ['log'] : []),
    ...argv.filter(shows).map((line) => `argument of ${line.split(' ').slice(0, 3).join(' ')}`),
    ...folders.flatMap(filesIn).filter((path) => shows(readFileSync(path, 'latin1'))),
  ];
}

function holdsPart(text: string, encoded: string): boolean {
  const length = Math.min(WINDOW, encoded.length);
  for (let start = 0; start + length <= encoded.length; start += 1) {
    if (text.includes(encoded.slice(start, start + length))) return true;
  }
  return false;
}
