/** What the clients take from files of a workspace, as texts with their lines. Pure text. */
import type { TomlTable, TomlValue } from 'smol-toml';
import type { UserFile } from '../machine/disk.ts';
import { Problems } from '../messages/problems.ts';
import { isOn, isTable, readToml, valuesIn } from './toml-config.ts';
import { linesOf } from './user-text.ts';

/** A line, or a value. */
export interface Said {
  readonly text: string;
  /**
   * The line, counted from 1; undefined where it is written in a way that is not followed here, such as with escapes.
   * It takes a search.
   */
  readonly findLine: () => number | undefined;
}

/** A file of a workspace, as far as it is looked at. */
export interface WorkspaceText {
  readonly said: readonly Said[];
  /** The URLs for whose certificates the file has a rule of its own. */
  readonly trusted: readonly Said[];
}

/** Reads a file by the rules of its name: TOML, JSON, or the lines of pip's requirements and of setup.cfg. */
export function readWorkspaceText(file: UserFile): WorkspaceText {
  const whole = parse(file);
  if (whole === undefined) {
    const said = readLines(file);
    return { said, trusted: said.flatMap(trustedHosts) };
  }
  const values = valuesIn(whole);
  const findLine = (text: string) => () => linesOf(file).findIndex((line) => line.includes(text)) + 1 || undefined;
  const place = (text: string) => ({ text, findLine: findLine(text) });
  return {
    said: values.filter((value) => typeof value === 'string').map(place),
    trusted: values
      .filter(isTable)
      .filter(isUnchecked)
      .map(({ url }) => place(String(url))),
  };
}

/** Undefined for a file that is no TOML or JSON, or a broken one: its lines are looked at. */
function parse(file: UserFile): TomlValue | undefined {
  if (!/\.toml$|\.lock$|(?:^|[/\\])Pipfile$/.test(file.path)) return undefined;
  try {
    return /Pipfile\.lock$/.test(file.path) ? JSON.parse(file.bytes.toString()) : readToml(file, '');
  } catch (error) {
    if (error instanceof Problems || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a table with a URL turns the check of certificates off, or says who is trusted (Pipfile, pdm). */
function isUnchecked({ url, verify_ssl: verify = true, ca_certs: certificates }: TomlTable): boolean {
  return typeof url === 'string' && (certificates !== undefined || !isOn(verify));
}

/** `--trusted-host` of a requirements file, as the URL that it is about. */
function trustedHosts({ text, findLine }: Said): Said[] {
  return [...text.matchAll(/--trusted-host[\s=]+(\S+)/g)].map(([, host]) => ({ text: `https://${host}/`, findLine }));
}

/**
 * pip joins lines at a backslash, and takes quotes and backslashes out of options as a shell does (26.3,
 * `req_file.py`).
 */
function readLines(file: UserFile): Said[] {
  const said: Said[] = [];
  let text = '';
  let first = 1;
  const lines = linesOf(file);
  for (const [index, line] of lines.entries()) {
    const goesOn = /\\\s*$/.test(line) && index < lines.length - 1;
    text += line.replace(/\\\s*$/, '');
    if (goesOn) continue;
    const start = first;
    said.push({ text: text.replace(/(?:^|\s)#.*|^\s*;.*/, '').replace(/["'\\]/g, ''), findLine: () => start });
    text = '';
    first = index + 2;
  }
  return said.filter((one) => one.text.trim() !== '');
}
