/** From the bytes of a configuration file to its text. Pure. */
import { splitLines } from '../configparser/configparser.ts';
import { MAX_SIZE, type Mistake, RULES } from '../configparser/mistakes.ts';

/** The text of a file, with what is wrong with its bytes. */
export interface DecodedConfig {
  /** As far as it can be read; use it only without mistakes, or to find what must be masked. */
  readonly text: string;
  readonly mistakes: readonly Mistake[];
}

/**
 * Decodes the bytes of a configuration file as UTF-8. A byte order mark stays in the text, where `readConfig` reports
 * it. Mistakes: more than 1 MiB (the text is empty then), and each line with a byte that is not UTF-8.
 */
export function decodeConfig(bytes: Uint8Array): DecodedConfig {
  if (bytes.length > MAX_SIZE) return { text: '', mistakes: [{ line: 1, rule: RULES.tooLarge }] };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), mistakes: [] };
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    return { text, mistakes: badLines(bytes) };
  }
}

/** Line ends are never part of a longer character in UTF-8, so each line can be looked at alone. */
function badLines(bytes: Uint8Array): Mistake[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // Latin-1 gives one character a byte, so that lines can be found and turned back into bytes.
  const lines = splitLines(Buffer.from(bytes).toString('latin1'));
  return lines.flatMap((line, index) => {
    try {
      decoder.decode(Buffer.from(line, 'latin1'));
      return [];
    } catch {
      return [{ line: index + 1, rule: 'this line has a byte in it that is not UTF-8; save the file as UTF-8' }];
    }
  });
}
