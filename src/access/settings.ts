/** What an input and an option of keyringrc.cfg both can say, read by one function for both. Pure. */
import type { OptionName } from '../keyringrc/section.ts';
import { each } from '../messages/problems.ts';
import {
  readExternalId,
  readKey,
  readRoleArn,
  readSessionName,
  readSwitch,
  readText,
  readTokenDuration,
  readVerify,
  type Verify,
} from './setting-values.ts';

/** The settings of one source, that is of the inputs or of a section. What it does not say is undefined. */
export interface Settings {
  readonly profile?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly roleSessionName?: string | undefined;
  readonly externalId?: string | undefined;
  /** Whether to assume the role with the credentials that the job already has, even if OIDC is available. */
  readonly roleChaining?: boolean | undefined;
  /** Seconds. */
  readonly tokenDuration?: number | undefined;
  readonly verify?: Verify | undefined;
}

/** The name of a setting. */
export type SettingName = keyof Settings;

/** How a setting is read, and what it is called as an input and as an option. */
export interface Setting<T> {
  readonly input: string;
  readonly option: OptionName;
  readonly read: (text: string, place: string) => T;
  /** Whether its value is never shown. */
  readonly secret?: true;
}

/** All settings, by name. */
export const SETTINGS: { readonly [Name in SettingName]-?: Setting<NonNullable<Settings[Name]>> } = {
  profile: { input: 'profile-name', option: 'profile_name', read: readText },
  accessKeyId: { input: 'aws-access-key-id', option: 'aws_access_key_id', read: readKey, secret: true },
  secretAccessKey: { input: 'aws-secret-access-key', option: 'aws_secret_access_key', read: readKey, secret: true },
  roleArn: { input: 'role-to-assume', option: 'role_arn', read: readRoleArn },
  roleSessionName: { input: 'role-session-name', option: 'role_session_name', read: readSessionName },
  externalId: { input: 'role-external-id', option: 'external_id', read: readExternalId },
  roleChaining: { input: 'role-chaining', option: 'role_chaining', read: readSwitch },
  tokenDuration: { input: 'token-duration', option: 'token_duration', read: readTokenDuration },
  verify: { input: 'verify', option: 'verify', read: readVerify },
};

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** A setting as somebody wrote it. */
export interface Written {
  readonly text: string;
  /** What messages call it: the input, or the option with file and line. */
  readonly place: string;
}

/**
 * Reads the settings of a source.
 * @param find gives what the source says of a setting; undefined for one that it does not say, or that counts for
 *   nothing
 * @throws {Problems} with every setting that is wrong
 */
export function readSettings(find: (name: SettingName, setting: Setting<unknown>) => Written | undefined): Settings {
  const entries = each(NAMES, (name) => {
    const written = find(name, SETTINGS[name]);
    return written && ([name, SETTINGS[name].read(written.text, written.place)] as const);
  });
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}

const KEYS: readonly SettingName[] = ['accessKeyId', 'secretAccessKey'];
const ROLE: readonly SettingName[] = ['roleArn', 'roleSessionName', 'externalId', 'roleChaining'];

/**
 * The settings of a section that the inputs override: each one that they give themselves. A source of credentials
 * replaces the section's whole identity, and a role the section's role, each with everything that belongs to it.
 */
export function overriddenBy(inputs: Settings): ReadonlySet<SettingName> {
  const given = NAMES.filter((name) => inputs[name] !== undefined);
  const source = given.some((name) => name === 'profile' || KEYS.includes(name));
  return new Set([
    ...given,
    ...(source ? [...KEYS, 'profile' as const, ...ROLE] : []),
    ...(inputs.roleArn === undefined ? [] : ROLE),
  ]);
}
