/** The profiles of ~/.aws, and which of them a request needs. Reads files by the AWS SDK. */
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { Identity } from '../access/identity.ts';
import type { Environment } from '../machine/machine.ts';

/** The options of a profile, from both files. */
export type Profile = Readonly<Record<string, string | undefined>>;

/** Profiles by name. */
export type Profiles = ReadonlyMap<string, Profile>;

/**
 * The profiles of the config and credentials files, by name; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name
 * others.
 */
export async function readProfiles(): Promise<Profiles> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const entries = [...Object.entries(configFile), ...Object.entries(credentialsFile)].filter(
    ([name]) => !/^(?:sso-session|services)\./.test(name),
  );
  const profiles = new Map<string, Record<string, string | undefined>>();
  for (const [name, options] of entries) profiles.set(name, { ...profiles.get(name), ...options });
  return profiles;
}

/**
 * The profile that an identity takes its credentials from, if they may be in files: undefined for keys and for GitHub's
 * OIDC token. Keys in the variables come before all files, unless a profile is named (SDK 3.1124).
 */
export function profileOf(
  identity: Identity,
  { AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: Environment,
): string | undefined {
  if (identity.kind === 'oidc' || identity.source.kind === 'keys') return undefined;
  if (identity.source.kind === 'profile') return identity.source.profile;
  return AWS_PROFILE || (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY ? undefined : 'default');
}

/** A profile with its name, and after it those that it starts from, by `source_profile`; empty where there is none. */
export function profileChain(name: string, profiles: Profiles): [string, Profile][] {
  const chain = new Map<string, Profile>();
  for (let next: string | undefined = name; next !== undefined && !chain.has(next); ) {
    const options = profiles.get(next);
    if (options === undefined) break;
    chain.set(next, options);
    next = options['source_profile'];
  }
  return [...chain];
}

/** Whether a profile takes its credentials from a program, by itself or by the profiles that it starts from. */
export async function hasProcess(profile: string): Promise<boolean> {
  return profileChain(profile, await readProfiles()).some(([, options]) => options['credential_process']);
}
