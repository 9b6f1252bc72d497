/** The netrc of a job: our hosts first, then the user's own entries. Pure text. */
import type { HostToken } from '../clients/indexes.ts';

/** An entry for a host: its name, how many things it says, and where the text of it starts and ends. */
interface Entry {
  readonly host: string;
  readonly words: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Ours come first, since curl and git take the first entry of a host or `default`. The user's entries for our hosts
 * are left out, since Python takes the last of two.
 * @param user the text of the user's netrc, if there is one
 * @returns the text, the user's hosts that were left out, and whether his file had to be left out whole: Python
 *   refuses a file with one word out of place, and its clients would go without any credentials, unsaid
 */
export function writeNetrc(
  hosts: readonly HostToken[],
  user: string | undefined,
): { readonly text: string; readonly replaced: readonly string[]; readonly unreadable: boolean } {
  const ours = hosts.map(({ host, token }) => `machine ${host}\n  login aws\n  password ${token}\n`).join('');
  if (user === undefined) return { text: ours, replaced: [], unreadable: false };
  let text = ours + user.replace(/\r\n?/g, '\n');
  const entries = readEntries(text);
  // A file that starts with a login or password would say it of our last host.
  const mixed = entries?.slice(0, hosts.length).some(({ words }) => words > 2);
  const replaced = entries?.filter(
    ({ host, start }) => start >= ours.length && hosts.some((one) => one.host === host.toLowerCase()),
  );
  for (const { start, end } of replaced?.toReversed() ?? []) text = text.slice(0, start) + text.slice(end);
  if (replaced === undefined || mixed || readEntries(text) === undefined)
    return { text: ours, replaced: [], unreadable: true };
  return { text, replaced: replaced.map(({ host }) => host), unreadable: false };
}

const BLANKS = ' \t\r\n';

/**
 * Reads a netrc as Python's `netrc` does (3.11 to 3.15), including what it gets wrong: a comment of several words is
 * skipped only when nothing but one line end stands between it and the word before; between entries it also needs a
 * blank after its `#`. An empty pair of quotes in the place of a keyword ends the file.
 * @param text with line feeds only
 * @returns undefined where Python raises NetrcParseError
 */
function readEntries(text: string): Entry[] | undefined {
  const entries: Entry[] = [];
  let at = 0;
  let lines = 0;
  let start = 0;

  const read = () => {
    const char = text[at++] ?? '';
    if (char === '\n') lines++;
    return char;
  };
  const readLine = () => {
    const end = text.indexOf('\n', at) + 1 || text.length;
    const line = text.slice(at, end);
    at = end;
    return line;
  };
  const word = () => {
    while (at < text.length && BLANKS.includes(text[at] as string)) read();
    start = at;
    const quoted = text[at] === '"';
    if (quoted) read();
    let value = '';
    while (at < text.length) {
      const char = read();
      if (quoted ? char === '"' : BLANKS.includes(char)) break;
      value += char === '\\' ? read() : char;
    }
    return value;
  };
  /** The next word that is no comment. */
  const keyword = (between: boolean) => {
    for (;;) {
      const before = lines;
      const value = word();
      if (!value.startsWith('#')) return value;
      if (lines === before && (!between || value === '#')) readLine();
    }
  };

  let next = keyword(true);
  while (next !== '') {
    const begin = start;
    if (next === 'macdef') {
      word();
      for (let line = readLine(); line !== '\n'; line = readLine()) {
        if (line === '') return undefined;
      }
      next = keyword(true);
      continue;
    }
    if (next !== 'machine' && next !== 'default') return undefined;
    const host = next === 'machine' ? word() : next;
    if (host === '') return undefined;
    let words = 0;
    for (next = keyword(false); ['login', 'user', 'account', 'password'].includes(next); next = keyword(false)) {
      word();
      words++;
    }
    entries.push({ host, words, start: begin, end: next === '' ? text.length : start });
  }
  return entries;
}
