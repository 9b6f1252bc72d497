/** What to do about an error of AWS or of the network. Pure. */
import { hasOidc, type Identity } from '../access/identity.ts';
import { accountOfRole, partitionOfRole, type Role } from '../access/role.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { GITHUB_ISSUER } from '../github/claims.ts';
import type { Environment } from '../machine/machine.ts';

/** What to do where an answer does not come; the action cannot know which of the three it is. */
export const CHECK_NETWORK = 'Check the network, HTTPS_PROXY and NO_PROXY';

/**
 * What a job needs for an OIDC token, whole: with `id-token: write` alone, `contents` is off and actions/checkout fails
 * (GitHub docs, "Workflow syntax", `permissions`).
 */
export const PERMISSIONS = 'permissions: { contents: read, id-token: write }';

/** What to do where a proxy asks for a password. */
export const PROXY_PASSWORD = 'Give the user name and password in the proxy URL, percent-encoded.';

/** What to do about an answer that is none. */
export const NOT_AWS =
  'This answer does not come from AWS; check what answers in its place: a proxy (HTTPS_PROXY), or an endpoint that a ' +
  'variable or ~/.aws/config names.';

const WRONG_KEYS = [
  'UnrecognizedClient',
  'InvalidClientTokenId',
  'InvalidSignature',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'InvalidAccessKeyId',
];

const NO_WAY = [
  ...['ECONN', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'ETIMEDOUT', 'Timeout'],
  ...['ERR_PROXY_TUNNEL', 'ERR_SSL', 'socket hang up'],
];

/**
 * What each kind of error most likely means. The first whose pattern is found in the error's name, code and message
 * speaks. Names of errors: AWS API reference of CodeArtifact and STS, "Common errors"; Node's `tls` and `net` codes.
 */
const ADVICE: readonly { readonly when: RegExp; readonly say: (request: TokenRequest, issuer: string) => string }[] = [
  {
    when: /sts:AssumeRoleWithWebIdentity/,
    say: ({ identity }, issuer) =>
      identity.kind === 'oidc'
        ? 'Check the name of the role and its trust policy: it must allow sts:AssumeRoleWithWebIdentity to the ' +
          `provider ${providerArn(identity.role, issuer)} for what the token says, above all sub and aud. A role ` +
          `that does not exist is refused in the same words: ${identity.role.arn}`
        : 'Check the name of the role that AWS_ROLE_ARN or the profile names, and its trust policy: it must allow ' +
          'sts:AssumeRoleWithWebIdentity to the provider of the token in the web identity file, and for what that ' +
          'token says, above all sub and aud.',
  },
  {
    when: /sts:AssumeRole\b/,
    say: ({ identity }) =>
      'Check the name of the role, its trust policy (external id included), and that this identity may ' +
      'sts:AssumeRole it: ' +
      arnOf(identity),
  },
  {
    when: /^InvalidIdentityToken/,
    say: ({ identity }, issuer) =>
      identity.kind === 'oidc'
        ? `Add the identity provider ${issuer}, with the audience that is asked for, to the account of the role ` +
          `(${accountOfRole(identity.role)}); it is then ${providerArn(identity.role, issuer)}.` +
          (issuer.startsWith(GITHUB_ISSUER) ? '' : ' AWS has to be able to reach the provider.')
        : 'Add the identity provider that issued the token in the web identity file, with its audience, to the ' +
          'account of the role.',
  },
  {
    when: /GetServiceBearerToken/,
    say: () =>
      'Grant this identity sts:GetServiceBearerToken on "*", with the condition sts:AWSServiceName = ' +
      'codeartifact.amazonaws.com.',
  },
  {
    when: /^AccessDenied/,
    say: ({ repository: { region, account, domain } }) =>
      `Check the URL: is the domain ${domain} in the account ${account} and the region ${region}? If so, grant this ` +
      'identity codeartifact:GetAuthorizationToken on ' +
      `arn:aws:codeartifact:${region}:${account}:domain/${domain} (in another account, the domain's own policy must ` +
      'grant it too), or choose another identity.',
  },
  {
    when: /^ResourceNotFound/,
    say: ({ repository: { region, account, domain } }) =>
      `Check the URL: is the domain ${domain} in the account ${account} and the region ${region}?`,
  },
  {
    when: /^(?:ExpiredToken|RequestExpired)/,
    say: () =>
      'These credentials have expired, or the clock of this machine is wrong; get new ones in the step right before ' +
      'this one.',
  },
  {
    when: new RegExp(`^(?:${WRONG_KEYS.join('|')})`),
    say: () => 'Check the access key id, the secret access key and, for temporary keys, the session token.',
  },
  {
    when: /^Validation/,
    say: ({ duration }) =>
      duration === 0 ? 'Check token-duration: 0 needs temporary credentials.' : 'Check the URL and token-duration.',
  },
  {
    when: /^(?:Throttling|TooManyRequests)/,
    say: () =>
      'The account may fetch 40 tokens a second in a region; start fewer jobs at once, or ask AWS for a higher quota.',
  },
  {
    when: /^(?:AnswerTooLarge|SyntaxError|TypeError|RangeError|Unknown)\b|Parse Error|XML parse error/,
    say: () => NOT_AWS,
  },
  {
    when: /ERR_PROXY_TUNNEL.* 407/,
    say: () => PROXY_PASSWORD,
  },
  {
    when: /CERT|VERIFY|ERR_TLS/,
    say: () =>
      'Set verify to the path of the CA bundle that signs for it, in PEM form (a proxy that inspects TLS has its own).',
  },
  {
    when: new RegExp(NO_WAY.join('|')),
    say: () => `${CHECK_NETWORK}, and that the region has CodeArtifact.`,
  },
];

