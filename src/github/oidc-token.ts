/** The job's OIDC token: the edge to GitHub's token endpoint. */
import { setTimeout } from 'node:timers/promises';
import { getIDToken } from '@actions/core';
import { maskSecret } from './masks.ts';

/** GitHub gave no token; the message is GitHub's or the network's. */
export class OidcFailure extends Error {
  /** Whether the job may not ask for one, as opposed to trouble with the network or the server. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.name = 'OidcFailure';
    this.refused = refused;
  }
}

const ATTEMPTS = 5;

/** Trouble that another attempt does not end: certificates, and a proxy that asks for a password. */
const FINAL = /CERT|certificate|SIGNATURE|statusCode=407|Error Code : 407/i;

/**
 * Asks GitHub for the job's token, and masks it. @actions/core 3.0.1 tries again only after 502, 503 and 504; this also
 * tries again after lost connections and other failures of the server.
 * @throws {OidcFailure}
 */
export async function fetchOidcToken(audience: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await getIDToken(audience);
      maskSecret(token);
      return token;
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim();
      const status = Number(/Error Code : (\d{3})/.exec(message)?.[1] ?? 0);
      const refused = (status >= 400 && status < 500 && status !== 429) || message.includes('ACTIONS_ID_TOKEN_REQUEST');
      if (refused || attempt === ATTEMPTS || FINAL.test(message)) {
        throw new OidcFailure(message.replace(' Error Code : undefined', ''), refused);
      }
      await setTimeout(Math.random() * 200 * 2 ** attempt);
    }
  }
}

/**
 * What AWS compares with a trust policy: the token's `sub` and `aud`, which are not secret.
 * @returns a phrase for a message; empty for text that is not a token
 */
export function describeClaims(token: string): string {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { sub, aud } = JSON.parse(payload) as Record<string, unknown>;
    return `the token says sub ${sub} and aud ${aud}`;
  } catch {
    return '';
  }
}
