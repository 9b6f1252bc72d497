/** What an OIDC token of GitHub's says of its job. Pure. */

/** The claims of a token that a trust policy can ask for. None is secret. */
export interface Claims {
  /** Who issued the token, an `https://` address; GitHub's own where the token does not say so. */
  readonly issuer: string;
  /** Each claim with its name, as in a message. */
  readonly words: readonly string[];
}

/** The issuer of github.com (GitHub docs, "OpenID Connect reference"). */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * What can be a condition, and the issuer (AWS IAM user guide, "Available keys for AWS OIDC federation"; those after
 * `iss` since January 2026).
 */
const NAMES = [
  ...['sub', 'aud', 'iss', 'repository', 'repository_id', 'ref', 'environment', 'workflow', 'job_workflow_ref'],
  ...['actor', 'actor_id', 'enterprise_id'],
];

/** Characters of a value that are told at most. */
const MOST = 200;

/** @returns undefined for text that is no token */
export function readClaims(token: string): Claims | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const claims = JSON.parse(payload) as Readonly<Record<string, unknown>>;
    const words = NAMES.flatMap((name) => {
      const value = claims[name];
      return value === undefined || value === null || value === '' ? [] : [`${name} ${shorten(String(value))}`];
    });
    return { issuer: issuerOf(claims['iss']), words };
  } catch {
    return undefined;
  }
}

function shorten(value: string): string {
  return value.length > MOST ? `${value.slice(0, MOST)}...` : value;
}

/** It becomes part of an ARN in a message. */
function issuerOf(value: unknown): string {
  return typeof value === 'string' && /^https:\/\/[\w.-]{1,100}(?:\/[\w.-]{1,50}){0,3}$/.test(value)
    ? value
    : GITHUB_ISSUER;
}
