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
  /** The same and more as it is written, comments too: clients differ in where a line and a comment end. */
  readonly raw: readonly Raw[];
}

/** A line, or a value, as it is written. */
export interface Raw extends Said {
  /** Whether it is a whole value, and not a line. */
  readonly isValue: boolean;
}

/** Reads a file by the rules of its name: TOML, JSON, or the lines of pip's requirements and of setup.cfg. */
export function readWorkspaceText(file: UserFile): WorkspaceText {
  const whole = parse(file);
  if (whole === undefined) {
    const { said, raw } = readLines(file);
    return { said, trusted: said.flatMap(trustedHosts), raw };
  }
  const values = valuesIn(withoutProse(whole));
  const findLine = (text: string) => () => linesOf(file).findIndex((line) => line.includes(text)) + 1 || undefined;
  const place = (text: string) => ({ text, findLine: findLine(text) });
  const said = values.filter((value) => typeof value === 'string').map(place);
  return {
    said,
    trusted: values
      .filter(isTable)
      .filter(isUnchecked)
      .map(({ url }) => place(String(url))),
    raw: said.map((one) => ({ ...one, isValue: true })),
  };
}

/** Without what a project says of itself to people, which no client takes a URL from. */
function withoutProse(whole: TomlValue): TomlValue {
  if (!isTable(whole) || !isTable(whole['project'])) return whole;
  const { readme, description, ...project } = whole['project'];
  return { ...whole, project };
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

/**
 * Whether a table with a URL turns the check of certificates off, or says who is trusted (Pipfile, pdm). An empty list
 * or table is false to Python.
 */
function isUnchecked({ url, verify_ssl: verify = true, ca_certs: certificates }: TomlTable): boolean {
  const isEmpty = typeof verify === 'object' && Object.keys(verify).length === 0;
  return typeof url === 'string' && (certificates !== undefined || isEmpty || !isOn(verify));
}

/** `--trusted-host` of a requirements file, which pip takes by its first letter too, as the URL that it is about. */
function trustedHosts({ text, findLine }: Said): Said[] {
  return [...text.matchAll(/--t[a-z-]*[\s=]+(\S+)/g)].map(([, host]) => ({ text: `https://${host}/`, findLine }));
}

/**
 * pip joins a line that ends with a backslash to the next, unless it is a comment, and takes quotes and backslashes out
 * of options as a shell does (26.3, `req_file.py`). Clients differ in that, so each line is given by itself as well.
 */
function readLines(file: UserFile): Pick<WorkspaceText, 'said' | 'raw'> {
  const said: Said[] = [];
  const raw: Raw[] = [];
  let joined: string[] = [];
  let first = 1;
  const lines = linesOf(file).map((line) => line.replace(/\r$/, ''));
  for (const [index, line] of lines.entries()) {
    joined.push(line);
    if (/\\\s*$/.test(line) && !/^\s*#/.test(line) && index < lines.length - 1) continue;
    const start = first;
    const findLine = () => start;
    const whole = joined.map((one) => one.replace(/\\\s*$/, '')).join('');
    const each = new Set([whole, ...joined.flatMap((one) => one.replace(/\\\s*$/, '').split(LINE_ENDS))]);
    for (const text of each) {
      said.push({ text: text.replace(/(?:^|\s)#.*|^\s*;.*/, '').replace(/["'\\]/g, ''), findLine });
      for (const form of new Set([text, decoded(text)])) raw.push({ text: form, isValue: false, findLine });
    }
    joined = [];
    first = index + 2;
  }
  return { said, raw };
}

/** Where Python's `splitlines` ends a line, beside the usual ends. */
const LINE_ENDS = new RegExp(`[${'\r\v\f\x1c\x1d\x1e\x85\u2028\u2029'}]`);

/** As JSON has it, for a file that is broken to Node.js alone, and without the zeros of UTF-16, which pip reads too. */
function decoded(text: string): string {
  return text.replaceAll('\0', '').replace(/\\u[\da-fA-F]{4}/g, (written) => JSON.parse(`"${written}"`));
}
