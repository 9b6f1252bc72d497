import {
  CodeartifactClient,
  type CodeartifactClientConfig,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-codeartifact';
import { afterEach, beforeEach } from '@jest/globals';
import { type StandIn, startStandIn } from '../../sandbox/aws/stand-in.ts';
import { type Domain, fullAccess, type Identity, newUser, type Role, type World } from '../../sandbox/aws/world.ts';
import type { PackageFile } from '../../sandbox/packages/package-file.ts';
import { proxyAgent, send } from './through-proxy.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

export let acme: Domain;
export let labs: Domain;
export let user: Identity;
export let role: Role;
export let world: World;
export let standIn: StandIn;

/** A client of CodeArtifact's API that reaches the stand-in through its proxy. */
export function clientOf(caller: Identity = user, region = 'us-east-1'): CodeartifactClient {
  return new CodeartifactClient({ region, credentials: caller, requestHandler: handler() });
}

/** A new stand-in for each test, with a user of one account and a role of another. */
export function useSmallWorld(): void {
  beforeEach(async () => {
    acme = {
      name: 'acme',
      owner: ACCOUNT,
      region: 'us-east-1',
      repositories: [
        { name: 'team', packages: [wheel('acme_tool', '1.0.0')], upstreams: ['shared'] },
        { name: 'shared', packages: [wheel('acme_lib', '2.0.0')] },
      ],
    };
    labs = { name: 'labs', owner: OTHER_ACCOUNT, region: 'eu-central-1', repositories: [] };
    user = newUser(`arn:aws:iam::${ACCOUNT}:user/dev`, fullAccess(acme));
    role = {
      arn: `arn:aws:iam::${OTHER_ACCOUNT}:role/publisher`,
      trust: [
        { principal: user.arn, externalId: 'handshake' },
        { subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' },
      ],
      allow: fullAccess(labs),
    };
    world = { identities: [user], roles: [role], domains: [acme, labs] };
    standIn = await startStandIn(world);
  });

  afterEach(async () => {
    await standIn.close();
  });
}

/** Starts the stand-in again, with what the test changed in the world. */
export async function restart(): Promise<void> {
  await standIn.close();
  standIn = await startStandIn(world);
}

/** What looks like a wheel to an index. */
export function wheel(name: string, version: string): PackageFile {
  return { filename: `${name}-${version}-py3-none-any.whl`, content: Buffer.from(`${name} ${version}`) };
}

/** Makes the SDK's usual handler go through the proxy. */
export function handler() {
  return { httpsAgent: proxyAgent(standIn) };
}

type Credentials = NonNullable<CodeartifactClientConfig['credentials']>;

/** Asks for a token as the action does. */
export function getToken(
  parameters: { domain?: string; domainOwner?: string; durationSeconds?: number } = {},
  credentials: Credentials = user,
  region = 'us-east-1',
  options: CodeartifactClientConfig = {},
) {
  const client = new CodeartifactClient({ region, credentials, requestHandler: handler(), ...options });
  return client.send(new GetAuthorizationTokenCommand({ domain: 'acme', domainOwner: ACCOUNT, ...parameters }));
}

/** GitHub's token for the job. */
export async function oidcToken(audience = 'sts.amazonaws.com'): Promise<string> {
  const { requestUrl, requestToken } = standIn.oidc;
  const headers = { authorization: `Bearer ${requestToken}` };
  const reply = await send(standIn, `${requestUrl}&audience=${audience}`, { headers });
  return (JSON.parse(reply.text) as { value: string }).value;
}

/** Parameters of the SDK's `fromWebToken`. */
export function webIdentity(webIdentityToken: string) {
  const clientConfig = { region: 'eu-central-1', requestHandler: handler() };
  return { webIdentityToken, roleArn: role.arn, roleSessionName: 'job-1', clientConfig };
}

/** The error of a call that must fail. */
export async function refusalOf(work: Promise<unknown>): Promise<{ name: string; message: string; status?: number }> {
  try {
    await work;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, ...($metadata?.httpStatusCode && { status: $metadata.httpStatusCode }) };
  }
  throw new Error('It was not refused.');
}
