import { toUpperInvariant } from './dotnet-text.ts';
import { splitLines } from './line-splitter.ts';

/**
 * The pairs of a GITHUB_ENV, GITHUB_OUTPUT or GITHUB_STATE file, in order, as actions/runner v2.336.0 reads them.
 *
 * A line is `NAME=VALUE`, or `NAME<<DELIMITER` with the value on the lines up to DELIMITER; whichever sign comes first
 * decides. Blank lines are skipped. Only `\n` ends a line (on Windows also `\r\n`), so a `\r` stays in the value.
 * An empty name before `=` passes, as it does there. The pairs are given one by one, so those before a bad line have
 * been given when it throws; the error has the runner's own text.
 */
export function* readPairs(text: string, windows = process.platform === 'win32'): Generator<[string, string]> {
  const reader = createLineReader(text, windows);
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (line.text === '') continue;
    const equals = line.text.indexOf('=');
    const heredoc = line.text.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      yield [line.text.slice(0, equals), line.text.slice(equals + 1)];
    } else if (heredoc >= 0) {
      const name = line.text.slice(0, heredoc);
      const delimiter = line.text.slice(heredoc + 2);
      if (name === '' || delimiter === '') {
        throw new Error(`Invalid format '${line.text}'. Name must not be empty and delimiter must not be empty`);
      }
      yield [name, readHeredoc(reader, delimiter)];
    } else {
      throw new Error(`Invalid format '${line.text}'`);
    }
  }
}

/** The entries of a GITHUB_PATH file: every line that is not empty. */
export function readPaths(text: string): string[] {
  return splitLines(text).filter((line) => line !== '');
}

/** True for a name that GITHUB_ENV refuses: NODE_OPTIONS in any case, and no other. */
export function isBlockedVariable(name: string): boolean {
  return toUpperInvariant(name) === 'NODE_OPTIONS';
}

/** `end` is the offset after the text and before the newline; `newline` is empty on a last line without one. */
type Line = { text: string; end: number; newline: string };
type LineReader = { next(): Line | undefined; position(): number; slice(from: number, to: number): string };

function createLineReader(text: string, windows: boolean): LineReader {
  let position = 0;
  return {
    next() {
      if (position >= text.length) return undefined;
      const start = position;
      const feed = text.indexOf('\n', start);
      if (feed < 0) {
        position = text.length;
        return { text: text.slice(start), end: text.length, newline: '' };
      }
      position = feed + 1;
      const newline = windows && feed > start && text[feed - 1] === '\r' ? '\r\n' : '\n';
      const end = feed + 1 - newline.length;
      return { text: text.slice(start, end), end, newline };
    },
    position: () => position,
    slice: (from, to) => text.slice(from, to),
  };
}

function readHeredoc(reader: LineReader, delimiter: string): string {
  const start = reader.position();
  let end = start;
  for (let line = reader.next(); line?.text !== delimiter; line = reader.next()) {
    if (line === undefined) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    if (line.newline === '') throw new Error('Invalid value. EOF marker missing new line.');
    end = line.end;
  }
  return reader.slice(start, end);
}
