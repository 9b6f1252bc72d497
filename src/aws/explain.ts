/** Turns what the AWS SDK throws into a sentence with AWS's own words and what to change. */
import { describeIdentity } from '../access/identity.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { OidcFailure } from '../github/oidc-token.ts';
import type { Machine } from '../machine/machine.ts';
import { withFullStop } from '../messages/wording.ts';
import { adviceOn, adviceOnNoCredentials, CHECK_NETWORK } from './advice.ts';
import { readProfiles } from './credential-files.ts';

/** The parts of an SDK error that say what happened. */
interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly attempts?: number };
}

/**
 * @param elapsed milliseconds since the calls began
 * @returns one sentence about the section, the identity, AWS's code and message, and the likely cause
 */
export async function explain(
  error: unknown,
  request: TokenRequest,
  { environment }: Pick<Machine, 'environment'>,
  elapsed: number,
): Promise<string> {
  const { name = 'Error', code, message: quoted = '', $metadata } = (error ?? {}) as SdkError;
  const message = withoutTokens(quoted);
  const { repository, identity, choice } = request;
  const section = choice.label === '' ? '' : `, section [${choice.label}]`;
  const who = `no token for the domain ${repository.domain} with ${describeIdentity(identity, environment)}${section}`;
  if (name === 'AbortError' || error instanceof DOMException) {
    return (
      `${who}: the step may take ${seconds(elapsed)}, and these were over before there was a token. ` +
      `${CHECK_NETWORK}, and that the region ${repository.region} has CodeArtifact. If AWS throttles, start fewer ` +
      'jobs at once.'
    );
  }
  if (error instanceof OidcFailure) {
    return `${who}: GitHub gave no OIDC token: ${withFullStop(message)} ${adviceOnOidc(error)}`;
  }
  if (name === 'CredentialsProviderError' || name === 'ProviderError') {
    return `${who}: ${await explainCredentials(message, request, environment)}`.trimEnd();
  }
  const advice = adviceOn([name, code, message].join(' '), request);
  const attempts = ($metadata?.attempts ?? 1) > 1 ? ` (${$metadata?.attempts} attempts in ${seconds(elapsed)})` : '';
  const label = code !== undefined && !message.includes(code) ? `${name} ${code}` : name;
  // The canonical request follows an empty line, with session tokens in it.
  const said = withFullStop(message.split(/\r?\n\r?\n/)[0] ?? '');
  return `${who}: ${label}${attempts}: ${said} ${advice}`.trimEnd();
}

/** Whoever answers may quote the request, with a session token in it that only the SDK knows. A path is not a token. */
function withoutTokens(message: string): string {
  return message.replace(/[A-Za-z0-9+/=_.%-]{100,}/g, (text) => (isPath(text) ? text : '***'));
}

/** Every 64th character of a session token is a slash, by chance: it has parts longer than any file's name here. */
function isPath(text: string): boolean {
  return text.startsWith('/') && text.split('/').every((part) => part.length <= 50);
}

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
  return `${CHECK_NETWORK}, or run the job again.`;
}

/**
 * Says why there are no credentials. What may quote a secret is not repeated: output of a program, text that is not
 * JSON.
 */
async function explainCredentials(
  message: string,
  request: TokenRequest,
  environment: Machine['environment'],
): Promise<string> {
  const { identity } = request;
  const named =
    identity.kind === 'source' && identity.source.kind === 'profile'
      ? identity.source.profile
      : environment['AWS_PROFILE'];
  const isUnreadable = /JSON|Unexpected/i.test(message);
  if (/Command failed|credential_process/i.test(message) || (isUnreadable && (await hasProcess(named || 'default')))) {
    return (
      'the credential_process of the profile failed; run it by hand to see why (its output is not shown here, since ' +
      'it may hold secrets).'
    );
  }
  if (isUnreadable) {
    return (
      'a source of credentials gave text that is not JSON (it is not shown here, since it may hold secrets); check ' +
      'the container endpoint (AWS_CONTAINER_CREDENTIALS_*), or sign in again.'
    );
  }
  const advice = named ? await adviceOnProfile(named, message) : adviceOnNoCredentials(request, environment);
  return `${withFullStop(message)} ${advice}`;
}

/** Whether a profile takes its credentials from a program, by itself or by the profiles that it starts from. */
async function hasProcess(profile: string): Promise<boolean> {
  const profiles = await readProfiles();
  const seen = new Set<string>();
  for (let name: string | undefined = profile; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    if (profiles.get(name)?.['credential_process']) return true;
    name = profiles.get(name)?.['source_profile'];
  }
  return false;
}

async function adviceOnProfile(profile: string, message: string): Promise<string> {
  const names = [...(await readProfiles()).keys()].sort();
  if (names.includes(profile)) return `The profile ${profile} exists; check what it says.`;
  if (!/Could not resolve|Could not load|not.*found/i.test(message)) return '';
  return names.length === 0
    ? 'This machine has no profiles in ~/.aws/config or ~/.aws/credentials; write them in an earlier step.'
    : `The profiles of this machine are ${names.join(', ')}.`;
}
