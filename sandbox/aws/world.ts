import { randomBytes, randomInt } from 'node:crypto';
import type { PackageFile } from '../packages/make-packages.ts';

/** One permission, in the manner of IAM: `*` in either part stands for any characters. */
export interface Grant {
  action: string;
  resource: string;
}

/** Somebody with access keys. With a session token they are temporary ones. */
export interface Identity {
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** When temporary keys end, milliseconds since 1970; absent: never. */
  expires?: number;
  allow: Grant[];
}

/** Who may take on a role: an AWS identity, or a workflow that shows an OIDC token. `*` stands for any characters. */
export type Trust = { principal: string; externalId?: string } | { subject: string; audience: string };

export interface Role {
  arn: string;
  trust: Trust[];
  allow: Grant[];
  /** Seconds; 3600 unless told. */
  maxSessionDuration?: number;
}

export interface Repository {
  name: string;
  packages: PackageFile[];
  /** Names of repositories of the same domain that are asked for what this one lacks. */
  upstreams?: string[];
}

export interface Domain {
  name: string;
  /** 12-digit account. */
  owner: string;
  region: string;
  repositories: Repository[];
  /** Other accounts that the domain's resource policy lets in; their identities need grants of their own as well. */
  sharedWith?: string[];
}

/** An index without accounts, as the public PyPI is one: `https://HOST/simple/`. */
export interface PublicIndex {
  host: string;
  packages: PackageFile[];
}

/** All that the stand-in knows: plain data, which a test may also change while the stand-in runs. */
export interface World {
  identities: Identity[];
  roles: Role[];
  domains: Domain[];
  publicIndexes?: PublicIndex[];
  /** Claims of the OIDC tokens, above all `sub`. */
  claims?: Record<string, string>;
}

/** Whether the grants cover the action on the resource. */
export function isGranted(grants: Grant[], action: string, resource: string): boolean {
  return grants.some((grant) => fits(grant.action, action) && fits(grant.resource, resource));
}

/** Whether `text` is what `pattern` describes, where `*` stands for any characters. */
export function fits(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

export function domainArn(domain: Domain): string {
  return `arn:aws:codeartifact:${domain.region}:${domain.owner}:domain/${domain.name}`;
}

export function repositoryArn(domain: Domain, repository: string): string {
  return `arn:aws:codeartifact:${domain.region}:${domain.owner}:repository/${domain.name}/${repository}`;
}

export function packageArn(domain: Domain, repository: string, project: string): string {
  const place = `${domain.region}:${domain.owner}:package/${domain.name}/${repository}`;
  return `arn:aws:codeartifact:${place}/pypi//${project}`;
}

/** Host of a domain's repositories. */
export function repositoryHost(domain: Domain, dualStack = false): string {
  const name = `${domain.name}-${domain.owner}`;
  return dualStack
    ? `${name}.codeartifact.${domain.region}.on.aws`
    : `${name}.d.codeartifact.${domain.region}.amazonaws.com`;
}

/** A repository's endpoint, with the trailing slash: what the `repositories` input takes and twine uploads to. */
export function repositoryUrl(domain: Domain, repository: string, dualStack = false): string {
  return `https://${repositoryHost(domain, dualStack)}/pypi/${repository}/`;
}

/** Long-term keys of a user, made up now: nothing that looks like a key is in the source. */
export function newUser(arn: string, allow: Grant[]): Identity {
  return { arn, ...newKeys('AKIA'), allow };
}

/** Temporary keys for somebody, which end at `expires` (milliseconds since 1970). */
export function newSession(arn: string, allow: Grant[], expires: number): Identity {
  return { arn, ...newKeys('ASIA'), sessionToken: randomBytes(300).toString('base64'), expires, allow };
}

/** What a person needs to install from and upload to every repository of a domain. */
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

function newKeys(prefix: string): { accessKeyId: string; secretAccessKey: string } {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  return { accessKeyId: `${prefix}${id}`, secretAccessKey: randomBytes(30).toString('base64') };
}
