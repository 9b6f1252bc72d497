import { randomBytes, randomInt } from 'node:crypto';
import type { PackageFile } from '../packages/package-file.ts';

/** A permission, as in IAM: `*` in either part stands for any characters. */
export interface Grant {
  action: string;
  resource: string;
}

/** A user with access keys, or a session with temporary ones, which have a session token. */
export interface Identity {
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** When temporary keys end, milliseconds since 1970. */
  expires?: number;
  allow: Grant[];
}

/** Who may assume a role: an AWS identity, or a workflow with an OIDC token. `*` stands for any characters. */
export type Trust = { principal: string; externalId?: string } | { subject: string; audience: string };

/** A role that identities and workflows may assume. */
export interface Role {
  arn: string;
  trust: Trust[];
  allow: Grant[];
  /** Seconds; 3600 unless given. */
  maxSessionDuration?: number;
}

/** A repository, with its own packages. */
export interface Repository {
  name: string;
  packages: PackageFile[];
  /** Names of repositories of the same domain that have what this one lacks. */
  upstreams?: string[];
}

/** A domain of CodeArtifact, with its repositories. */
export interface Domain {
  name: string;
  /** 12-digit account. */
  owner: string;
  region: string;
  repositories: Repository[];
  /** Other accounts that the domain's resource policy allows; their identities need grants of their own as well. */
  sharedWith?: string[];
}

/** An index without accounts, such as the public PyPI: `https://HOST/simple/`. */
export interface PublicIndex {
  host: string;
  packages: PackageFile[];
}

/** All that the stand-in knows. Plain data, which a test may change while the stand-in runs. */
export interface World {
  identities: Identity[];
  roles: Role[];
  domains: Domain[];
  publicIndexes?: PublicIndex[];
  /** Headers of every page and file of an index, beside the usual ones, such as `vary`. */
  indexHeaders?: Record<string, string>;
  /** Claims of the OIDC tokens, above all `sub`. */
  claims?: Record<string, string>;
  /** The issuer that the accounts have an identity provider for; github.com's unless given. */
  trustedIssuer?: string;
}

/** Whether the grants cover the action on the resource. */
export function isGranted(grants: Grant[], action: string, resource: string): boolean {
  return grants.some((grant) => fits(grant.action, action) && fits(grant.resource, resource));
}

/** Whether the whole text fits the pattern, in which `*` stands for any characters. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

/** The account in an ARN. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** ARN of a domain. */
export function domainArn(domain: Domain): string {
  return `arn:aws:codeartifact:${domain.region}:${domain.owner}:domain/${domain.name}`;
}

/** ARN of a repository. */
export function repositoryArn(domain: Domain, repository: string): string {
  return `arn:aws:codeartifact:${domain.region}:${domain.owner}:repository/${domain.name}/${repository}`;
}

/** ARN of a Python package in a repository. */
export function packageArn(domain: Domain, repository: string, project: string): string {
  const place = `${domain.region}:${domain.owner}:package/${domain.name}/${repository}`;
  return `arn:aws:codeartifact:${place}/pypi//${project}`;
}

/** The host of all repositories of a domain. */
export function repositoryHost(domain: Domain, dualStack = false): string {
  const name = `${domain.name}-${domain.owner}`;
  return dualStack
    ? `${name}.codeartifact.${domain.region}.on.aws`
    : `${name}.d.codeartifact.${domain.region}.amazonaws.com`;
}

/** A repository's endpoint, with the trailing slash: for the input `repositories`, and for twine. */
export function repositoryUrl(domain: Domain, repository: string, dualStack = false): string {
  return `https://${repositoryHost(domain, dualStack)}/pypi/${repository}/`;
}

/** A user with long-term keys, made up at run time: the source has nothing that looks like a key. */
export function newUser(arn: string, allow: Grant[]): Identity {
  return { arn, ...newKeys('AKIA'), allow };
}

/** A session with temporary keys, which end at `expires` (milliseconds since 1970). */
export function newSession(arn: string, allow: Grant[], expires: number): Identity {
  return { arn, ...newKeys('ASIA'), sessionToken: randomBytes(300).toString('base64'), expires, allow };
}

/** All grants to install from and upload to every repository of a domain. */
export function fullAccess(domain: Domain): Grant[] {
  const { region, owner, name } = domain;
  return [
    { action: 'codeartifact:GetAuthorizationToken', resource: domainArn(domain) },
    { action: 'sts:GetServiceBearerToken', resource: '*' },
    { action: 'codeartifact:*', resource: repositoryArn(domain, '*') },
    {
      action: 'codeartifact:PublishPackageVersion',
      resource: `arn:aws:codeartifact:${region}:${owner}:package/${name}/*`,
    },
  ];
}

/** A shared credentials file, as in `~/.aws/credentials`, with a profile for each user. */
export function credentialsFile(profiles: Record<string, Identity>): string {
  return Object.entries(profiles)
    .map(([name, { accessKeyId, secretAccessKey }]) =>
      [`[${name}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ''].join('\n'),
    )
    .join('\n');
}

function newKeys(prefix: string): { accessKeyId: string; secretAccessKey: string } {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  return { accessKeyId: `${prefix}${id}`, secretAccessKey: randomBytes(30).toString('base64') };
}
