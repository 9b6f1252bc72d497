/** The AWS identity that asks for a repository's token. Pure: it says who; credentials.ts gets the credentials. */
import type { Environment } from '../machine/machine.ts';
import { markOf } from './mark.ts';
import { accountOfRole, defaultSessionName, type Role } from './role.ts';
import type { Settings } from './settings.ts';

/** Access keys of an AWS user, or temporary ones with their session token. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where credentials come from; `from` says in words what named them. */
export type Source =
  | { readonly kind: 'keys'; readonly keys: Keys; readonly from: string }
  | ProfileSource
  | { readonly kind: 'default-chain' };

/** A profile of the AWS config and credentials files. */
export interface ProfileSource {
  readonly kind: 'profile';
  readonly profile: string;
  readonly from: string;
}

/** An AWS identity. Equal identities share their credentials and, for one domain, their token. */
export type Identity =
  /** A source of credentials, and the role that is assumed with them, if there is one. */
  | { readonly kind: 'source'; readonly source: Source; readonly role?: Role | undefined }
  /** A role that is assumed with the job's OIDC token. */
  | {
      readonly kind: 'oidc';
      readonly audience: string;
      readonly role: Role;
      /** The section's profile, if it names one that this machine does not have. */
      readonly instead?: ProfileSource;
    };

/** What the inputs say about the identity of every repository. */
export interface IdentityInputs extends Settings {
  readonly sessionToken?: string | undefined;
  readonly audience?: string | undefined;
}

/**
 * What AWS's own identity provider for GitHub expects (GitHub docs, "Configuring OpenID Connect in Amazon Web
 * Services").
 */
const DEFAULT_AUDIENCE = 'sts.amazonaws.com';

/**
 * Whether the job may ask for an OIDC token: `permissions: id-token: write`, which a pull request from a fork never
 * has.
 */
export function hasOidc(environment: Environment): boolean {
  return Boolean(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] && environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
}

/**
 * The source is the first of these: the keys of the inputs, the input `profile-name`, the section's keys (both or
 * neither, as `keyrings.codeartifact` 2.1.2 has it), the section's `profile_name`, the AWS SDK's default chain. With it
 * a role is assumed, if the inputs or the section name one. If the source is the default chain and the job has
 * `id-token: write`, the role is assumed with GitHub's OIDC token instead, unless `role-chaining` says otherwise; the
 * same if it is a section's profile that this machine does not have, so that one file serves developers and CI.
 * @param section what the section says and the inputs do not override
 * @param label the section's header
 * @param hasProfile whether this machine has a profile
 */
export function chooseIdentity(
  inputs: IdentityInputs,
  section: Settings,
  label: string,
  environment: Environment,
  hasProfile: (name: string) => boolean,
): Identity {
  const ofInputs = sourceOf(inputs, 'the inputs', 'the input profile-name');
  const source = ofInputs ?? sourceOf(section, `[${label}]`) ?? { kind: 'default-chain' };
  const arn = inputs.roleArn ?? section.roleArn;
  if (arn === undefined) return { kind: 'source', source };
  const role: Role = {
    arn,
    sessionName: inputs.roleSessionName ?? section.roleSessionName ?? defaultSessionName(environment),
    externalId: inputs.externalId ?? section.externalId,
    from: inputs.roleArn === undefined ? `[${label}]` : 'the input role-to-assume',
  };
  const chaining = inputs.roleChaining ?? section.roleChaining ?? false;
  if (chaining || !hasOidc(environment)) return { kind: 'source', source, role };
  const audience = inputs.audience ?? DEFAULT_AUDIENCE;
  if (source.kind === 'default-chain') return { kind: 'oidc', audience, role };
  const givesWay = source.kind === 'profile' && source !== ofInputs && !hasProfile(source.profile);
  return givesWay ? { kind: 'oidc', audience, role, instead: source } : { kind: 'source', source, role };
}

