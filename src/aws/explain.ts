/** Turns what the AWS SDK throws into a sentence with AWS's own words and what to change. */
import { loadSharedConfigFiles } from '@smithy/core/config';
import { describeIdentity } from '../access/identity.ts';
import type { Access } from '../access/token-request.ts';
import { hasOidc, OidcFailure } from '../github/oidc-token.ts';

/** The parts of an SDK error that say what happened. */
interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly attempts?: number };
}

/**
 * What each kind of error most likely means. The first whose pattern is found in the error's name, code and message
 * speaks. Names of errors: AWS API reference of CodeArtifact and STS, "Common errors"; Node's `tls` and `net` codes.
 */
const ADVICE: readonly { readonly when: RegExp; readonly say: (access: Access) => string }[] = [
  {
    when: /sts:AssumeRoleWithWebIdentity/,
    say: ({ identity: { role } }) =>
      `Check the name of the role and its trust policy: it must allow sts:AssumeRoleWithWebIdentity to the provider ` +
      `token.actions.githubusercontent.com for this repository and ref (condition on sub), and for the audience (condition on aud). ` +
      `A role that is not there is refused in the same words: ${role?.arn ?? ''}`,
  },
  {
    when: /sts:AssumeRole\b/,
    say: ({ identity: { role } }) =>
      `Check the name of the role, its trust policy (external id included), and that this identity may sts:AssumeRole it: ${role?.arn ?? ''}`,
  },
  {
    when: /^InvalidIdentityToken/,
    say: ({ identity: { role } }) =>
      `Add the identity provider token.actions.githubusercontent.com, with the audience that is asked for, to the account of ` +
      `the role${role ? ` (${role.arn.split(':')[4]})` : ''}.`,
  },
  {
    when: /GetServiceBearerToken/,
    say: () =>
      'Allow it sts:GetServiceBearerToken on "*", with the condition sts:AWSServiceName = codeartifact.amazonaws.com.',
  },
  {
    when: /^AccessDenied/,
    say: ({ repository: { region, account, domain } }) =>
      `Allow it codeartifact:GetAuthorizationToken on arn:aws:codeartifact:${region}:${account}:domain/${domain} ` +
      "(in another account, the domain's own policy must allow it too), or choose another identity.",
  },
  {
    when: /^ResourceNotFound/,
    say: ({ repository: { region, account, domain } }) =>
      `Check the URL: is the domain ${domain} in the account ${account} and the region ${region}?`,
  },
  {
    when: /^(ExpiredToken|RequestExpired)/,
    say: () =>
      'The session of these credentials has ended, or the clock of this machine is wrong; get new ones earlier in the job.',
  },
  {
    when: /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|InvalidAccessKeyId)/,
    say: () => 'Check the access key id, the secret access key and, for temporary keys, the session token.',
  },
  {
    when: /^Validation/,
    say: ({ duration }) =>
      duration === 0 ? 'Check token-duration: 0 needs temporary credentials.' : 'Check the URL and token-duration.',
  },
  {
    when: /^(Throttling|TooManyRequests)/,
    say: () =>
      'The account may fetch 40 tokens a second in a region; start fewer jobs at once, or ask AWS for a higher quota.',
  },
  {
    when: /ERR_PROXY_TUNNEL.* 407/,
    say: () => 'Give the user name and password in the proxy URL, percent-encoded.',
  },
  {
    when: /CERT|VERIFY|ERR_TLS/,
    say: () =>
      'Give verify the path of the CA bundle that signs for it, in PEM form (a proxy that inspects TLS has its own).',
  },
  {
    when: /ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ETIMEDOUT|Timeout|ERR_PROXY_TUNNEL|socket hang up/,
    say: () => 'Check the network, HTTPS_PROXY and NO_PROXY, and that the region has CodeArtifact.',
  },
];

/**
 * @param elapsed milliseconds since the calls began
 * @returns one sentence about the section, the identity, AWS's code and message, and the likely cause
 */
