/**
 * ~/.pypirc with our index servers beside the user's own. Pure text; pypirc-file.ts reads and writes it.
 *
 * All jobs under one HOME share this file, and other programs rewrite it (`aws codeartifact login` drops its comments),
 * so no backup of one job could be put back: each takes out what is its own, which the sections themselves say
 * (pypirc-section.ts). The last one to leave makes the file what it was before the first came.
 */
import { type Block, PLAIN, readConfig, splitLines } from '../configparser/configparser.ts';
import { describeMistake, MAX_SIZE } from '../configparser/mistakes.ts';
import { each, fail, failWithAll } from '../messages/problems.ts';
import { otherName } from '../repositories/repository.ts';
import { addNames, clearLines, findList, missingOf, removeNames } from './pypirc-list.ts';
import { type IndexServer, type Original, type OurSection, readSection, writeSection } from './pypirc-section.ts';

/**
 * Adds index servers that a run uses, and drops those of runs that died.
 * @param text the file's text, a character for each byte; undefined for no file
 * @param mode the file's permission bits
 * @param owner the run
 * @throws {Problems} when the file cannot be read, which twine would refuse too; when a name is a section of the
 *   user's own; or when another live job uses the name for another repository or with another identity
 */
export function addIndexServers(
  text: string | undefined,
  mode: number | undefined,
  servers: readonly IndexServer[],
  owner: string,
  now: Date,
): string {
  const file = separate(text ?? '');
  const { blocks, mistakes } = readConfig(file.user, PLAIN);
  failWithAll(mistakes.map((mistake) => describeMistake('~/.pypirc', mistake, 'twine')));
  const sections = new Map(live(file.ours, now).map((section) => [section.name, section]));
  each(servers, (server) => {
    const { name, url } = server;
    if (blocks.some(({ section }) => section === name)) {
      fail(
        `Input repositories: the name "${name}" is already a section of your ~/.pypirc (line ` +
          `${lineOf(blocks, name)}); choose another, ${otherName(name, url)}.`,
      );
    }
    sections.set(name, claim(sections.get(name), server, owner));
  });
  const original = file.original ?? {
    mode: text === undefined ? undefined : mode,
    newline: isEnded(file.user),
    distutils: missingOf(blocks),
  };
  const written = join(file.user, [...sections.values()], original);
  checkWritten(file.user, written, [...sections.values()]);
  return written;
}

/**
 * The section of an index server, which other runs may use as well.
 * @throws {Problems} when they use it for something else
 */
function claim(
  present: OurSection | undefined,
  { name, url, token, identity, expiration }: IndexServer,
  owner: string,
): OurSection {
  const owners = new Map(present?.owners);
  owners.delete(owner);
  const shared = owners.size > 0 ? present : undefined;
  const remedy = `choose another, ${otherName(name, url)}`;
  const end = new Date(Math.max(...owners.values(), 0)).toISOString();
  if (shared && shared.url !== url) {
    fail(
      `Input repositories: another step or job of this machine uses the name "${name}" in ~/.pypirc for ` +
        `${shared.url} until ${end}; ${remedy}.`,
    );
  }
  // Without an identity this is a rehearsal, which cannot know.
  if (shared && identity !== undefined && shared.identity !== identity) {
    fail(
      `Input repositories: another step or job of this machine uses the name "${name}" in ~/.pypirc with another AWS ` +
        `identity until ${end}, and each would upload with the token of the other; ${remedy}.`,
    );
  }
  const until = expiration.getTime();
  owners.set(owner, until);
  const longest = shared && shared.until > until ? shared : { token, until };
  return { name, url, token: longest.token, until: longest.until, identity: identity ?? '', owners };
}

