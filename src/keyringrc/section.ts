/** What a section of keyringrc.cfg is, and the names of the options that mean something in it. */
import type { Option } from '../configparser/configparser.ts';
import type { Qualifiers } from './section-header.ts';

/** The two ways to match sections with repositories; `keyring` is that of keyrings.codeartifact 2.1.2. */
export type Matching = 'strict' | 'keyring';

/** The names of an access key's two options, which count only together. */
export const KEY_OPTIONS = ['aws_access_key_id', 'aws_secret_access_key'] as const;

/** The options that mean something: those of keyrings.codeartifact 2.1.2, then those that only this action reads. */
export const OPTION_NAMES = [
  'profile_name',
  'token_duration',
  ...KEY_OPTIONS,
  'verify',
  'role_arn',
  'role_session_name',
  'external_id',
  'role_chaining',
] as const;

/** The name of an option that means something. */
export type OptionName = (typeof OPTION_NAMES)[number];

/** One value for each way of matching. */
export type ForMatching<T> = Readonly<Record<Matching, T>>;

/**
 * An option that a section has. Its value may hold line feeds, and may be empty: it then counts as absent, except
 * `token_duration`.
 */
export interface SectionOption extends Option {
  /** Whether it stands in `[codeartifact]` and not in the section itself. */
  readonly inherited: boolean;
}

/** A section of keyringrc.cfg. */
export interface Section {
  /** The header's text without its brackets, for example `codeartifact account="000000000000"`. */
  readonly label: string;
  /** The line of its header; undefined for the defaults of a file that has no `[codeartifact]`. */
  readonly line: number | undefined;
  /** A value that no repository has is `''`. Both ways of matching read a header without mistakes alike. */
  readonly qualifiers: Qualifiers;
  /** Its own options, by name. `resolveOptions` adds what it inherits. */
  readonly options: ReadonlyMap<string, Option>;
}
