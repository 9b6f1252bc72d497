/** A TOML file of a client: the user's settings, with tables of ours in the place of his. Pure text. */
import { parse, stringify, TomlError, type TomlTable } from 'smol-toml';
import { decode, nameReplaced, type UserFile } from '../machine/user-file.ts';
import { fail } from '../problems.ts';

/**
 * @returns the user's settings; empty without a file
 * @throws {Problems} when the file is no TOML, which its client would refuse too; its text is not quoted
 */
export function readToml(file: UserFile | undefined, client: string): TomlTable {
  if (!file) return {};
  try {
    return parse(decode([file]).texts.join(''));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return fail(`${file.path} line ${error.line}: this is not TOML; ${client} cannot read this file either, mend it.`);
  }
}

/** @returns the bytes of a file that takes the place of the user's */
export function writeToml(settings: TomlTable, user: UserFile | undefined): Buffer {
  return Buffer.from((user ? nameReplaced(user) : '') + stringify(settings));
}

/** @returns the table of that name in a table; an empty one where there is none */
export function tableIn(settings: TomlTable, name: string): TomlTable {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  return isTable(value) ? value : {};
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