/** Reads back what was written: an indented header or option of the user's could have become a part of ours. */
function checkWritten(user: string, written: string, sections: readonly OurSection[]): void {
  if (Buffer.byteLength(written) > MAX_SIZE)
    fail('~/.pypirc would be larger than 1 MiB with all these index servers; list fewer repositories.');
  const flat = (blocks: readonly Block[]) =>
    blocks.flatMap(({ section, options }) => [
      JSON.stringify([section]),
      ...options
        .filter(({ name }) => name !== 'index-servers')
        .map(({ name, value }) => JSON.stringify([section, name, value])),
    ]);
  const { blocks, mistakes } = readConfig(written, PLAIN);
  const found = new Set(flat(blocks));
  const listed = findList(blocks)?.value.split(/\s+/) ?? [];
  const whole =
    mistakes.length === 0 &&
    flat(readConfig(user, PLAIN).blocks).every((option) => found.has(option)) &&
    sections.every(({ name, token }) => listed.includes(name) && found.has(JSON.stringify([name, 'password', token])));
  if (!whole)
    fail(
      '~/.pypirc has indented lines, below which nothing can be added safely; start its headers and options at the ' +
        'beginning of the line.',
    );
}

/**
 * Takes a run's index servers out again, and those of runs that died.
 * @returns undefined when nothing is ours; else the new text, or no text when the file was not there before us; and the
 *   permission bits that it should have
 */
export function removeOwner(
  text: string,
  owner: string,
  now: Date,
): { readonly text: string | undefined; readonly mode: number } | undefined {
  const { user, ours, original } = separate(text);
  if (!original) return undefined;
  const left = live(ours, now).flatMap((section) => {
    const owners = new Map(section.owners);
    owners.delete(owner);
    return owners.size > 0 ? [{ ...section, owners }] : [];
  });
  if (left.length > 0) return { text: join(user, left, original), mode: 0o600 };
  // Another program may have put blank lines between our sections.
  if (user.trim() === '' && original.mode === undefined) return { text: undefined, mode: 0o600 };
  return { text: user, mode: original.mode ?? 0o600 };
}

/** The sections that have an owner whose token still opens something, with these owners. */
function live(ours: readonly OurSection[], now: Date): OurSection[] {
  return ours.flatMap((section) => {
    const owners = new Map([...section.owners].filter(([, until]) => until > now.getTime()));
    return owners.size > 0 ? [{ ...section, owners }] : [];
  });
}

/** Tells the user's text from ours. */
function separate(text: string): { user: string; ours: OurSection[]; original: Original | undefined } {
  // Something may have made the file longer than it may be for us to add to it.
  const { blocks } = readConfig(text, PLAIN, Number.POSITIVE_INFINITY);
  const own = blocks.flatMap((block) => {
    const found = readSection(block);
    return found ? [{ ...found, ...block }] : [];
  });
  const [first] = own;
  if (!first) return { user: text, ours: [], original: undefined };
  const { original } = first;
  const lines: string[] = [...splitLines(text)];
  for (const { line, options } of own) clearLines(lines, line, options.at(-1)?.lastLine ?? line);
  const names = own.map(({ section }) => section);
  removeNames(lines, blocks, names, original.distutils);
  // Only a line end that we added, and that still is the last of the file, is ours to take away.
  const last = lines.findLastIndex((line) => line !== '');
  const end = own.at(-1)?.line ?? 0;
  if (!original.newline && last < end) lines[last] = lines[last]?.replace(/\n$/, '') ?? '';
  return { user: lines.join(''), ours: own.map(({ ours }) => ours), original };
}

/** Ours at the end, where no line of the user's can continue them, or be continued by them. */
function join(user: string, ours: readonly OurSection[], original: Original): string {
  if (ours.length === 0) return user;
  // Another program may have added something after our sections, so the user's text may end differently now.
  const newline = isEnded(user);
  const ended = newline ? user : `${user}\n`;
  const lines: string[] = [...splitLines(ended)];
  addNames(
    lines,
    readConfig(ended, PLAIN).blocks,
    ours.map(({ name }) => name),
  );
  return lines.join('') + ours.map((section) => writeSection(section, { ...original, newline })).join('');
}

function isEnded(text: string): boolean {
  return text === '' || /[\r\n]$/.test(text);
}

function lineOf(blocks: readonly Block[], section: string): number | undefined {
  return blocks.find((block) => block.section === section)?.line;
}