function sourceOf(settings: IdentityInputs, from: string, fromProfile = from): Source | undefined {
  const { accessKeyId, secretAccessKey, sessionToken, profile } = settings;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    return { kind: 'keys', keys, from };
  }
  return profile === undefined ? undefined : { kind: 'profile', profile, from: fromProfile };
}

/** The identity in words for people; no key, no secret. */
export function describeIdentity(identity: Identity, environment: Environment): string {
  const { role } = identity;
  const source = identity.kind === 'oidc' ? "GitHub's OIDC token" : describeSource(identity.source, environment);
  return role ? `role ${role.arn} (${role.from}) with ${source}` : source;
}

/** The identity in a few words, without what named it: what AWS shows of it. */
export function nameIdentity(identity: Identity, environment: Environment): string {
  const { role } = identity;
  if (role) return `role ${role.arn.split('/').at(-1)} of account ${accountOfRole(role)}`;
  return identity.kind === 'oidc' ? '' : describeSource(identity.source, environment).replace(/ \(.*\)$/, '');
}

/** Who says whose credentials are used: the inputs, the section, or nobody but the job's environment. */
export type Origin = 'inputs' | 'section' | 'environment';

/** Who names the role, and where there is none, the source. */
export function originOf(identity: Identity): Origin {
  const named = identity.kind === 'oidc' ? identity.role : (identity.role ?? identity.source);
  if (!('from' in named)) return 'environment';
  return named.from.startsWith('[') ? 'section' : 'inputs';
}

function describeSource(source: Source, environment: Environment): string {
  switch (source.kind) {
    case 'keys':
      return `the access keys of ${source.from}`;
    case 'profile':
      return `profile ${source.profile} (${source.from})`;
    case 'default-chain':
      return describeDefaultChain(environment);
  }
}

/** As the SDK 3.1124 decides: `AWS_PROFILE` overrides the key variables. */
function describeDefaultChain({ AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: Environment): string {
  if (AWS_PROFILE) return `profile ${AWS_PROFILE} (AWS_PROFILE)`;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) return 'the access keys of AWS_ACCESS_KEY_ID';
  return "the AWS SDK's default chain";
}

/** Equal for identities that are the same, whatever named them. Holds secrets: a key for maps, never for people. */
export function identityKey(identity: Identity): string {
  const { role } = identity;
  const source = identity.kind === 'oidc' ? ['oidc', identity.audience] : sourceKey(identity.source);
  return JSON.stringify([source, role?.arn, role?.sessionName, role?.externalId]);
}

function sourceKey(source: Source): readonly (string | undefined)[] {
  switch (source.kind) {
    case 'keys':
      return [source.kind, source.keys.accessKeyId, source.keys.secretAccessKey, source.keys.sessionToken];
    case 'profile':
      return [source.kind, source.profile];
    case 'default-chain':
      return [source.kind];
  }
}

/**
 * A mark to know an identity by in another job: equal for the same long-term keys, profile or role, whatever named
 * them. Temporary keys differ in each job and do not tell whose they are, so all of them count as equal. Holds no
 * secret.
 */
export function identityMark(identity: Identity, environment: Environment): string {
  const source = identity.kind === 'oidc' ? ['oidc', identity.audience] : stableKey(identity.source, environment);
  return markOf(JSON.stringify([source, identity.role?.arn]));
}

function stableKey(source: Source, { AWS_PROFILE, AWS_ACCESS_KEY_ID }: Environment): readonly string[] {
  if (source.kind === 'profile') return ['profile', source.profile];
  if (source.kind === 'default-chain' && AWS_PROFILE) return ['profile', AWS_PROFILE];
  const keyId = source.kind === 'keys' ? source.keys.accessKeyId : AWS_ACCESS_KEY_ID;
  // AWS: "AKIA" starts the ids of users' keys, "ASIA" those of temporary ones.
  return keyId?.startsWith('AKIA') ? ['keys', keyId] : ['temporary'];
}
