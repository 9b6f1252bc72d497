/** Reads a text as Python's configparser does, line by line, and says what is wrong with it. Pure text. */
import { findComment } from './comment-start.ts';
import { MAX_LINE_LENGTH, MAX_LINES, MAX_SIZE, type Mistake, RULES } from './mistakes.ts';
import { indentOf, splitLines, strip, stripEnd } from './python-text.ts';

export { splitLines } from './python-text.ts';

/** How a program sets Python's `RawConfigParser` up. All else is as Python has it by default. */
export interface Dialect {
  /** Whether `#` and `;` after white space start a comment in any line (`inline_comment_prefixes=("#", ";")`). */
  readonly inlineComments: boolean;
  /** The one section that may stand in the file more than once (`default_section`). */
  readonly defaultSection: string;
}

/** keyringrc.cfg, as keyrings.codeartifact 2.1.2 reads it. */
export const KEYRINGRC: Dialect = { inlineComments: true, defaultSection: 'codeartifact' };

/** pip.conf as pip, and .pypirc as twine, read them: a plain `RawConfigParser()`. */
export const PLAIN: Dialect = { inlineComments: false, defaultSection: 'DEFAULT' };

/** One option. Lines are counted from 1, as in `splitLines(text)[line - 1]`. */
export interface Option {
  /** In lower case. */
  readonly name: string;
  /** Continuation lines are joined by a line feed, as Python does. */
  readonly value: string;
  readonly line: number;
  /** The last line that holds a part of the value; blank lines and comments after it do not count. */
  readonly lastLine: number;
  /** The white space in front of the name. A line with more of it would continue the value. */
  readonly indent: string;
}

/**
 * One header with what follows it, up to the line before the next header: the blocks leave no line out between them.
 */
export interface Block {
  /** The text between the brackets, white space and all. Blocks of the default section may share it. */
  readonly section: string;
  readonly line: number;
  /** Blank lines and comments above the next header count; the last line with an option is that option's `lastLine`. */
  readonly lastLine: number;
  readonly options: readonly Option[];
}

/** What a text holds, and what is wrong with it. */
export interface Config {
  /** In the order of the file. Complete only if there are no mistakes. */
  readonly blocks: readonly Block[];
  /** By line. */
  readonly mistakes: readonly Mistake[];
}

/**
 * Reads a text as Python's `RawConfigParser` does (checked against 3.11; 3.13 and 3.14 by their source). Reports all
 * mistakes at once, where Python stops at the first of some. There are mistakes exactly when Python's parser raises,
 * and for a text above our bounds, and for a line on which Python's versions disagree. Takes linear time. Never throws.
 * @param most lines that are read
 */
export function readConfig(text: string, dialect: Dialect, most = MAX_LINES): Config {
  if (text.length > MAX_SIZE) return { blocks: [], mistakes: [{ line: 1, rule: RULES.tooLarge }] };
  const hasBom = text.startsWith('\ufeff');
  const lines = splitLines(hasBom ? text.slice(1) : text);
  const reading: Reading = { dialect, blocks: [], mistakes: [], sections: new Map(), level: 0 };
  if (hasBom) reading.mistakes.push({ line: 1, rule: RULES.bom });
  lines.slice(0, most).forEach((line, index) => {
    readLine(reading, line, index + 1);
  });
  const { mistakes } = reading;
  if (lines.length > most) mistakes.push({ line: most + 1, rule: RULES.manyLines });
  const blocks = reading.blocks.map((block, index, all) =>
    close(block, (all[index + 1]?.line ?? lines.length + 1) - 1),
  );
  return { blocks, mistakes };
}

interface OpenOption {
  readonly name: string;
  readonly parts: string[];
  readonly line: number;
  readonly indent: string;
  lastLine: number;
}

interface OpenBlock {
  readonly section: string;
  readonly line: number;
  readonly options: OpenOption[];
}

/** What is known after some lines. */
interface Reading {
  readonly dialect: Dialect;
  readonly blocks: OpenBlock[];
  readonly mistakes: Mistake[];
  /** By section: the line of its first header, and of each option's first place. */
  readonly sections: Map<string, { readonly line: number; readonly options: Map<string, number> }>;
  /** The option that a deeper line would continue. */
  option?: OpenOption | undefined;
  /** The indentation of the last line that was not a continuation. */
  level: number;
  /** Whether text above the first header was reported: all of it has one cause. */
  headerMissed?: boolean;
}

function readLine(reading: Reading, text: string, line: number): void {
  const { dialect, option, mistakes } = reading;
  if (text.length > MAX_LINE_LENGTH && withoutEnd(text).length > MAX_LINE_LENGTH)
    mistakes.push({ line, rule: RULES.longLine });
  const comment = findComment(text, dialect.inlineComments);
  if (comment.differs) mistakes.push({ line, rule: RULES.commentDiffers });
  const content = strip(text.slice(0, comment.start));
  const indent = indentOf(text);
  if (content === '') {
    if (comment.start === undefined) option?.parts.push('');
  } else if (option && indent > reading.level) {
    option.parts.push(content);
    option.lastLine = line;
  } else {
    reading.level = indent;
    const section = headerIn(content);
    if (section !== undefined) openBlock(reading, section, line);
    else openOption(reading, content, line, text.slice(0, indent));
  }
}

function openBlock(reading: Reading, section: string, line: number): void {
  const first = reading.sections.get(section);
  if (!first) reading.sections.set(section, { line, options: new Map() });
  else if (section !== reading.dialect.defaultSection) reading.mistakes.push({ line, rule: RULES.section(first.line) });
  reading.blocks.push({ section, line, options: [] });
  reading.option = undefined;
}

function openOption(reading: Reading, content: string, line: number, indent: string): void {
  const say = (rule: string) => reading.mistakes.push({ line, rule });
  const block = reading.blocks.at(-1);
  if (!block) {
    if (!reading.headerMissed) say(content.startsWith('[') ? ruleOfHeader(content) : RULES.noHeader);
    reading.headerMissed = true;
    return;
  }
  const delimiter = content.search(/[=:]/);
  if (delimiter < 0) {
    // The option above stays open, as in Python, so that a deeper line below is not a second mistake.
    say(content.startsWith('[') ? ruleOfHeader(content) : RULES.noDelimiter);
    return;
  }
  const name = stripEnd(content.slice(0, delimiter)).toLowerCase();
  reading.option = undefined;
  if (name === '') {
    say(RULES.noName);
    return;
  }
  const seen = reading.sections.get(block.section)?.options;
  const first = seen?.get(name);
  if (first === undefined) seen?.set(name, line);
  else say(RULES.option(first));
  reading.option = { name, parts: [strip(content.slice(delimiter + 1))], line, lastLine: line, indent };
  block.options.push(reading.option);
}

function ruleOfHeader(content: string): string {
  return content.startsWith('[]') ? RULES.emptyHeader : RULES.openHeader;
}

/** The name in a header: up to the last `]`; what follows that is not looked at (`\[(?P<header>.+)\]`). */
function headerIn(content: string): string | undefined {
  const end = content.lastIndexOf(']');
  return content.startsWith('[') && end > 1 ? content.slice(1, end) : undefined;
}

function close({ section, line, options }: OpenBlock, lastLine: number): Block {
  return {
    section,
    line,
    lastLine,
    options: options.map(({ parts, ...rest }) => ({ ...rest, value: stripEnd(parts.join('\n')) })),
  };
}

function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
