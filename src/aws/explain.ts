/** Turns what the AWS SDK throws into a sentence with AWS's own words and what to change. */
import { describeIdentity } from '../access/identity.ts';
import type { TokenRequest } from '../access/token-request.ts';
import type { Reason } from '../access/tokens.ts';
import type { Claims } from '../github/claims.ts';
import { OidcFailure, type OidcReason, RoleRefusal } from '../github/oidc-token.ts';
import { quote } from '../github/quotation.ts';
import type { Machine } from '../machine/machine.ts';
import { withFullStop } from '../messages/wording.ts';
import { adviceOn, CHECK_NETWORK, PERMISSIONS, PROXY_PASSWORD } from './advice.ts';
import { explainCredentials } from './missing-credentials.ts';
import type { Waited } from './progress.ts';
import { describeWait } from './wait.ts';

/** The parts of an SDK error that say what happened; what AWS's code or message holds need not be text. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly attempts?: number; readonly httpStatusCode?: number };
}

/** What a call was for, and what the clock says of it, in milliseconds. */
export interface Failed {
  /** What is missing; the sentence begins with it. */
  readonly lack: string;
  /** Since the calls of the step began. */
  readonly elapsed: number;
  /** Who was waited for at the end, and for how long; undefined where nobody was asked. */
  readonly waited: { readonly for: Waited; readonly milliseconds: number } | undefined;
}

/** @returns the identity and its section, AWS's code and message, and the likely cause */
export async function explain(
  thrown: unknown,
  request: TokenRequest,
  machine: Pick<Machine, 'environment' | 'home'>,
  { lack, elapsed, waited }: Failed,
): Promise<Reason> {
  const { error, claims } =
    thrown instanceof RoleRefusal
      ? { error: thrown.cause, claims: thrown.claims }
      : { error: thrown, claims: undefined };
  const { name, code, message, attempts, status } = readError(error);
  const { environment } = machine;
  const { identity, choice } = request;
  const described = describeIdentity(identity, environment);
  // The identity mostly says which section named it.
  const isNamed = choice.line === undefined || described.includes(`[${choice.label}]`);
  const who = `${lack} with ${described}${isNamed ? '' : `, section [${choice.label}]`}`;
  if (name === 'AbortError' || error instanceof DOMException) {
    const { what, advice } = await describeWait(waited?.for, request, environment);
    const waiting = waited ? `${seconds(waited.milliseconds)} for ${what}` : `for ${what}`;
    return {
      who,
      answer: `the time of the step, ${seconds(elapsed)}, was over after it had waited ${waiting}.`,
      advice,
    };
  }
  // The canonical request follows an empty line, with session tokens in it.
  const said = withFullStop(quote(message.replace(/\n\s*\n.*/s, '').replace(HINT, '')));
  if (error instanceof OidcFailure) {
    return { who, answer: `GitHub gave no OIDC token: ${said}`, advice: ADVICE_ON_OIDC[error.reason] };
  }
  if (name === 'CredentialsProviderError' || name === 'ProviderError') {
    return { who, ...(await explainCredentials(message, request, machine)) };
  }
  const tried = attempts > 1 ? ` (${attempts} attempts in ${seconds(elapsed)})` : '';
  const label = `${labelOf(name, message.includes(code) ? '' : code, status)}${tried}`.trim();
  const shown = claims !== undefined && ABOUT_TOKEN.test(name) ? withClaims(said, claims) : said;
  const answer = [label, shown].filter((part) => part !== '').join(': ') || 'it failed, and nothing says why.';
  return { who, answer, advice: adviceOn([name, code, message].join(' '), request, claims?.issuer) };
}

/** What kind of error it is; the name that every error has says nothing. */
function labelOf(name: string, code: string, status: number | undefined): string {
  return quote(`${name === 'Error' ? '' : name} ${code}`) + (name === 'Unknown' ? ` (${status})` : '');
}

/** Refusals for what a token says (AWS STS API reference, AssumeRoleWithWebIdentity, "Errors"). */
const ABOUT_TOKEN = /^(?:AccessDenied|InvalidIdentityToken|IDPRejectedClaim|IDPCommunicationError|ExpiredToken)/;

/** AWS's words, and what it compares with a trust policy; each claim by itself, since a name may hold anything. */
function withClaims(said: string, { words }: Claims): string {
  return `${said.replace(/\.$/, '')} (the token says ${words.map(quote).join(', ')}).`;
}

function readError(error: unknown) {
  const { name, code, message, $metadata } = Object(error) as SdkError;
  const [title = 'Error', cause = '', words = ''] = [name, code, message].map((part) =>
    typeof part === 'string' ? part : undefined,
  );
  const { attempts = 1, httpStatusCode: status } = $metadata ?? {};
  return { name: title, code: cause, message: words, attempts, status };
}

/** What to do where GitHub gave no OIDC token. */
const ADVICE_ON_OIDC: Readonly<Record<OidcReason, string>> = {
  refused: `Check that the job has ${PERMISSIONS}.`,
  'proxy-password': PROXY_PASSWORD,
  certificate:
    'Name the CA bundle that signs for it in NODE_EXTRA_CA_CERTS, in the environment of the runner; verify is for ' +
    'AWS alone.',
  trouble: `${CHECK_NETWORK}, or run the job again.`,
};

/** What the SDK (3.1124) adds to the message of an answer that it cannot read. */
const HINT = /Deserialization error: to see the raw response, inspect the hidden field.*/s;

function seconds(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
}
