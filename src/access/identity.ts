/** Whose AWS credentials a repository's token is asked with. Pure: it says who, credentials.ts turns that into keys. */
import { createHash } from 'node:crypto';
import { DEFAULT_AUDIENCE, hasOidc } from '../github/oidc-token.ts';
import type { Inputs, Keys } from '../inputs.ts';
import type { Choice } from '../keyringrc/choose-section.ts';
import { defaultSessionName, type Role } from './role.ts';
import { readVerify } from './settings.ts';

/** Where the credentials come from; `from` says in words what named them. */
export type Source =
  | { readonly kind: 'keys'; readonly keys: Keys; readonly from: string }
  | { readonly kind: 'profile'; readonly profile: string; readonly from: string }
  /** GitHub's OIDC token, which only a role can be had with. */
  | { readonly kind: 'oidc'; readonly audience: string }
  | { readonly kind: 'default-chain' };

/** An AWS identity. Equal identities share their credentials and, for one domain, their token. */
export interface Identity {
  readonly source: Source;
  /** The role that is taken on with the source. */
  readonly role?: Role & { readonly from: string };
}

type IdentityInputs = Pick<Inputs, 'keys' | 'profileName' | 'role'>;

/**
 * The source is the first that applies: the keys of the inputs, the input `profile-name`, the section's keys (both or
 * neither, as `keyrings.codeartifact` 2.1.2 has it), the section's `profile_name`, the AWS SDK's default chain.
 *
 * On top of it a role, of the inputs or of the section; the section's not where an input names the role or the source. Where nothing but the default chain would be its source, and the
 * job has `id-token: write`, the role is taken on with GitHub's OIDC token, unless `role-chaining` says otherwise.
 * @param choice its options were checked before; empty ones count as absent
 */
export function chooseIdentity(inputs: IdentityInputs, choice: Choice, environment: NodeJS.ProcessEnv): Identity {
  const option = (name: string) => choice.options.get(name)?.value || undefined;
  const source = chooseSource(inputs, choice);
  // Inputs replace the identity of the section whole: its role, and what belongs to its role, go with it.
  const section =
    inputs.keys || inputs.profileName !== undefined || inputs.role.arn !== undefined ? () => undefined : option;
  const arn = inputs.role.arn ?? section('role_arn');
  if (arn === undefined) return { source };
  const role = {
    arn,
    sessionName: inputs.role.sessionName ?? section('role_session_name') ?? defaultSessionName(environment),
    externalId: inputs.role.externalId ?? section('external_id'),
    from: inputs.role.arn === undefined ? `[${choice.label}]` : 'the input role-to-assume',
  };
  const chaining = inputs.role.chaining ?? readVerify(section('role_chaining') ?? 'no', 'role_chaining') === true;
  if (source.kind !== 'default-chain' || chaining || !hasOidc(environment)) return { source, role };
  return { source: { kind: 'oidc', audience: inputs.role.audience ?? DEFAULT_AUDIENCE }, role };
}

function chooseSource({ keys, profileName }: IdentityInputs, choice: Choice): Source {
  if (keys) return { kind: 'keys', keys, from: 'the inputs' };
  if (profileName !== undefined) return { kind: 'profile', profile: profileName, from: 'the input profile-name' };
  const option = (name: string) => choice.options.get(name)?.value || undefined;
  const from = `[${choice.label}]`;
  const [accessKeyId, secretAccessKey] = [option('aws_access_key_id'), option('aws_secret_access_key')];
  if (accessKeyId && secretAccessKey) return { kind: 'keys', keys: { accessKeyId, secretAccessKey }, from };
  const profile = option('profile_name');
  return profile ? { kind: 'profile', profile, from } : { kind: 'default-chain' };
}

/** The identity in words for people: no key, no secret. */
export function describeIdentity({ source, role }: Identity, environment: NodeJS.ProcessEnv): string {
  const words = describeSource(source, environment);
  return role ? `role ${role.arn} (${role.from}) with ${words}` : words;
}

function describeSource(source: Source, environment: NodeJS.ProcessEnv): string {
  switch (source.kind) {
    case 'keys':
      return `the access keys of ${source.from}`;
    case 'profile':
      return `profile ${source.profile} (${source.from})`;
    case 'oidc':
      return "GitHub's OIDC token";
    case 'default-chain':
      return describeDefaultChain(environment);
  }
}

/** As the SDK 3.1124 decides: `AWS_PROFILE` beats the key variables. */
function describeDefaultChain({ AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: NodeJS.ProcessEnv): string {
  if (AWS_PROFILE) return `profile ${AWS_PROFILE} (AWS_PROFILE)`;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) return 'the access keys of AWS_ACCESS_KEY_ID';
  return "the AWS SDK's default chain";
}

/** Equal for identities that are the same, whatever named them. Holds secrets: a key for maps, never for people. */
export function identityKey({ source, role }: Identity): string {
  return JSON.stringify([sourceKey(source), role?.arn, role?.sessionName, role?.externalId]);
}

/**
 * A mark to know an identity by in another job: equal for the same long-term keys, profile or role, whatever named them.
 * Temporary keys are different ones in each job and do not tell whose they are, so all of them count as equal. Holds no
 * secret.
 */
export function identityMark({ source, role }: Identity, environment: NodeJS.ProcessEnv): string {
  return createHash('sha256')
    .update(JSON.stringify([stableKey(source, environment), role?.arn]))
    .digest('hex')
    .slice(0, 16);
}

function stableKey(source: Source, { AWS_PROFILE, AWS_ACCESS_KEY_ID }: NodeJS.ProcessEnv): readonly string[] {
  if (source.kind === 'oidc') return [source.kind, source.audience];
  if (source.kind === 'profile') return ['profile', source.profile];
  if (source.kind === 'default-chain' && AWS_PROFILE) return ['profile', AWS_PROFILE];
  const keyId = source.kind === 'keys' ? source.keys.accessKeyId : AWS_ACCESS_KEY_ID;
  // AWS: "AKIA" starts the ids of users' keys, "ASIA" those of temporary ones.
  return keyId?.startsWith('AKIA') ? ['keys', keyId] : ['temporary'];
}

function sourceKey(source: Source): readonly (string | undefined)[] {
  switch (source.kind) {
    case 'keys':
      return [source.kind, source.keys.accessKeyId, source.keys.secretAccessKey, source.keys.sessionToken];
    case 'profile':
      return [source.kind, source.profile];
    case 'oidc':
      return [source.kind, source.audience];
    case 'default-chain':
      return [source.kind];
  }
}
