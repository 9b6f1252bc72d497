/** The netrc of a job: our hosts first, then the user's own entries. Pure text. */
import { USER_NAME } from '../access/tokens.ts';
import { NetrcLexer } from './netrc-lexer.ts';

/** A host and the token that opens it, as a netrc says it. */
export interface HostToken {
  readonly host: string;
  readonly token: string;
}

/** The text of a netrc, and what became of the user's own. */
export interface Netrc {
  readonly text: string;
  /** The hosts of the user's that are left out, because they are ours. */
  readonly replaced: readonly string[];
  /**
   * Whether the user's file is left out whole. Python refuses a file with one word out of place, and its clients then
   * go on without any credentials, and say nothing.
   */
  readonly unreadable: boolean;
}

/** An entry for a host: its name, how many things it says, and where its text starts and ends. */
interface Entry {
  readonly host: string;
  readonly words: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Ours come first, since curl and git take the first entry of a host or `default`. The user's entries for our hosts are
 * left out, since Python takes the last of two.
 * @param user the text of the user's netrc, if there is one
 */
export function writeNetrc(hosts: readonly HostToken[], user: string | undefined): Netrc {
  const ours = hosts.map(({ host, token }) => `machine ${host}\n  login ${USER_NAME}\n  password ${token}\n`).join('');
  if (user === undefined) return { text: ours, replaced: [], unreadable: false };
  const whole = ours + user.replace(/\r\n?/g, '\n');
  const entries = readEntries(whole);
  const without: Netrc = { text: ours, replaced: [], unreadable: true };
  if (entries === undefined) return without;
  // A file that starts with a login or password would say it of our last host.
  const mixed = entries.slice(0, hosts.length).some(({ words }) => words > 2);
  const replaced = entries.filter(
    ({ host, start }) => start >= ours.length && hosts.some((one) => one.host === host.toLowerCase()),
  );
  const text = replaced.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), whole);
  if (mixed || readEntries(text) === undefined) return without;
  return { text, replaced: replaced.map(({ host }) => host), unreadable: false };
}

const KEYS = ['login', 'user', 'account', 'password'];

/**
 * Reads the entries as Python's `netrc` does (3.11 to 3.15). An empty pair of quotes in the place of a keyword ends the
 * file.
 * @param text with line feeds only
 * @returns undefined where Python raises NetrcParseError
 */
function readEntries(text: string): Entry[] | undefined {
  const lexer = new NetrcLexer(text);
  const entries: Entry[] = [];
  let keyword = lexer.keyword(true);
  while (keyword !== '') {
    const { start } = lexer;
    if (keyword === 'macdef') {
      if (!skipMacro(lexer)) return undefined;
      keyword = lexer.keyword(true);
      continue;
    }
    if (keyword !== 'machine' && keyword !== 'default') return undefined;
    const host = keyword === 'machine' ? lexer.word() : keyword;
    if (host === '') return undefined;
    let words = 0;
    for (keyword = lexer.keyword(false); KEYS.includes(keyword); keyword = lexer.keyword(false)) {
      lexer.word();
      words++;
    }
    entries.push({ host, words, start, end: keyword === '' ? text.length : lexer.start });
  }
  return entries;
}

/** @returns whether the macro ends, which it does at an empty line */
function skipMacro(lexer: NetrcLexer): boolean {
  lexer.word();
  for (;;) {
    const line = lexer.line();
    if (line === '\n') return true;
    if (line === '') return false;
  }
}
