/** A TOML file of a client: the user's settings, with tables of ours in the place of theirs. Pure text. */
import { parse, stringify, TomlDate, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import type { UserFile } from '../machine/disk.ts';
import { fail } from '../messages/problems.ts';
import { keepTimes } from './toml-times.ts';
import { decode, linesOf, nameReplaced } from './user-text.ts';

/**
 * Integers are bigints, and numbers floats, so that 1.0 does not become 1.
 * @returns what a file says; empty without one
 * @throws {Problems} when the file is not TOML, which its client would refuse too; its text is not quoted
 */
export function readToml(file: UserFile | undefined, client: string): TomlTable {
  if (!file) return {};
  try {
    return parse(textOf(file), { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return fail(
      `${file.path} line ${error.line}: this is not TOML, and ${client} cannot read the file either; correct it.`,
    );
  }
}

/**
 * The user's settings, to be written again.
 * @throws {Problems} when the file is not TOML, or has a value that could not be written as it is
 */
export function readTomlToWrite(file: UserFile | undefined, client: string): TomlTable {
  const settings = readToml(file, client);
  const times = valuesIn(settings).filter((value) => value instanceof TomlDate);
  if (!file || keepTimes(times, textOf(file))) return settings;
  return fail(
    `${file.path} has two times within the same millisecond, which this action cannot copy exactly; write them to ` +
      'the millisecond.',
  );
}

/**
 * @returns the bytes of a file that replaces the user's
 * @throws {Problems} when the user's settings are nested too deep
 */
export function writeToml(settings: TomlTable, user: UserFile | undefined): Buffer {
  try {
    return Buffer.from((user ? nameReplaced(user) : '') + stringify(settings, { numbersAsFloat: true }));
  } catch (error) {
    return fail(
      `${user?.path ?? 'The TOML of this action'} is nested too deep to be written again; make it simpler.`,
      error,
    );
  }
}

function textOf(file: UserFile): string {
  return decode([file]).texts.join('');
}

/** @returns the table of that name in a table; an empty one where there is none */
export function tableIn(settings: TomlTable, name: string): TomlTable {
  const value = valueIn(settings, name);
  return isTable(value) ? value : {};
}

/** @returns the tables of that name in a table: `[[name]]`; none where there is none */
export function tablesIn(settings: TomlTable, name: string): TomlTable[] {
  const value = valueIn(settings, name);
  return Array.isArray(value) ? value.filter(isTable) : [];
}

/** A value and all that is in it, however deep. */
export function valuesIn(value: TomlValue): TomlValue[] {
  const found = [value];
  for (const one of found) {
    // Not spread: there may be more than a call takes.
    if (isTable(one) || Array.isArray(one)) for (const below of Object.values(one)) found.push(below);
  }
  return found;
}

/** Whether a value of TOML is a table: no list, no date, no single value. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Whether a client takes a value for true: any text but these few (pdm 2.29, `ensure_boolean`). */
export function isOn(value: TomlValue): boolean {
  return typeof value === 'string' ? /^(?!(?:false|no|0)$)./i.test(value) : Boolean(value);
}

/** The header of a table, or a key with what it says. */
const LINE = /^(?:\[\[?(?<header>[^[\]]+)\]|(?<key>[\w."'-][\w."' -]*)=(?<said>.*))/;

/**
 * @param words the names that lead to a table or key, as in `['repositories', 'team']`
 * @param value what the key says, where there are several tables of that name
 * @returns the file and the line that first says so; the file alone where that is written in a way that is not followed
 *   here (a table within a line, a text of several lines)
 */
export function placeOf(file: UserFile, words: readonly string[], value?: string): string {
  let table: string[] = [];
  for (const [index, line] of linesOf(file).entries()) {
    const { header, key, said = '' } = LINE.exec(line.trim())?.groups ?? {};
    if (header !== undefined) table = splitKey(header);
    const path = header !== undefined ? table : key !== undefined ? [...table, ...splitKey(key)] : [];
    const leads = words.every((word, position) => path[position] === word);
    if (leads && (value === undefined || /["']([^"']*)["']/.exec(said)?.[1] === value)) {
      return `${file.path} line ${index + 1}`;
    }
  }
  return file.path;
}

function splitKey(key: string): string[] {
  return (key.match(/"[^"]*"|'[^']*'|[^.\s]+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ''));
}

function valueIn(settings: TomlTable, name: string): TomlValue | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}
