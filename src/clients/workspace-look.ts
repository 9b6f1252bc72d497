/**
 * What a workspace says that sends a token to another host, or shows it on the way to ours: no client can be kept from
 * it. A netrc knows no scheme, so a URL with `http://` gets the token too; and clients put any variable into a URL.
 */
import { join } from 'node:path';
import { readWorkspaceText, type Said, type WorkspaceText } from '../formats/workspace-text.ts';
import type { Disk, UserFile } from '../machine/disk.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import type { Changes } from './changes.ts';
import { expand, sendsElsewhere, urlsIn } from './workspace-urls.ts';

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
  /^(?:pyproject|poetry|uv|pdm|hatch|pylock(?:\..+)?)\.toml$/i,
  /^(?:poetry|pdm|uv)\.lock$|^Pipfile(?:\.lock)?$|^setup\.cfg$/i,
  /(?:requirements|constraints).*\.(?:txt|in)$/i,
];

/** Nobody has as many. */
const MAX_FILES = 200;

/** Of one kind in one file; the rest is seen when these are gone. */
const MAX_PROBLEMS = 5;

/** To look for their lines; the parts of a line that goes on may say the same. */
const MOST_FOUND = 50;

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
  const text = readWorkspaceText(file);
  return [plainOnes, trustedOnes, variablesElsewhere].flatMap((find) => {
    const found = find(text, sought).slice(0, MOST_FOUND);
    const sentences = found.map(([{ findLine }, problem]) => {
      const line = findLine();
      return `${file.path}${line === undefined ? '' : ` line ${line}`} ${problem}`;
    });
    return [...new Set(sentences)].slice(0, MAX_PROBLEMS);
  });
}

/** Where it stands, and what is wrong. */
type Found = readonly [Said, string];

function plainOnes({ said }: WorkspaceText, sought: Sought): Found[] {
  return ourUrls(said, sought)
    .filter(([, { protocol }]) => protocol === 'http:')
    .map(([one, { hostname }]) => [
      one,
      `uses http:// for ${hostname}, so anyone on the network can read its token; write https://.`,
    ]);
}

function trustedOnes({ trusted }: WorkspaceText, sought: Sought): Found[] {
  return ourUrls(trusted, sought).map(([one, { hostname }]) => [
    one,
    `changes which certificates are trusted for ${hostname}, so whoever has one can read its token; remove that.`,
  ]);
}

function variablesElsewhere({ raw }: WorkspaceText, sought: Sought): Found[] {
  return sought.secrets.flatMap((name) =>
    raw
      .filter((one) => sendsElsewhere(one, name, sought))
      .map((one): Found => [one, `could send the token in ${name} to another host; write its host out, or remove it.`]),
  );
}

function ourUrls(texts: readonly Said[], { hosts, byHost, secrets, environment }: Sought): [Said, URL][] {
  if (!byHost) return [];
  return texts.flatMap((one) =>
    urlsIn(expand(one.text, environment, secrets))
      .filter((url) => url !== null)
      .filter(({ hostname }) => hosts.includes(hostname))
      .map((url): [Said, URL] => [one, url]),
  );
}
