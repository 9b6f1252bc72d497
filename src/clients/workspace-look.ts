/**
 * What a workspace says that sends a token to another host, or shows it on the way to ours: no client can be kept from
 * it. A netrc knows no scheme, so a URL with `http://` gets the token too; and clients put any variable into a URL.
 */
import { join } from 'node:path';
import { readWorkspaceText, type Said } from '../formats/workspace-text.ts';
import type { Disk, UserFile } from '../machine/disk.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import type { Changes } from './changes.ts';
import { type Expanded, expand, placeholderOf, urlsIn } from './workspace-urls.ts';

/** What is looked for. */
interface Sought {
  /** The hosts of the repositories. */
  readonly hosts: readonly string[];
  /** Whether clients find the tokens by the host. */
  readonly byHost: boolean;
  /** The variables that hold tokens. */
  readonly secrets: readonly string[];
  readonly environment: Environment;
}

/** What a look found. */
export interface Look {
  /** A sentence for each, with its place. */
  readonly problems: readonly string[];
  /** Paths of files that are too large to be looked at. */
  readonly tooLarge: readonly string[];
}

/** The files that clients read at the top of a project. Locks are among them, since clients follow their URLs. */
const FILES = [
  /^(?:pyproject|poetry|uv|pdm|hatch|pylock(?:\..+)?)\.toml$/,
  /^(?:poetry|pdm|uv)\.lock$|^Pipfile(?:\.lock)?$|^setup\.cfg$/,
  /(?:requirements|constraints).*\.(?:txt|in)$/,
];

/** Nobody has as many. */
const MAX_FILES = 200;

/** Of one kind in one file; the rest is seen when these are gone. */
const MAX_PROBLEMS = 5;

/** Reads the files at the top of the workspace, each of 1 MiB at most. */
export function lookAtWorkspace(
  { files, variables }: Pick<Changes, 'files' | 'variables'>,
  hosts: readonly string[],
  { workspace, environment }: Machine,
  disk: Disk,
): Look {
  const names = disk.list(workspace).filter((name) => FILES.some((pattern) => pattern.test(name)));
  const read = names.slice(0, MAX_FILES).flatMap((name) => disk.read(join(workspace, name)) ?? []);
  const sought = {
    hosts,
    byHost: files.some(({ name }) => ['netrc', 'pip.conf'].includes(name)),
    secrets: variables.filter(({ secret }) => secret).map(({ name }) => name),
    environment,
  };
  const tooMany =
    `${workspace} has more than ${MAX_FILES} files of Python clients at its top, so not all were ` +
    'read; move some into folders.';
  return {
    problems: [...(names.length > MAX_FILES ? [tooMany] : []), ...read.flatMap((file) => judge(file, sought))],
    tooLarge: read.filter(({ isTooLarge }) => isTooLarge).map(({ path }) => path),
  };
}

function judge(file: UserFile, sought: Sought): string[] {
  const { said, trusted } = readWorkspaceText(file);
  const expanded = (texts: readonly Said[]) =>
    texts.map((one) => ({ ...one, ...expand(one.text, sought.environment, sought.secrets) }));
  const text = { said: expanded(said), trusted: expanded(trusted) };
  return [plainOnes, trustedOnes, variablesElsewhere].flatMap((find) => {
    const found = find(text, sought).slice(0, MAX_PROBLEMS);
    return found.map(([{ findLine }, problem]) => {
      const line = findLine();
      return `${file.path}${line === undefined ? '' : ` line ${line}`} ${problem}`;
    });
  });
}

/** A text of a file, with the values of variables. */
type Meant = Said & Expanded;

interface MeantText {
  readonly said: readonly Meant[];
  readonly trusted: readonly Meant[];
}

/** Where it stands, and what is wrong. */
type Found = readonly [Said, string];

function plainOnes({ said }: MeantText, sought: Sought): Found[] {
  return ourUrls(said, sought)
    .filter(([, { protocol }]) => protocol === 'http:')
    .map(([one, { hostname }]) => [
      one,
      `uses http:// for ${hostname}, so anyone on the network can read its token; write https://.`,
    ]);
}

function trustedOnes({ trusted }: MeantText, sought: Sought): Found[] {
  return ourUrls(trusted, sought).map(([one, { hostname }]) => [
    one,
    `changes which certificates are trusted for ${hostname}, so whoever has one can read its token; remove that.`,
  ]);
}

function variablesElsewhere({ said }: MeantText, { hosts, secrets }: Sought): Found[] {
  return secrets.flatMap((name) =>
    said
      .filter(({ text }) => text.includes(placeholderOf(name)))
      .filter(({ text, isWhole }) => !isWhole || sendsElsewhere(text, name, hosts))
      .map((one): Found => [one, `sends the token in ${name} to another host; remove it.`]),
  );
}

/** Whether the variable is in a URL that some client may not take to one of ours, with https. */
function sendsElsewhere(text: string, name: string, hosts: readonly string[]): boolean {
  const isOurs = (url: URL | null) => url?.protocol === 'https:' && hosts.includes(url.hostname);
  return urlsIn(text).some(({ word, urls }) => {
    const last = word.lastIndexOf(placeholderOf(name));
    return urls.some(({ index, readings }) => index < last && !readings.every(isOurs));
  });
}

/** The URLs of ours in texts, each host and scheme once a text. */
function ourUrls(texts: readonly Meant[], { hosts, byHost }: Sought): [Said, URL][] {
  if (!byHost) return [];
  return texts.flatMap((one) => {
    const readings = urlsIn(one.text)
      .flatMap(({ urls }) => urls.flatMap((url) => url.readings))
      .filter((url) => url !== null)
      .filter(({ hostname }) => hosts.includes(hostname));
    const distinct = new Map(readings.map((url) => [`${url.protocol}//${url.hostname}`, url]));
    return [...distinct.values()].map((url): [Said, URL] => [one, url]);
  });
}
