/** Which link of the AWS SDK's default chain gave credentials. Pure. */

/** What the SDK (credential-provider-node 3.972 and its like) notes on credentials, in words; the first speaks. */
const LINKS: readonly (readonly [note: RegExp, words: string])[] = [
  [/^CREDENTIALS_(?:PROFILE|PROCESS|SSO|LOGIN)/, 'the profile default'],
  [/^CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN$/, 'the web identity of AWS_WEB_IDENTITY_TOKEN_FILE'],
  [/^CREDENTIALS_ENV_VARS$/, 'AWS_ACCESS_KEY_ID'],
  [/^CREDENTIALS_HTTP$/, 'the container endpoint'],
];

/** @returns the link in words; it notes nothing on those of the metadata of an instance */
export function describeLink(credentials: object): string {
  const { $source } = credentials as { readonly $source?: Readonly<Record<string, string>> };
  const notes = Object.keys($source ?? {});
  const found = LINKS.find(([note]) => notes.some((name) => note.test(name)));
  return found?.[1] ?? 'the metadata of the instance';
}
