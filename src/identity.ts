/** Whose AWS credentials a repository's token is asked with. Pure: it says who, credentials.ts turns that into keys. */
import type { Inputs, Keys } from './inputs.ts';
import type { Choice } from './section.ts';

/** Where the credentials come from; `from` says in words what named them. */
export type Source =
  | { readonly kind: 'keys'; readonly keys: Keys; readonly from: string }
  | { readonly kind: 'profile'; readonly profile: string; readonly from: string }
  | { readonly kind: 'default-chain' };

/** An AWS identity. Equal identities share their credentials and, for one domain, their token. */
export interface Identity {
  readonly source: Source;
}

/**
 * The first that applies: the keys of the inputs, the input `profile-name`, the section's keys (both or neither, as
 * `keyrings.codeartifact` 2.1.2 has it), the section's `profile_name`, the AWS SDK's default chain.
 */
export function chooseIdentity(inputs: Pick<Inputs, 'keys' | 'profileName'>, choice: Choice): Identity {
  return { source: chooseSource(inputs, choice) };
}

function chooseSource({ keys, profileName }: Pick<Inputs, 'keys' | 'profileName'>, choice: Choice): Source {
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
export function describeIdentity({ source }: Identity, environment: NodeJS.ProcessEnv): string {
  switch (source.kind) {
    case 'keys':
      return `the access keys of ${source.from}`;
    case 'profile':
      return `profile ${source.profile} (${source.from})`;
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
export function identityKey({ source }: Identity): string {
  switch (source.kind) {
    case 'keys':
      return JSON.stringify([source.keys.accessKeyId, source.keys.secretAccessKey, source.keys.sessionToken]);
    case 'profile':
      return JSON.stringify([source.profile]);
    case 'default-chain':
      return '[]';
  }
}
