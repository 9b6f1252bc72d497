/** A role that an identity assumes. Pure. */
import type { Environment } from '../machine/machine.ts';

/** An IAM role, and how to ask for a session of it. */
export interface Role {
  readonly arn: string;
  /** 2 to 64 characters; shows in the logs of AWS. */
  readonly sessionName: string;
  readonly externalId: string | undefined;
  /** What named it, in words. */
  readonly from: string;
}

/** A session name that says which run of which repository it is, so that AWS's logs lead back to it. */
export function defaultSessionName({ GITHUB_REPOSITORY, GITHUB_RUN_ID }: Environment): string {
  const run = clean(`@${GITHUB_RUN_ID || 'local'}`).slice(0, 24);
  const repository = clean(GITHUB_REPOSITORY || 'codeartifact-keyring');
  return repository.slice(0, 64 - run.length) + run;
}

/** With `-` for what the name of a session cannot have (STS API reference, AssumeRole). */
function clean(text: string): string {
  return text.replace(/[^\w+=,.@-]/g, '-');
}

/** The partition of a role: `aws`, `aws-us-gov` and so on. A role serves only its own. */
export function partitionOfRole({ arn }: Pick<Role, 'arn'>): string {
  return arn.split(':')[1] ?? '';
}

/** The account of a role, 12 digits. */
export function accountOfRole({ arn }: Pick<Role, 'arn'>): string {
  return arn.split(':')[4] ?? '';
}

/**
 * The partition of a region, among those whose hosts end in amazonaws.com (AWS endpoints, 2026): no address of China,
 * of the European sovereign cloud or of a secret region gets so far.
 */
export function partitionOfRegion(region: string): string {
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
