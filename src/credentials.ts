/** From an identity to AWS credentials, in memory only: nothing is exported or written. Talks to AWS through the SDK's providers. */
import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Access } from './access.ts';
import { identityKey } from './identity.ts';
import type { RequestHandler } from './network.ts';
import { maskSecret } from './secrets.ts';

/** Credentials as an AWS client takes them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type CredentialProvider = () => Promise<AwsCredentials>;

/** @returns what gives the credentials of an access: resolved once for each identity, masked before anyone sees them */
export function openCredentials(environment: NodeJS.ProcessEnv) {
  const resolved = new Map<string, Promise<AwsCredentials>>();
  return (access: Access, handler: RequestHandler): CredentialProvider => {
    const key = JSON.stringify([identityKey(access.identity), access.verify]);
    return () => {
      const credentials = resolved.get(key) ?? resolve(access, handler, environment);
      resolved.set(key, credentials);
      return credentials;
    };
  };
}

async function resolve(
  access: Access,
  handler: RequestHandler,
  environment: NodeJS.ProcessEnv,
): Promise<AwsCredentials> {
  const { source } = access.identity;
  if (source.kind === 'keys') return source.keys;
  // A profile that assumes a role does it in its own region; this one is for those that name none.
  const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || access.repository.region;
  const options = { clientConfig: { requestHandler: handler }, parentClientConfig: { region }, logger: SILENT };
  const provider =
    source.kind === 'profile' ? fromIni({ ...options, profile: source.profile }) : fromNodeProviderChain(options);
  const credentials = await provider();
  maskSecret(credentials.secretAccessKey);
  if (credentials.sessionToken) maskSecret(credentials.sessionToken);
  return credentials;
}

/** The SDK warns on the console otherwise; the report says whose identity was used. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
