/**
 * From an identity to AWS credentials, in memory only: the edge to the SDK's providers. Nothing is exported or written.
 */
import { fromIni, fromNodeProviderChain, fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { type Identity, identityKey, type Source } from '../access/identity.ts';
import { memoize } from '../access/memoize.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { readClaims } from '../github/claims.ts';
import { maskInternal, maskKey } from '../github/masks.ts';
import { RoleRefusal } from '../github/oidc-token.ts';
import type { Machine } from '../machine/machine.ts';
import { joinWords } from '../messages/wording.ts';
import { describeLink } from './credential-link.ts';
import type { HeadStart } from './head-start.ts';
import { stsRegion } from './hosts.ts';
import type { ClientSettings } from './network.ts';
import { profileOf } from './profiles.ts';
import { type Progress, startProgress } from './progress.ts';

/** Credentials as an AWS client takes them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Gives credentials, as an AWS client asks for them. */
export type CredentialProvider = () => Promise<AwsCredentials>;

/** The credentials of an identity. */
export interface Credentials {
  /** Resolves them when they are first asked for, and masks them before anyone sees them. */
  readonly provide: CredentialProvider;
  readonly progress: Progress;
}

type Resolve = (waitFor: Progress['waitFor']) => Promise<AwsCredentials>;

/**
 * @param note is told which link of the default chain gave credentials
 * @returns what gives the credentials of a request: one for each identity
 */
export function openCredentials(
  start: HeadStart,
  machine: Machine,
  note: (link: string) => void,
): (request: TokenRequest) => Credentials {
  return memoize(
    ({ identity, verify }: TokenRequest) => JSON.stringify([identityKey(identity), verify]),
    (request) => once((waitFor) => resolve(request, start, machine, { waitFor, note })),
  );
}

function once(work: Resolve): Credentials {
  const progress = startProgress();
  let result: Promise<AwsCredentials> | undefined;
  const run = async () => {
    const credentials = await work(progress.waitFor);
    progress.waitFor('CodeArtifact');
    return credentials;
  };
  return {
    progress,
    provide: () => {
      result ??= run();
      return result;
    },
  };
}

/** Whom the work for one identity tells how it gets on. */
interface Listeners {
  readonly waitFor: Progress['waitFor'];
  readonly note: (link: string) => void;
}

/**
 * A role's session lasts an hour (STS's default): long enough for the calls. The token outlives it, unless its duration
 * is 0, which asks for a token that ends with the session.
 */
async function resolve(
  { identity, repository, verify }: TokenRequest,
  { settingsFor, oidcToken }: HeadStart,
  { environment }: Machine,
  { waitFor, note }: Listeners,
): Promise<AwsCredentials> {
  const settings = settingsFor(verify);
  const region = stsRegion(repository, environment);
  const clientConfig = { ...settings, region };
  if (identity.kind === 'oidc') {
    waitFor('GitHub');
    const webIdentityToken = await oidcToken(identity.audience);
    waitFor('STS');
    return maskSession(await assumeWithOidc(identity, clientConfig, webIdentityToken));
  }
  const { source, role } = identity;
  waitFor('credentials');
  const base = mask(await providerOf(source, settings, region)());
  if (source.kind === 'default-chain' && profileOf(identity, environment) === 'default') {
    note(describeLink(base, environment));
  }
  if (!role) return base;
  waitFor('STS');
  const params = {
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
  };
  return maskSession(await fromTemporaryCredentials({ clientConfig, masterCredentials: base, params })());
}

async function assumeWithOidc(
  { role }: Extract<Identity, { kind: 'oidc' }>,
  clientConfig: ClientSettings & { readonly region: string },
  webIdentityToken: string,
): Promise<AwsCredentials> {
  const options = { clientConfig, webIdentityToken, roleArn: role.arn, roleSessionName: role.sessionName };
  return fromWebToken(options)().catch((error: unknown) => {
    const claims = readClaims(webIdentityToken);
    throw claims === undefined ? error : new RoleRefusal(error, claims);
  });
}

function providerOf(source: Source, settings: ClientSettings, region: string): CredentialProvider {
  if (source.kind === 'keys') return async () => source.keys;
  // What the SDK makes clients with for a profile's web identity are the settings of the parent alone.
  const options = { clientConfig: settings, parentClientConfig: { ...settings, region }, logger: SILENT };
  return source.kind === 'profile' ? fromIni({ ...options, profile: source.profile }) : fromNodeProviderChain(options);
}

/**
 * For credentials that others on the machine may have, too.
 * @throws for a key or a token with anything but visible ASCII, which would go into the headers of requests
 */
function mask(credentials: AwsCredentials, hide = maskKey): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials;
  hide(secretAccessKey);
  hide(sessionToken);
  const parts = { 'access key id': accessKeyId, 'secret access key': secretAccessKey, 'session token': sessionToken };
  const wrong = Object.entries(parts).flatMap(([name, value]) => (/^[!-~]*$/.test(value) ? [] : [name]));
  if (wrong.length === 0) return credentials;
  throw new Error(
    `The ${joinWords(wrong)} of these credentials cannot be right, with a space or a character that no AWS key has; ` +
      'correct that where it comes from.',
  );
}

/** For those of a role's session that this process alone knows. */
function maskSession(credentials: AwsCredentials): AwsCredentials {
  return mask(credentials, maskInternal);
}

/** The SDK warns on the console otherwise; the report says whose identity was used. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
