/** What can be wrong with a text that configparser reads: the bounds, and the sentences. */

/** Something wrong at a line. */
export interface Mistake {
  readonly line: number;
  /** What is wrong, and what to do. Never quotes the line or a value. */
  readonly rule: string;
}

/** The largest file or text that is read, in bytes or characters; Python has no such bound. */
export const MAX_SIZE = 1024 * 1024;
/** The most lines that are read; Python has no such bound either. */
export const MAX_LINES = 10_000;
/** The most characters of a line, without its end; Python has no bound here either. */
export const MAX_LINE_LENGTH = 64 * 1024;

/** What is wrong, and what to do. */
export const RULES = {
  tooLarge: 'the file is larger than 1 MiB; make it smaller',
  bom: 'the file starts with a byte order mark (BOM), which Python takes for text; save it as UTF-8 without BOM',
  manyLines: 'the file has more than 10,000 lines; make it shorter',
  longLine: 'the line is longer than 65,536 characters; make it shorter',
  /** Python up to 3.12 and from 3.13 on read the line differently. */
  commentDiffers:
    'Python versions differ on where the comment in this line starts; put the comment on a line of its own',
  noHeader: 'this line stands above the first [section] header; put it under a header',
  openHeader: 'the section header is not closed; end it with ] (a # or ; after a space starts a comment)',
  emptyHeader: 'the section header is empty; write a name between the brackets',
  noName: 'an option has no name; write NAME = VALUE',
  noDelimiter: 'this line is neither a [section] header nor NAME = VALUE; start it with # if it is a comment',
  section: (line: number) => `this section is already in the file, at line ${line}; merge the two`,
  option: (line: number) => `this option is already in the section, at line ${line}; remove one of them`,
};

/** Rules that only this reader has. A file that breaks one may be fine for its own client. */
const OUR_RULES: readonly string[] = [RULES.tooLarge, RULES.manyLines, RULES.longLine, RULES.commentDiffers];

/**
 * A sentence about a mistake in a file of a client.
 * @param path what messages call the file
 */
export function describeMistake(path: string, { line, rule }: Mistake, client: string): string {
  const both = OUR_RULES.includes(rule) ? '' : ` (${client} cannot read this file either)`;
  return `${path} line ${line}: ${rule}${both}.`;
}
