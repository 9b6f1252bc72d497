/** What AWS says of a listed repository, in sentences for the user. Pure. */
import leven from 'leven';
import { count, joinWords } from '../messages/wording.ts';
import type { Repository } from '../repositories/repository.ts';
import { type Address, readAddress } from '../repositories/repository-address.ts';

/** So many names of other repositories are told. */
const MOST_NAMES = 5;

/**
 * Says that the domain has no such repository, and which it has.
 * @param names of its repositories; undefined where the identity may not list them
 */
export function describeMissing(
  { alias, name, domain, account, region }: Repository,
  names?: readonly string[],
): string {
  const place = `the domain ${domain} of account ${account} in ${region}`;
  const missing = `${alias}: ${place} has no repository ${name}; check the URL.`;
  if (names === undefined) {
    return `${missing} To see which exist, grant this identity codeartifact:ListRepositoriesInDomain.`;
  }
  if (names.length === 0) return `${missing} The domain has no repositories.`;
  const nearest = names.toSorted((one, other) => distance(one, name) - distance(other, name)).slice(0, MOST_NAMES);
  return names.length <= MOST_NAMES
    ? `${missing} The domain has ${count(names.length, 'repository', 'repositories')}: ${joinWords(nearest)}.`
    : `${missing} The domain has ${names.length} repositories; the nearest names are ${joinWords(nearest)}.`;
}

/** By edits, whatever the case of the letters. */
function distance(one: string, other: string): number {
  return leven(one.toLowerCase(), other.toLowerCase());
}

/**
 * Compares the repository endpoint that AWS names with the listed URL. An interface VPC endpoint is the user's own way
 * to the repository, which AWS does not name (AWS CodeArtifact user guide, "Use CodeArtifact from a VPC"), so there
 * only the repository counts.
 * @returns why it is not that of this repository; undefined where it is
 */
export function describeOtherEndpoint(repository: Repository, endpoint: string | undefined): string | undefined {
  const { alias, url, host } = repository;
  const named = addressOf(endpoint);
  const isSame =
    named !== undefined &&
    PARTS.every((part) => named[part] === repository[part]) &&
    (isVpc(host) || isVpc(named.host) || named.host === host);
  if (isSame) return undefined;
  return (
    `${alias}: the listed URL ${url} is not the endpoint that AWS names for this repository` +
    `${named === undefined ? '' : `, ${named.url}`}; copy the URL from the AWS console.`
  );
}

const PARTS = ['name', 'domain', 'account', 'region'] as const;

function isVpc(host: string): boolean {
  return host.startsWith('vpce-');
}

function addressOf(endpoint: string | undefined): Address | undefined {
  try {
    return readAddress(endpoint ?? '', '');
  } catch {
    return undefined;
  }
}
