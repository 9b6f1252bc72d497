/** Turns what the AWS SDK throws into a sentence with AWS's own words and what to change. */
import { describeIdentity } from '../access/identity.ts';
import type { TokenRequest } from '../access/token-request.ts';
import type { Reason } from '../access/tokens.ts';
import { OidcFailure } from '../github/oidc-token.ts';
import { quote } from '../github/quotation.ts';
import type { Machine } from '../machine/machine.ts';
import { quoted, withFullStop } from '../messages/wording.ts';
import { adviceOn, CHECK_NETWORK, PROXY_PASSWORD } from './advice.ts';
import { explainCredentials } from './missing-credentials.ts';
import { describeWait, type Waited } from './wait.ts';

/** The parts of an SDK error that say what happened; what AWS's code or message holds need not be text. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly attempts?: number; readonly httpStatusCode?: number };
}

/** What the clock says of a request that failed, in milliseconds. */
export interface Elapsed {
  /** Since the calls of the step began. */
  readonly elapsed: number;
  /** Who was waited for at the end, and for how long; undefined where nobody was asked. */
  readonly waited: { readonly for: Waited; readonly milliseconds: number } | undefined;
}

/** @returns the identity and its section, AWS's code and message, and the likely cause */
export async function explain(
  error: unknown,
  request: TokenRequest,
  { environment }: Pick<Machine, 'environment'>,
  { elapsed, waited }: Elapsed,
): Promise<Reason> {
  const { name, code, message, attempts, status } = readError(error);
  const { repository, identity, choice } = request;
  const described = describeIdentity(identity, environment);
  // The identity mostly says which section named it.
  const isNamed = choice.line === undefined || described.includes(`[${choice.label}]`);
  const section = isNamed ? '' : `, section [${choice.label}]`;
  const who = `no token for the domain ${quoted(repository.domain)} with ${described}${section}`;
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
  const said = withFullStop(quote(message.split(/\r?\n\s*\r?\n/)[0]?.replace(HINT, '') ?? ''));
  if (error instanceof OidcFailure) {
    return { who, answer: `GitHub gave no OIDC token: ${said}`, advice: adviceOnOidc(error) };
  }
  if (name === 'CredentialsProviderError' || name === 'ProviderError') {
    return { who, ...(await explainCredentials(message, request, environment)) };
  }
  const tried = attempts > 1 ? ` (${attempts} attempts in ${seconds(elapsed)})` : '';
  const label = `${labelOf(name, message.includes(code) ? '' : code, status)}${tried}`.trim();
  const answer = [label, said].filter((part) => part !== '').join(': ') || 'it failed, and nothing says why.';
  return { who, answer, advice: adviceOn([name, code, message].join(' '), request) };
}

/** What kind of error it is; the name that every error has says nothing. */
function labelOf(name: string, code: string, status: number | undefined): string {
  const words = [name === 'Error' ? '' : name, code].filter((word) => word !== '').join(' ');
  return quote(words) + (name === 'Unknown' ? ` (${status})` : '');
}

function readError(error: unknown) {
  const { name, code, message, $metadata } = Object(error) as SdkError;
  const [title = 'Error', cause = '', words = ''] = [name, code, message].map((part) =>
    typeof part === 'string' ? part : undefined,
  );
  const { attempts = 1, httpStatusCode: status } = $metadata ?? {};
  return { name: title, code: cause, message: words, attempts, status };
}

/** What the SDK (3.1124) adds to the message of an answer that it cannot read. */
const HINT = /\s*Deserialization error: to see the raw response, inspect the hidden field.*$/s;

function seconds(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
}

function adviceOnOidc({ message, refused }: OidcFailure): string {
  if (refused) return 'Check that the job has permissions: id-token: write.';
  if (/CERT|certificate|SIGNATURE/i.test(message)) {
    return (
      'Name the CA bundle that signs for it in NODE_EXTRA_CA_CERTS, in the environment of the runner; verify is for ' +
      'AWS alone.'
    );
  }
  return /\b407\b/.test(message) ? PROXY_PASSWORD : `${CHECK_NETWORK}, or run the job again.`;
}
