/** From an identity to AWS credentials, in memory only: nothing is exported or written. Talks to AWS through the SDK's providers. */
import { fromIni, fromNodeProviderChain, fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import type { Access } from './access.ts';
import { identityKey, type Source } from './identity.ts';
import type { ClientSettings } from './network.ts';
import { openOidc } from './oidc-token.ts';
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
  const oidcToken = openOidc();
  const resolved = new Map<string, Promise<AwsCredentials>>();
  return (access: Access, settings: ClientSettings): CredentialProvider => {
    const key = JSON.stringify([identityKey(access.identity), access.verify]);
    return () => {
      const credentials = resolved.get(key) ?? resolve(access, settings, environment, oidcToken);
      resolved.set(key, credentials);
      return credentials;
    };
  };
}

/**
 * A role's session lasts an hour (STS's default): long enough for the calls, and a token outlives it, but for one that
 * was asked to end with it.
 */
async function resolve(
  { identity: { source, role }, repository }: Access,
  settings: ClientSettings,
  environment: NodeJS.ProcessEnv,
  oidcToken: (audience: string) => Promise<string>,
): Promise<AwsCredentials> {
  // The first repository's, where the environment names none; a profile that takes on a role does so in its own.
  const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || repository.region;
  const clientConfig = { ...settings, region };
  if (source.kind === 'oidc') {
    if (!role) throw new Error('An OIDC token is only good for a role.');
    const webIdentityToken = await oidcToken(source.audience);
    const provider = fromWebToken({
      clientConfig,
      webIdentityToken,
      roleArn: role.arn,
      roleSessionName: role.sessionName,
    });
    return hide(await provider());
  }
  const base = sourceProvider(source, settings, region);
  if (!role) return hide(await base());
  const params = {
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
  };
  const masterCredentials = async () => hide(await base());
  return hide(await fromTemporaryCredentials({ clientConfig, masterCredentials, params })());
}

function sourceProvider(
  source: Exclude<Source, { kind: 'oidc' }>,
  settings: ClientSettings,
  region: string,
): CredentialProvider {
  if (source.kind === 'keys') return async () => source.keys;
  const options = { clientConfig: settings, parentClientConfig: { region }, logger: SILENT };
  return source.kind === 'profile' ? fromIni({ ...options, profile: source.profile }) : fromNodeProviderChain(options);
}

function hide(credentials: AwsCredentials): AwsCredentials {
  maskSecret(credentials.secretAccessKey);
  if (credentials.sessionToken) maskSecret(credentials.sessionToken);
  return credentials;
}

/** The SDK warns on the console otherwise; the report says whose identity was used. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
