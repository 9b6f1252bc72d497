/**
 * The URLs in a text of a workspace, and the hosts that clients may take them to. For odd URLs these differ: at a
 * backslash the host ends for urllib3 2 (pip) and uv, but not for httpx 0.28 (pdm); a blank before an `@` is a part of
 * the user's name, and a tab within a host is skipped by uv. Pure text.
 */
import type { Environment } from '../machine/machine.ts';

/** The ways in which pip, uv, pdm and pipenv, and hatch, write a variable. */
const VARIABLE = /\$\{(?<braces>\w+)\}|\$(?<dollar>\w+)|\{env:(?<env>[^:}]*)(?::(?<otherwise>[^}]*))?\}/g;

/** Characters of a text in which variables are replaced, and of the value of one. */
const MOST = { text: 4096, value: 1024 };

/** Variables in a text. */
const MOST_VARIABLES = 20;

/** Characters of the part of a URL that says the host; no client has more. */
const MOST_AUTHORITY = 1024;

/** A text with the values of its variables. */
export interface Expanded {
  readonly text: string;
  /** Whether it has the values of all: no more than {@link MOST} allows. */
  readonly isWhole: boolean;
}

/** Replaces variables as the clients do, one that holds a token by its {@link placeholderOf}; and not without end. */
export function expand(text: string, environment: Environment, secrets: readonly string[]): Expanded {
  let left = text.length > MOST.text ? 0 : MOST_VARIABLES;
  let isWhole = true;
  const expanded = text.replace(VARIABLE, (written, ...rest) => {
    const { braces, dollar, env, otherwise }: Partial<Record<string, string>> = rest.at(-1);
    const name = braces ?? dollar ?? env ?? '';
    if (secrets.includes(name)) return placeholderOf(name);
    const value = environment[name] ?? otherwise;
    if (value === undefined) return written;
    left -= 1;
    if (left >= 0 && value.length <= MOST.value) return value;
    isWhole = false;
    return written;
  });
  return { text: expanded, isWhole };
}

/** What stands for the token of a variable in an expanded text; no other text has it by chance. */
export function placeholderOf(name: string): string {
  return `codeartifact-keyring-${name}-`;
}

/** A URL that is written in a word. */
export interface WrittenUrl {
  /** Where it begins in the word. */
  readonly index: number;
  /** What clients may make of its scheme and host; null where that is no URL to Node.js. */
  readonly readings: readonly (URL | null)[];
}

/** The words of a text that have URLs, with each of these. */
export function urlsIn(text: string): { readonly word: string; readonly urls: readonly WrittenUrl[] }[] {
  return joinHosts(text)
    .split(/\s+/)
    .map((word) => ({
      word,
      urls: [...word.matchAll(/https?:/gi)].map(({ index }) => ({ index, readings: readingsAt(word, index) })),
    }))
    .filter(({ urls }) => urls.length > 0);
}

/** The text without blanks in what says the host of a URL: before an `@` they are escaped, elsewhere tabs go. */
function joinHosts(text: string): string {
  return text.replace(/https?:[\\/]*[^/?#]*/gi, (start) => {
    const end = start.lastIndexOf('@') + 1;
    return start.slice(0, end).replace(/\s/g, '%20') + start.slice(end).replace(/[\t\r\n]/g, '');
  });
}

function readingsAt(word: string, index: number): (URL | null)[] {
  const [start = ''] = /^https?:[\\/]*[^/?#]*/i.exec(word.slice(index, index + MOST_AUTHORITY)) ?? [];
  if (start.length === MOST_AUTHORITY) return [null];
  // The last one for a URL in quotes or brackets, or at the end of a list's item.
  const readings = new Set([start, start.replaceAll('\\', '%5C'), start.replace(/["'<>,;()[\]].*/s, '')]);
  return [...readings].map(readUrl);
}

function readUrl(written: string): URL | null {
  const url = URL.parse(written);
  // The same host to the DNS.
  if (url) url.hostname = url.hostname.replace(/\.$/, '');
  return url;
}
