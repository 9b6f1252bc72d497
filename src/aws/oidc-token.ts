/** The job's OIDC token, from GitHub. The edge to GitHub's token endpoint. */
import { getIDToken } from '@actions/core';
import { maskSecret } from '../secrets.ts';

/** Milliseconds after which a token is asked for anew: GitHub's live for five minutes. */
const FRESH = 240_000;

/** What AWS's own identity provider for GitHub expects (GitHub docs, "Configuring OpenID Connect in Amazon Web Services"). */
export const DEFAULT_AUDIENCE = 'sts.amazonaws.com';

/** Whether the job may ask for one: `permissions: id-token: write`, which a pull request from a fork never has. */
export function hasOidc(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] && environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
}

/** @returns what gives the job's token for an audience; one serves all roles while it is fresh */
export function openOidc(): (audience: string) => Promise<string> {
  const tokens = new Map<string, { readonly since: number; readonly token: Promise<string> }>();
  return (audience) => {
    const known = tokens.get(audience);
    if (known && performance.now() - known.since < FRESH) return known.token;
    const token = fetchToken(audience);
    tokens.set(audience, { since: performance.now(), token });
    return token;
  };
}

/**
 * What AWS compares with a trust policy: the token's `sub` and `aud`, which are no secrets.
 * @returns a phrase for a message; empty for what is no token
 */
export function describeClaims(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    return `the token says sub ${claims['sub']} and aud ${claims['aud']}`;
  } catch {
    return '';
  }
}

async function fetchToken(audience: string): Promise<string> {
  const token = await getIDToken(audience);
  maskSecret(token);
  return token;
}
