/**
 * Lines as .NET's TextReader.ReadLine gives them: `\n`, `\r\n` and a lone `\r` each end a line; a last line without an
 * end counts when it is not empty. The runner reads a step's output and its path and summary files this way.
 */
export function splitLines(text: string): string[] {
  const splitter = createLineSplitter();
  return [...splitter.add(text), ...splitter.end()];
}

/** Turns pieces of text, cut anywhere, into whole lines. */
export type LineSplitter = {
  /** Takes the next piece; gives the lines that it completes. */
  add(piece: string): string[];
  /** Gives the unfinished last line, when there is one. */
  end(): string[];
};

/** A {@link LineSplitter} with nothing read yet. */
export function createLineSplitter(): LineSplitter {
  let rest = '';
  return {
    add(piece) {
      const text = rest + piece;
      // A `\r` at the very end may be the first half of `\r\n`: it waits for the next piece.
      const held = text.endsWith('\r') ? 1 : 0;
      const lines = text.slice(0, text.length - held).split(/\r\n|\r|\n/);
      rest = (lines.pop() ?? '') + text.slice(text.length - held);
      return lines;
    },
    end() {
      const last = rest;
      rest = '';
      if (last === '') return [];
      return [last.endsWith('\r') ? last.slice(0, -1) : last];
    },
  };
}
