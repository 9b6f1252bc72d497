import { generateKeyPair, type KeyObject, randomBytes, randomUUID, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { Refusal, type Service } from './exchange.ts';
import type { State } from './state.ts';

/** GitHub's issuer: the claim `iss`, which roles trust. */
export const ISSUER = 'https://token.actions.githubusercontent.com';
/** A host like those that give jobs on GitHub their tokens. */
export const OIDC_HOST = 'run-actions-1-sandbox.actions.githubusercontent.com';
/** How long a token lasts. */
const LIFETIME_S = 300;

/** GitHub's OIDC endpoint, and the check that STS makes of its tokens. */
export interface OidcProvider extends Service {
  /** For `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  requestToken: string;
  /** The claims of a token, if this provider signed it. The caller checks expiry and audience. */
  readToken(token: string): Promise<Record<string, unknown> | undefined>;
}

interface Keys {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** GitHub's OIDC endpoint for one job: it gives tokens to whoever has its request token. */
export function createOidcProvider(state: State): OidcProvider {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  const requestToken = `eyJ0eXAiOiJKV1Qi.${random(300)}.${random(256)}`;
  // Made on demand: an RSA key takes a while, and most tests need none.
  let made: Promise<Keys> | undefined;
  const keys = () => {
    made ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return made;
  };

  return {
    requestToken,

    describe(request) {
      const audience = request.query.get('audience');
      const isToken = request.method === 'GET' && request.path.endsWith('/idtoken');
      return { operation: isToken ? 'GetIdToken' : 'Other', parameters: audience === null ? {} : { audience } };
    },

    async answer(request, call) {
      if (request.headers.authorization?.replace(/^bearer /i, '') !== requestToken) {
        throw new Refusal(401, 'Unauthorized', 'The request token is not the one of this job.');
      }
      if (call.operation === 'Other') throw new Refusal(404, 'NotFound', 'No such page.');
      const issued = Math.floor(state.now() / 1000);
      const claims = {
        jti: randomUUID(),
        sub: 'repo:acme/widgets:ref:refs/heads/main',
        repository: 'acme/widgets',
        repository_id: '456789',
        ref: 'refs/heads/main',
        workflow: 'Publish',
        job_workflow_ref: 'acme/widgets/.github/workflows/publish.yml@refs/heads/main',
        actor: 'octocat',
        actor_id: '583231',
        iss: ISSUER,
        ...state.world.claims,
        aud: request.query.get('audience') ?? 'https://github.com/acme',
        nbf: issued - 5,
        iat: issued,
        exp: issued + LIFETIME_S,
      };
      const content = `${encode({ typ: 'JWT', alg: 'RS256', kid: 'sandbox' })}.${encode(claims)}`;
      const signature = sign('sha256', Buffer.from(content), (await keys()).privateKey).toString('base64url');
      const body = JSON.stringify({ count: 1, value: `${content}.${signature}` });
      return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
    },

    refuse: ({ status, message, headers }) => ({
      status,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    }),

    async readToken(token) {
      const [head = '', claims = '', signature = '', ...rest] = token.split('.');
      const content = Buffer.from(`${head}.${claims}`);
      const { publicKey } = await keys();
      if (rest.length > 0 || !verify('sha256', content, publicKey, Buffer.from(signature, 'base64url')))
        return undefined;
      return JSON.parse(Buffer.from(claims, 'base64url').toString());
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
