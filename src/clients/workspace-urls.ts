/**
 * The URLs in a text of a workspace, and the hosts that clients may take them to. For odd URLs these differ: at a
 * backslash the host ends for urllib3 2 (pip) and uv, but not for httpx 0.28 (pdm); a blank before an `@` is a part of
 * the user's name, and a tab within a host is skipped by uv. Pure text.
 */
import type { Environment } from '../machine/machine.ts';

/** The ways in which pip, uv, pdm and pipenv, and hatch, write a variable; none of them knows all. */
const VARIABLE = /\$\{(?<name>\w+)\}|\$(?<name>\w+)|\{env:(?<name>[^:{}]{1,200})(?::(?<otherwise>[^{}]{0,1000}))?\}/g;

/** Characters of a text in which variables are replaced, and of the value of one. */
const MOST_TEXT = 4096;
const MOST_VALUE = 1024;

/** Variables in a text. */
const MOST_VARIABLES = 20;

/** Characters of the part of a URL that says the host, without the user's name. */
const MOST_AUTHORITY = 1024;

/** Replaces variables, but for those that hold a token, and nothing without end. */
export function expand(text: string, environment: Environment, secrets: readonly string[]): string {
  let left = text.length > MOST_TEXT ? 0 : MOST_VARIABLES;
  return text.replace(VARIABLE, (written, ...rest) => {
    const { name = '', otherwise }: Partial<Record<string, string>> = rest.at(-1);
    const value = valueIn(environment, name) ?? otherwise;
    const stays = secrets.includes(name) || value === undefined || value.length > MOST_VALUE || left-- <= 0;
    return stays ? written : value;
  });
}

function valueIn(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/**
 * Whether a text has the variable of a token where some client may take it to another host. It may stand in a URL of
 * ours that every client reads the same, and by itself; beside anything else that looks like a URL, or like another
 * variable, it may not.
 * @param isValue whether the text is a value, which may be a URL with blanks, and not a line
 */
export function sendsElsewhere(
  { text, isValue }: { readonly text: string; readonly isValue: boolean },
  name: string,
  { hosts, environment }: { readonly hosts: readonly string[]; readonly environment: Environment },
): boolean {
  if (!text.includes(name) && !text.includes('{env:')) return false;
  // A field in a field of hatch's may be the name of any variable.
  if (/\{env:[^{}]*\{/.test(text) && /\/\/|https?:/i.test(text)) return true;
  const marked = text.replace(writtenAs(name), PLACEHOLDER);
  if (!marked.includes(PLACEHOLDER)) return false;
  const plain = marked.replace(/\$\{(\w+)\}/g, (written, other: string) => {
    const value = valueIn(environment, other) ?? '';
    return /^[\w.-]+$/.test(value) ? value : written;
  });
  const ours = urlOf(hosts);
  return partsOf(plain, isValue).some(
    (part) => part.includes(PLACEHOLDER) && /\/\/|https?:|[\\${]|%\w+%/i.test(part.replace(ours, '')),
  );
}

/** What stands for the token of a variable. */
const PLACEHOLDER = 'our-token';

/** The variable as pip, uv, pdm and pipenv, hatch, and Python on Windows write it. */
function writtenAs(name: string): RegExp {
  return new RegExp(`\\$\\{${name}\\}|\\$${name}(?!\\w)|\\{env:${name}(?::[^{}]{0,1000})?\\}|%${name}%`, 'g');
}

/** A URL of ours that leaves nothing to interpret, up to where another may begin. */
function urlOf(hosts: readonly string[]): RegExp {
  const names = hosts.map((host) => host.replaceAll('.', '\\.')).join('|');
  return new RegExp(
    String.raw`https://(?:[\w.~:%+-]*@)?(?:${names})\.?(?::\d+)?(?:[/?#](?:(?!//|https?:)[^\s\\])*|(?=[,;)\]]*$))`,
    'gi',
  );
}

/**
 * What may be one URL: a line without its comment, since uv takes all behind an option for its URL; a value that begins
 * like a URL or a requirement; and the words of another value, as a shell takes a script apart.
 */
function partsOf(text: string, isValue: boolean): string[] {
  if (!isValue) return [text.replace(/[ \t]#.*/s, '')];
  if (/\\|^\s*(?:[\w.,[\]\s-]+@|(?!-)\S*(?:\/\/|https?:|\$))/i.test(text)) return [text];
  return text.replace(/"[^"]*(?:"|$)|'[^']*(?:'|$)/g, (part) => part.replace(/\s/g, '\u0001')).split(/[ \t\r\n]+/);
}

/** What clients may make of the scheme and host of each URL in a text; null for what is no URL to Node.js. */
export function urlsIn(text: string): (URL | null)[] {
  return joinHosts(text)
    .split(/\s+/)
    .flatMap((word) => [...word.matchAll(/https?:/gi)].flatMap(({ index }) => readingsAt(word, index)));
}

/** The text without blanks in what says the host of a URL: before an `@` they are escaped, elsewhere tabs go. */
function joinHosts(text: string): string {
  return text.replace(/https?:[\\/]*[^/?#]*/gi, (start) => {
    const end = start.lastIndexOf('@') + 1;
    const user = start.slice(0, end).replace(/\s/g, '%20');
    // A long name of a user says nothing of the host.
    const short = user.length > MOST_AUTHORITY ? `${user.slice(0, 8)}@` : user;
    return short + start.slice(end).replace(/[\t\r\n]/g, '');
  });
}

function readingsAt(word: string, index: number): (URL | null)[] {
  const [start = ''] = /^https?:[\\/]*[^/?#]*/i.exec(word.slice(index, index + MOST_AUTHORITY)) ?? [];
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
