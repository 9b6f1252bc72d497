/** The words of a netrc, as Python finds them. Pure text. */

const SPACES = ' \t\r\n';

/**
 * Reads words one after another as Python's `netrc` does (3.11 to 3.15), including what it gets wrong: a comment of
 * several words is skipped only when nothing but one line end stands between it and the word before; between entries it
 * also needs a space after its `#`.
 */
export class NetrcLexer {
  /** Where the last word starts. */
  start = 0;
  readonly #text: string;
  #at = 0;
  #lines = 0;

  /** @param text with line feeds only */
  constructor(text: string) {
    this.#text = text;
  }

  /** The next word, without its quotes and escapes; empty at the end, and for an empty pair of quotes. */
  word(): string {
    while (this.#at < this.#text.length && SPACES.includes(this.#text.charAt(this.#at))) this.#read();
    this.start = this.#at;
    const quoted = this.#text[this.#at] === '"';
    if (quoted) this.#read();
    let value = '';
    while (this.#at < this.#text.length) {
      const char = this.#read();
      if (quoted ? char === '"' : SPACES.includes(char)) break;
      value += char === '\\' ? this.#read() : char;
    }
    return value;
  }

  /**
   * The next word that is not a comment.
   * @param between whether it stands between entries, and not inside one
   */
  keyword(between: boolean): string {
    for (;;) {
      const before = this.#lines;
      const value = this.word();
      if (!value.startsWith('#')) return value;
      if (this.#lines === before && (!between || value === '#')) this.line();
    }
  }

  /** The rest of the line, with its end; empty at the end of the text. */
  line(): string {
    const end = this.#text.indexOf('\n', this.#at) + 1 || this.#text.length;
    const line = this.#text.slice(this.#at, end);
    this.#at = end;
    return line;
  }

  #read(): string {
    const char = this.#text[this.#at++] ?? '';
    if (char === '\n') this.#lines++;
    return char;
  }
}