/**
 * @param issuer of the OIDC token that AWS was shown
 * @returns what to do about an error with this name, code and message; empty where nobody knows
 */
export function adviceOn(text: string, request: TokenRequest, issuer = GITHUB_ISSUER): string {
  return ADVICE.find(({ when }) => when.test(text))?.say(request, issuer) ?? '';
}

/** The identity provider of an issuer in the account of a role (AWS IAM user guide, "IAM identifiers"). */
function providerArn(role: Role, issuer: string): string {
  const name = issuer.slice('https://'.length);
  return `arn:${partitionOfRole(role)}:iam::${accountOfRole(role)}:oidc-provider/${name}`;
}

function arnOf({ role }: Identity): string {
  return role?.arn ?? '';
}

/**
 * What to do where a pull request from a fork finds no credentials.
 * @param canPass whether `forks: skip` would let it pass
 */
export function adviceOnFork(canPass: boolean): string {
  const fork = 'This is a pull request from a fork, whose job gets neither secrets nor an OIDC token';
  return canPass
    ? `${fork}; with forks: skip it ends green and configures nothing.`
    : `${fork}; use credentials that this machine has: a profile (profile-name), or the AWS_* variables.`;
}

/** What to do where nothing names credentials and the default chain has none. */
export function adviceOnNoCredentials(
  { identity, choice, repository }: TokenRequest,
  environment: Environment,
): string {
  if (environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] || environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']) {
    return 'The container endpoint (AWS_CONTAINER_CREDENTIALS_*) was asked too; check what it answers.';
  }
  if (identity.role && hasOidc(environment)) {
    return (
      'role-chaining assumes the role with credentials that the job already has, and it has none: leave ' +
      "role-chaining out to assume the role with GitHub's OIDC token, or set credentials in a step before this one."
    );
  }
  if (identity.role) {
    return (
      `Give the job ${PERMISSIONS}, so that the role is assumed with GitHub's OIDC token; or set AWS credentials to ` +
      'assume it with, in a step before this one.'
    );
  }
  const needsOidc = !hasOidc(environment);
  if (choice.missed !== undefined) {
    return (
      `keyringrc.cfg has no section for this repository: ${choice.missed}. Add [codeartifact ` +
      `account="${repository.account}"] with role_arn, or set the input role-to-assume` +
      (needsOidc ? `, and give the job ${PERMISSIONS}.` : '.')
    );
  }
  return (
    'Name a role (the input role-to-assume, or role_arn in a section)' +
    (needsOidc ? ` and give the job ${PERMISSIONS}; or name a profile ` : ', a profile ') +
    '(profile-name) or keys (aws-access-key-id and aws-secret-access-key), or set the AWS_* variables in a step ' +
    'before this one.' +
    (choice.label === ''
      ? ' No keyringrc.cfg was found; if the project has one, run actions/checkout before this step.'
      : '')
  );
}
