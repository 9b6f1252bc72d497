/** The job's OIDC token, from GitHub. The edge to GitHub's token endpoint. */
import { setTimeout } from 'node:timers/promises';
import { getIDToken } from '@actions/core';
import { maskSecret } from './masks.ts';

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

/** GitHub gave no token; the message is GitHub's or the network's. */
export class OidcFailure extends Error {
  /** Whether the job may not ask for one, as opposed to trouble on the way. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.name = 'OidcFailure';
    this.refused = refused;
  }
}

const ATTEMPTS = 5;

/** @actions/core 3.0.1 tries only 502, 503 and 504 again; so are other trouble of the server and lost connections here. */
async function fetchToken(audience: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await getIDToken(audience);
      maskSecret(token);
      return token;
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim();
      const status = Number(/Error Code : (\d{3})/.exec(message)?.[1] ?? 0);
      const refused = (status >= 400 && status < 500 && status !== 429) || message.includes('ACTIONS_ID_TOKEN_REQUEST');
      if (refused || attempt === ATTEMPTS || /CERT|certificate|SIGNATURE|407/i.test(message)) {
        throw new OidcFailure(message.replace(' Error Code : undefined', ''), refused);
      }
      await setTimeout(Math.random() * 200 * 2 ** attempt);
    }
  }
}
