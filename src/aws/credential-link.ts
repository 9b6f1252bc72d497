/** Which link of the AWS SDK's default chain gave credentials. Pure. */
import type { Environment } from '../machine/machine.ts';

/** What the SDK (credential-provider-node 3.972 and its like) notes on credentials, in words; the first speaks. */
const LINKS: readonly (readonly [note: RegExp, words: string])[] = [
  [/^CREDENTIALS_(?:PROFILE|PROCESS|SSO|LOGIN)/, 'the profile default'],
  [/^CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN$/, 'the web identity of AWS_WEB_IDENTITY_TOKEN_FILE'],
  [/^CREDENTIALS_ENV_VARS$/, 'AWS_ACCESS_KEY_ID'],
  [/^CREDENTIALS_HTTP$/, 'the container endpoint'],
];

/** @returns the link in words; the SDK notes nothing on credentials of an instance, nor on all of a container */
export function describeLink(credentials: object, environment: Environment): string {
  const { $source } = credentials as { readonly $source?: Readonly<Record<string, string>> };
  const notes = Object.keys($source ?? {});
  const found = LINKS.find(([note]) => notes.some((name) => note.test(name)));
  // Where these name an endpoint, the SDK asks no instance (credential-provider-node 3.972, `remoteProvider`).
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  return found?.[1] ?? (relative || full ? 'the container endpoint' : 'the metadata of the instance');
}
