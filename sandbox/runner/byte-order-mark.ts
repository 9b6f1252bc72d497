import { TextDecoder } from 'node:util';

/** Turns pieces of bytes, cut anywhere, into text. */
export type TextReader = {
  /** Takes the next piece; gives what of the text is certain by now. */
  add(bytes: Uint8Array): string;
  /** Gives what is left at the end: a cut character becomes U+FFFD. */
  end(): string;
};

/**
 * Reads as .NET's StreamReader does, which the runner takes for streams and files: a byte order mark says what the
 * bytes are, and is no part of the text; without one they are UTF-8. The marks of UTF-32 are not known here.
 */
export function createTextReader(): TextReader {
  let held = new Uint8Array();
  let decoder: TextDecoder | undefined;
  return {
    add(bytes) {
      if (decoder !== undefined) return decoder.decode(bytes, { stream: true });
      const start = Buffer.concat([held, bytes]);
      held = start;
      if (start.length < 2) return '';
      decoder = new TextDecoder(encodingOf(start));
      return decoder.decode(start, { stream: true });
    },
    end: () => decoder?.decode() ?? new TextDecoder().decode(held),
  };
}

/** The text of a whole file, read in the same way. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
