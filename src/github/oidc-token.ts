/** The job's OIDC token: the edge to GitHub's token endpoint. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { type Agents, openAgents, REQUEST_TIMEOUT } from '../machine/agents.ts';
import { uptime } from '../machine/clock.ts';
import type { Environment } from '../machine/machine.ts';
import type { Claims } from './claims.ts';
import { maskInternal } from './masks.ts';
import { quote } from './quotation.ts';

/** Why GitHub gave no token: the job may not ask, a proxy asks for a password, nobody vouches for it, or trouble. */
export type OidcReason = 'refused' | 'proxy-password' | 'certificate' | 'trouble';

/** GitHub gave no token; the message goes on after "GitHub gave no OIDC token: ". */
export class OidcFailure extends Error {
  readonly reason: OidcReason;

  constructor(message: string, reason: OidcReason) {
    super(message);
    this.name = 'OidcFailure';
    this.reason = reason;
  }
}

/** A job's OIDC token that AWS was shown and did not take a role for; its cause is what AWS said. */
export class RoleRefusal extends Error {
  readonly claims: Claims;

  constructor(cause: unknown, claims: Claims) {
    super('', { cause });
    this.name = 'RoleRefusal';
    this.claims = claims;
  }
}

/** What came of one request that gave no token. */
interface Failure {
  readonly message: string;
  readonly reason: OidcReason;
  /** Whether another attempt may end it. */
  readonly isTransient: boolean;
}

const ATTEMPTS = 5;

/** GitHub's own words are repeated where they have at most so many characters. */
const MOST_WORDS = 200;

/**
 * Asks GitHub for the job's token, and masks it: GitHub docs, "OpenID Connect reference", requesting the JWT using
 * environment variables. Trouble with the network or the server is tried again, a refusal is not. A redirect is not
 * followed: whoever it names would get the job's bearer.
 * @param environment its `ACTIONS_ID_TOKEN_REQUEST_URL` and `_TOKEN` say where and with what to ask
 * @throws {OidcFailure}
 */
export async function fetchOidcToken(
  audience: string,
  environment: Environment,
  agents: Agents = openAgents(environment),
): Promise<string> {
  const started = uptime();
  const url = addressOf(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '', audience);
  const bearer = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(url, bearer, agents);
    if (typeof answer === 'string') {
      maskInternal(answer);
      return answer;
    }
    if (!answer.isTransient || attempt === ATTEMPTS) {
      const seconds = Math.round((uptime() - started) / 1000);
      const attempts = attempt === 1 ? '' : ` (${attempt} attempts in ${seconds} s)`;
      throw new OidcFailure(answer.message + attempts, answer.reason);
    }
    await setTimeout(Math.random() * 200 * 2 ** attempt);
  }
}

function addressOf(text: string, audience: string): URL {
  const url = URL.parse(`${text}${text.includes('?') ? '&' : '?'}audience=${encodeURIComponent(audience)}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new OidcFailure('the variable ACTIONS_ID_TOKEN_REQUEST_URL holds no address', 'refused');
}

/** One request. @returns the token, or why there is none; never throws */
async function ask(url: URL, bearer: string, agents: Agents): Promise<string | Failure> {
  try {
    const response = await send(url, bearer, agents);
    const status = response.statusCode ?? 0;
    const body = await read(response);
    if (status === 200) {
      return tokenIn(body) ?? { message: 'its answer holds no token', reason: 'trouble', isTransient: true };
    }
    return { message: `it answered ${status}${wordsOf(body)}`, ...judge(status) };
  } catch (error) {
    return describeTrouble(error);
  }
}

function send(url: URL, bearer: string, { httpsAgent, httpAgent }: Agents): Promise<IncomingMessage> {
  const headers = {
    Authorization: `Bearer ${bearer}`,
    Accept: 'application/json',
    'User-Agent': 'codeartifact-keyring',
  };
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { headers, agent: httpsAgent, signal })
        : httpRequest(url, { headers, agent: httpAgent, signal });
    // A request that has no connection yet, since a proxy says nothing, does not tell its end.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    request.once('response', resolve).on('error', reject).end();
  });
}

async function read(response: IncomingMessage): Promise<string> {
  let body = '';
  response.setEncoding('utf8');
  for await (const piece of response) body += piece;
  return body;
}

/** A token is visible ASCII, or none; what is none is not even printed to hide it. */
function tokenIn(body: string): string | undefined {
  return fieldIn(body, 'value')?.match(/^[!-~]+$/)?.[0];
}

/** A text in the fields of a JSON object. */
function fieldIn(body: string, name: string): string | undefined {
  try {
    const value: unknown = Object(JSON.parse(body))[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What GitHub says, in brackets; empty where it says much, or a page. */
function wordsOf(body: string): string {
  const words = quote(fieldIn(body, 'message') ?? body);
  return words === '' || words.length > MOST_WORDS || /[<{*]/.test(words) ? '' : ` (${words})`;
}

/** A redirect is none of GitHub's, and 407 is a proxy's. */
function judge(status: number): Pick<Failure, 'reason' | 'isTransient'> {
  if (status >= 500 || status === 429 || status === 408) return { reason: 'trouble', isTransient: true };
  if (status === 407) return { reason: 'proxy-password', isTransient: false };
  return { reason: status >= 400 ? 'refused' : 'trouble', isTransient: false };
}

/** Codes of Node's `tls` for a server that nobody vouches for. */
const CERTIFICATE = /CERT|SIGNATURE|^ERR_TLS/;

function describeTrouble(error: unknown): Failure {
  const { name = '', code = '', message = '' } = Object(error) as Partial<Record<'name' | 'code' | 'message', string>>;
  if (/^(?:Abort|Timeout)Error$/.test(name)) {
    return {
      message: `it did not answer within ${REQUEST_TIMEOUT / 1000} s`,
      reason: 'trouble',
      isTransient: true,
    };
  }
  const cause = code === '' || message.includes(code) ? '' : ` (${code})`;
  const said = quote(`${message}${cause}`.trim());
  // A port, or the name of a proxy, may have these digits too; the status follows a space.
  if (code === 'ERR_PROXY_TUNNEL' && / 407\b/.test(message)) {
    return { message: said, reason: 'proxy-password', isTransient: false };
  }
  if (CERTIFICATE.test(code)) return { message: said, reason: 'certificate', isTransient: false };
  return { message: said, reason: 'trouble', isTransient: name !== 'AnswerTooLarge' };
}