export async function explain(
  error: unknown,
  access: Access,
  environment: NodeJS.ProcessEnv,
  elapsed: number,
): Promise<string> {
  const { name = 'Error', code, message: quoted = '', $metadata } = (error ?? {}) as SdkError;
  // Whoever answers may quote the request, with a session token in it that only the SDK knows.
  const message = quoted.replace(/[A-Za-z0-9+/=_.%-]{100,}/g, '***');
  const who = `no token for the domain ${access.repository.domain} with ${describeIdentity(access.identity, environment)}${section(access)}`;
  if (name === 'AbortError' || error instanceof DOMException) {
    return (
      `${who}: the step may take ${seconds(elapsed)}, and these were over before there was a token. ${network(access)} ` +
      'If AWS throttles, start fewer jobs at once.'
    );
  }
  if (error instanceof OidcFailure)
    return `${who}: GitHub gave no OIDC token: ${withFullStop(message)} ${oidcAdvice(error)}`;
  if (name === 'CredentialsProviderError' || name === 'ProviderError') {
    // A credential process can print anything, and the SDK quotes its command, its errors and what it cannot parse.
    if (/Command failed|credential_process|JSON|Unexpected/i.test(message)) {
      return `${who}: the credential_process of the profile failed; run it by hand to see why (its output is not shown here, since it may hold secrets).`;
    }
    return `${who}: ${withFullStop(message)} ${await credentialAdvice(access, message, environment)}`.trimEnd();
  }
  const text = [name, code, message].join(' ');
  const advice = ADVICE.find(({ when }) => when.test(text))?.say(access) ?? '';
  const attempts = ($metadata?.attempts ?? 1) > 1 ? ` (${$metadata?.attempts} attempts in ${seconds(elapsed)})` : '';
  const label = code !== undefined && !message.includes(code) ? `${name} ${code}` : name;
  // What follows an empty line is the canonical request, with session tokens in it.
  const said = withFullStop(message.split(/\r?\n\r?\n/)[0] ?? '');
  return `${who}: ${label}${attempts}: ${said} ${advice}`.trimEnd();
}

function seconds(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
}

function oidcAdvice({ message, refused }: OidcFailure): string {
  if (refused) return 'Check that the job has permissions: id-token: write.';
  if (/CERT|certificate|SIGNATURE/i.test(message)) {
    return 'Name the CA bundle that signs for it in NODE_EXTRA_CA_CERTS, in the environment of the runner; verify is for AWS alone.';
  }
  return 'Check the network, HTTPS_PROXY and NO_PROXY, or run the job again.';
}

function section({ choice }: Access): string {
  return choice.label === '' ? '' : `, section [${choice.label}]`;
}

function network({ repository }: Access): string {
  return `Check the network, HTTPS_PROXY and NO_PROXY, and that the region ${repository.region} has CodeArtifact.`;
}

function withFullStop(message: string): string {
  const trimmed = message.trim();
  return /[.!?]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}

async function credentialAdvice(access: Access, message: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const { identity } = access;
  const profile = identity.source.kind === 'profile' ? identity.source.profile : environment['AWS_PROFILE'];
  if (!profile) return adviseOnNone(access, environment);
  const profiles = await knownProfiles();
  if (profiles.includes(profile)) return `The profile ${profile} exists; check what it says.`;
  if (!/Could not resolve|Could not load|not.*found/i.test(message)) return '';
  return profiles.length === 0
    ? 'This machine has no profiles in ~/.aws/config or ~/.aws/credentials; write them in an earlier step.'
    : `The profiles of this machine are ${profiles.join(', ')}.`;
}

/** What to do where nothing names credentials and the default chain has none. */
function adviseOnNone({ identity, choice, repository }: Access, environment: NodeJS.ProcessEnv): string {
  if (identity.role && hasOidc(environment)) {
    return (
      'role-chaining takes the role on with credentials that the job has already, and it has none: leave role-chaining out to take ' +
      "the role on with GitHub's OIDC token, or set credentials in a step before this one."
    );
  }
  if (identity.role) {
    return (
      "Give the job permissions: id-token: write, so that the role is taken on with GitHub's OIDC token (a pull request from a fork " +
      'never has it), or AWS credentials to take it on with.'
    );
  }
  const defaults =
    choice.label === 'codeartifact' ? `Only the defaults of the file apply to account ${repository.account}. ` : '';
  const oidc = hasOidc(environment) ? '' : ' with permissions: id-token: write';
  return (
    `${defaults}Name a role${oidc} (the input role-to-assume, or role_arn in a section), a profile (profile-name), ` +
    'or keys (aws-access-key-id and aws-secret-access-key), or set the AWS_* variables in a step before this one.'
  );
}

/** The names in the AWS config and credentials files (or where AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE point). */
async function knownProfiles(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  return [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])]
    .filter((name) => !/^(sso-session|services)\./.test(name))
    .sort();
}
