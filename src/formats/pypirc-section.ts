/**
 * A section of ours in ~/.pypirc. It says so itself, in options that its readers ignore and that survive a rewrite by
 * Python's configparser, as comments would not:
 *
 *     [staging]
 *     repository = https://.../pypi/staging/
 *     username = aws
 *     password = (token)
 *     codeartifact-keyring-owners = 5f0c...@2026-11-23T14:00:00.000Z
 *     codeartifact-keyring-token = name=staging identity=91ab... until=2026-11-23T14:00:00.000Z
 *     codeartifact-keyring-file = mode=644 newline=yes distutils=list
 *
 * The owners are the runs that use the section, each with the time when its token ends: the last one to leave takes the
 * section along, and a run that died stops being an owner when its token expires. The token is the longest-lived that
 * any of them brought; all have it for the same repository and identity.
 */
import { USER_NAME } from '../access/tokens.ts';
import type { Block, Option } from '../configparser/configparser.ts';

const OWNERS = 'codeartifact-keyring-owners';
const TOKEN = 'codeartifact-keyring-token';
const ORIGINAL = 'codeartifact-keyring-file';

/** An index server, as a run brings it. */
export interface IndexServer {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly expiration: Date;
  /** A mark of the identity that the token is for: equal for equal ones, and no secret; undefined in a rehearsal. */
  readonly identity: string | undefined;
}

/** What the file was without us. */
export interface Original {
  /** Permission bits; undefined for no file. */
  readonly mode: number | undefined;
  /** Whether its last line was ended. */
  readonly newline: boolean;
  /** What is ours of `[distutils] index-servers`: the whole section, the option, or names in its list. */
  readonly distutils: 'section' | 'option' | 'list';
}

/** A section of ours. */
export interface OurSection {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  /** When the token ends, in milliseconds since 1970. */
  readonly until: number;
  /** A mark of the identity that the token is for, see {@link IndexServer}. */
  readonly identity: string;
  /** Until when, in milliseconds since 1970, by run. */
  readonly owners: ReadonlyMap<string, number>;
}

/** The text of a section; its last line is ended. */
export function writeSection({ name, url, token, until, identity, owners }: OurSection, original: Original): string {
  const { mode, newline, distutils } = original;
  return [
    `[${name}]`,
    `repository = ${url}`,
    `username = ${USER_NAME}`,
    `password = ${token}`,
    `${OWNERS} = ${[...owners].map(([owner, time]) => `${owner}@${new Date(time).toISOString()}`).join(' ')}`,
    `${TOKEN} = name=${name} identity=${identity} until=${new Date(until).toISOString()}`,
    `${ORIGINAL} = mode=${mode?.toString(8) ?? 'none'} newline=${newline ? 'yes' : 'no'} distutils=${distutils}`,
    '',
  ].join('\n');
}

/** @returns undefined for a section of the user's, also for a copy of ours under another name */
export function readSection({
  section,
  options,
}: Block): { readonly ours: OurSection; readonly original: Original } | undefined {
  const said = optionValue(options, TOKEN) ?? '';
  if (wordOf(said, 'name') !== section) return undefined;
  const until = Date.parse(wordOf(said, 'until') ?? '');
  return {
    ours: {
      name: section,
      url: optionValue(options, 'repository') ?? '',
      token: optionValue(options, 'password') ?? '',
      until: Number.isNaN(until) ? 0 : until,
      identity: wordOf(said, 'identity') ?? '',
      owners: readOwners(optionValue(options, OWNERS) ?? ''),
    },
    original: readOriginal(optionValue(options, ORIGINAL) ?? ''),
  };
}

function readOwners(text: string): Map<string, number> {
  const owners = text.split(/\s+/).flatMap((entry): [string, number][] => {
    const { owner = '', until = '' } = /^(?<owner>[^@]+)@(?<until>.+)$/.exec(entry)?.groups ?? {};
    const time = Date.parse(until);
    return Number.isNaN(time) ? [] : [[owner, time]];
  });
  return new Map(owners);
}

function readOriginal(text: string): Original {
  const mode = wordOf(text, 'mode') ?? '';
  const distutils = wordOf(text, 'distutils');
  return {
    mode: /^[0-7]{1,4}$/.test(mode) ? Number.parseInt(mode, 8) : undefined,
    newline: wordOf(text, 'newline') !== 'no',
    distutils: distutils === 'section' || distutils === 'option' ? distutils : 'list',
  };
}

/** VALUE of the word `NAME=VALUE`. */
function wordOf(text: string, name: string): string | undefined {
  const word = text.split(/\s+/).find((one) => one.startsWith(`${name}=`));
  return word?.slice(name.length + 1);
}

function optionValue(options: readonly Option[], name: string): string | undefined {
  return options.find((option) => option.name === name)?.value;
}
