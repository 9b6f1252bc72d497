/** The repositories that a step lists. */
import { each, fail } from '../messages/problems.ts';
import { quoted } from '../messages/wording.ts';
import { EXAMPLE } from './address-mistakes.ts';
import { type Address, readAddress } from './repository-address.ts';

/** A CodeArtifact repository of Python packages, as a step lists it. */
export interface Repository extends Address {
  /** What this job calls it, for example in `twine upload -r`: NAME of `NAME=URL`. Unique in the step. */
  readonly alias: string;
  /** The index, where installs look: the repository endpoint and `simple/`. */
  readonly indexUrl: string;
}

const ALIAS = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Sections of a .pypirc with a meaning of their own (twine, distutils, configparser), in any case. */
const RESERVED = ['distutils', 'default', 'server-login'];

/** Values of the input `index-url` that are not the name of a repository. */
const INDEX_WORDS = ['client-default', 'project'];

/**
 * Reads the input `repositories`: one `[NAME=]URL` or `[NAME=]ARN` a line; blank lines and `#` lines are skipped.
 * @throws {Problems} with every line that is wrong, by its number
 */
export function readRepositories(text: string): Repository[] {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ text: line.trim(), place: `Input repositories, line ${index + 1}` }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  if (lines.length === 0) {
    fail(
      `Input repositories is empty; write one URL a line, ${EXAMPLE} (a secret or variable that is not set arrives ` +
        'empty).',
    );
  }
  const urls = new Set<string>();
  const names = new Set<string>();
  return each(lines, ({ text: line, place }) => {
    const repository = readLine(line, place);
    const { alias, url } = repository;
    if (urls.has(url)) fail(`${place}: ${url} is listed twice; list each repository once.`);
    urls.add(url);
    const name = names.has(alias) ? freeName(repository, names) : alias;
    names.add(name);
    if (name !== alias) {
      fail(
        `${place}: the name ${quoted(alias)} is taken by an earlier line; give this one a name of its own, for ` +
          `example ${name}=${url}.`,
      );
    }
    return repository;
  });
}

/** A name for a repository that no other has: its own, with as much of its address in front as it takes. */
function freeName({ alias, domain, account, region }: Repository, taken: ReadonlySet<string>): string {
  const names = [[domain], [domain, account], [domain, account, region]].map((parts) => [...parts, alias].join('-'));
  return names.find((name) => !taken.has(name)) ?? `${names[0]}-${taken.size}`;
}

function readLine(text: string, place: string): Repository {
  const equals = /^[^=:/@]*=/.exec(text)?.[0];
  const written = equals === undefined ? text : text.slice(equals.length).trim();
  if (written === '') fail(`${place}: ${quoted(text)} names no repository; write its URL behind the "=".`);
  const address = readAddress(written, place);
  const alias = equals === undefined ? address.name : equals.slice(0, -1).trim();
  checkAlias(alias, written, place);
  return { alias, ...address, indexUrl: `${address.url}simple/` };
}

function checkAlias(alias: string, address: string, place: string): void {
  if (!ALIAS.test(alias)) {
    fail(
      `${place}: the name ${quoted(alias)} must start with a letter or digit, and have only letters, digits, ".", ` +
        '"_" and "-" in it; change what stands before "=".',
    );
  }
  const lower = alias.toLowerCase();
  const reserved = (where: string) =>
    `${place}: the name ${quoted(alias)} is reserved in ${where}; choose another, ${otherName(alias, address)}.`;
  if (RESERVED.includes(lower)) fail(reserved('.pypirc'));
  if (INDEX_WORDS.includes(lower)) fail(reserved('the input index-url'));
}

/** How a repository gets another name, for the end of a sentence. */
export function otherName(alias: string, address: string): string {
  return `as in my-${alias}=${address}`;
}
