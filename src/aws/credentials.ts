/** From an identity to AWS credentials, in memory only: nothing is exported or written. Talks to AWS through the SDK's providers. */
import { readFileSync, statSync } from 'node:fs';
import { fromIni, fromNodeProviderChain, fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { identityKey, type Source } from '../access/identity.ts';
import type { Access } from '../access/token-request.ts';
import { maskSecret } from '../github/masks.ts';
import { describeClaims, openOidc } from '../github/oidc-token.ts';
import { each, fail } from '../messages/problems.ts';
import type { ClientSettings } from './network.ts';

/** Credentials as an AWS client takes them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type CredentialProvider = () => Promise<AwsCredentials>;

/**
 * Looks at the files that the SDK reads by itself: in a pipe it would wait for ever, and not even the end of the process
 * would come.
 * @throws {Problems} for a variable that names a pipe or a socket
 */
export function checkSources(environment: NodeJS.ProcessEnv): void {
  each(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', ...SECRET_FILES], (name) => {
    const path = environment[name];
    const status = path ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (status?.isFIFO() || status?.isSocket()) {
      fail(`The variable ${name} names ${path}, which is a pipe or a socket; name a file.`);
    }
  });
}

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
    return hide(await provider().catch((error: unknown) => rejectWith(error, describeClaims(webIdentityToken))));
  }
  if (source.kind !== 'keys') await hideSources(environment);
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

/**
 * The SDK resolves a chain of credentials inside, and a refusal on the way can quote what it was tried with: all that
 * the chain may start from is hidden first.
 */
async function hideSources(environment: NodeJS.ProcessEnv): Promise<void> {
  for (const name of SECRET_VARIABLES) maskSecret(environment[name] ?? '');
  for (const name of SECRET_FILES) maskSecret(readToken(environment[name]));
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  for (const profile of [...Object.values(configFile), ...Object.values(credentialsFile)]) {
    maskSecret(profile['aws_secret_access_key'] ?? '');
    maskSecret(profile['aws_session_token'] ?? '');
    maskSecret(readToken(profile['web_identity_token_file']));
  }
}

const SECRET_VARIABLES = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];
const SECRET_FILES = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];

/** Empty for a file that is not there, and for one that is no token. */
function readToken(path: string | undefined): string {
  try {
    return path && statSync(path).isFile() && statSync(path).size < 65_536 ? readFileSync(path, 'utf8').trim() : '';
  } catch {
    return '';
  }
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

/** Throws the error with a phrase added to its message, for what only the caller knows. */
function rejectWith(error: unknown, phrase: string): never {
  if (error instanceof Error && phrase !== '') error.message = `${error.message.replace(/\.$/, '')} (${phrase}).`;
  throw error;
}

function hide(credentials: AwsCredentials): AwsCredentials {
  maskSecret(credentials.secretAccessKey);
  if (credentials.sessionToken) maskSecret(credentials.sessionToken);
  return credentials;
}

/** The SDK warns on the console otherwise; the report says whose identity was used. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
