/** What can be wrong with a text that configparser reads: the bounds, and the sentences. */

/** Something wrong at a line. The rule says what, and what to do; it never quotes the line or a value. */
export interface Mistake {
  readonly line: number;
  readonly rule: string;
}

/** The largest text that is read, in bytes or characters; Python has no such bound. */
export const MAX_SIZE = 1024 * 1024;
/** Lines that are read, and characters of a line; Python has no such bounds either. */
export const MAX_LINES = 10_000;
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
  noHeader: 'text stands above the first [section] header; put it under a header',
  openHeader: 'a section header has no name or no closing ]; write [NAME], and no comment sign after a blank in NAME',
  noName: 'an option has no name; write NAME = VALUE',
  noDelimiter: 'the line is neither a [section] header nor an option; write NAME = VALUE, or start a comment with #',
  section: (line: number) => `the section is already in the file, at line ${line}; make them one`,
  option: (line: number) => `the option is already in this section, at line ${line}; remove one of them`,
};
