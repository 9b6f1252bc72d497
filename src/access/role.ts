/** A role that an identity takes on, and the checks on what names it. Pure. */
import { fail } from '../messages/problems.ts';

/** An IAM role, and how a session of it is asked for. */
export interface Role {
  readonly arn: string;
  /** 2 to 64 characters; shows in the logs of AWS. */
  readonly sessionName: string;
  readonly externalId: string | undefined;
}

/** IAM user guide, "IAM identifiers": partition, account, path and name. */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]{1,576}$/;
/** STS API reference, AssumeRole. */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** @param place names the input, or the option with file and line */
export function readRoleArn(text: string, place: string): string {
  if (ROLE_ARN.test(text)) return text;
  return fail(`${place} must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME.`);
}

/** @param place names the input, or the option with file and line */
export function readSessionName(text: string, place: string): string {
  if (SESSION_NAME.test(text)) return text;
  return fail(`${place} must be 2 to 64 letters, digits or any of "_+=,.@-".`);
}

/** @param place names the input, or the option with file and line */
export function readExternalId(text: string, place: string): string {
  if (EXTERNAL_ID.test(text)) return text;
  return fail(`${place} must be 2 to 1224 letters, digits or any of "_+=,.@:/-".`);
}

/** A session name that says which run of which repository it is, so that AWS's logs lead back to it. */
export function defaultSessionName({ GITHUB_REPOSITORY, GITHUB_RUN_ID }: NodeJS.ProcessEnv): string {
  const run = `@${GITHUB_RUN_ID || 'local'}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 24);
  const repository = (GITHUB_REPOSITORY || 'codeartifact-keyring').replace(/[^\w+=,.@-]/g, '-');
  return repository.slice(0, 64 - run.length) + run;
}

/** The partition of a role, and of a region: `aws`, `aws-cn`, `aws-us-gov` ...; a role serves only its own. */
export function partitionOf(place: { readonly arn: string } | { readonly region: string }): string {
  if ('arn' in place) return place.arn.split(':')[1] ?? '';
  const prefixes: readonly (readonly [string, string])[] = [
    ['cn-', 'aws-cn'],
    ['us-gov-', 'aws-us-gov'],
    ['us-iso-', 'aws-iso'],
    ['us-isob-', 'aws-iso-b'],
    ['eu-isoe-', 'aws-iso-e'],
    ['us-isof-', 'aws-iso-f'],
    ['eusc-', 'aws-eusc'],
  ];
  return prefixes.find(([prefix]) => place.region.startsWith(prefix))?.[1] ?? 'aws';
}
