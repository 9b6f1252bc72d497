import { randomBytes, randomUUID } from 'node:crypto';
import { escapeXml } from './escape-xml.ts';
import { type Call, Refusal, type Request, type Service } from './exchange.ts';
import { notAuthorized } from './grants.ts';
import { ISSUER, type OidcProvider } from './oidc.ts';
import { verifySignature } from './signature.ts';
import type { State } from './state.ts';
import { accountOf, fits, type Identity, isGranted, newSession, type Role, type Trust } from './world.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const OPERATIONS = ['AssumeRole', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity'];
const DEFAULT_SESSION_S = 3600;

/** STS's own status and code for errors of the signature check, which has those of a REST-JSON service. */
const QUERY_CODES: Record<string, [status: number, code: string]> = {
  MissingAuthenticationTokenException: [403, 'MissingAuthenticationToken'],
  IncompleteSignatureException: [400, 'IncompleteSignature'],
  InvalidSignatureException: [403, 'SignatureDoesNotMatch'],
  UnrecognizedClientException: [403, 'InvalidClientTokenId'],
  ExpiredTokenException: [403, 'ExpiredToken'],
  ThrottlingException: [400, 'Throttling'],
  InternalServerException: [500, 'InternalFailure'],
};

/** The region in a host of STS (us-east-1 for the global one); undefined for any other host. */
export function stsRegion(host: string): string | undefined {
  if (host === 'sts.amazonaws.com') return 'us-east-1';
  return /^sts\.([a-z0-9-]+)\.(?:amazonaws\.com|api\.aws)$/.exec(host)?.[1];
}

/** AWS STS, as far as it is about roles. */
export function stsApi(state: State, oidc: OidcProvider): Service {
  return {
    describe(request) {
      const form = readForm(request);
      const operation = form.get('Action') ?? '';
      const parameters: Record<string, string> = {};
      for (const name of ['RoleArn', 'RoleSessionName', 'ExternalId', 'DurationSeconds']) {
        const value = form.get(name);
        if (value !== null) parameters[`${name.charAt(0).toLowerCase()}${name.slice(1)}`] = value;
      }
      return { operation: OPERATIONS.includes(operation) ? operation : 'Other', parameters };
    },

    async answer(request, call) {
      const form = readForm(request);
      const result =
        call.operation === 'AssumeRoleWithWebIdentity'
          ? await assumeRoleWithWebIdentity(state, oidc, form)
          : await signedOperation(state, request, form, call);
      const body =
        `<${call.operation}Response xmlns="${NAMESPACE}"><${call.operation}Result>${result}</${call.operation}Result>` +
        `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${call.operation}Response>`;
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    },

    refuse({ status, code, message, headers }) {
      // A refusal with 400 is STS's own, with the right code: its ExpiredTokenException is another one.
      const [queryStatus, queryCode] = (status === 400 ? undefined : QUERY_CODES[code]) ?? [status, code];
      const error = `<Type>Sender</Type><Code>${queryCode}</Code><Message>${escapeXml(message)}</Message>`;
      const body =
        `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error>` +
        `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
      return { status: queryStatus, headers: { ...headers, 'content-type': 'text/xml' }, body };
    },
  };
}

async function signedOperation(state: State, request: Request, form: URLSearchParams, call: Call): Promise<string> {
  const region = stsRegion(request.host);
  const { identity: caller } = await verifySignature(state, request, { service: 'sts', ...(region && { region }) });
  call.principal = caller.arn;
  if (call.operation === 'AssumeRole') return assumeRole(state, form, caller);
  if (call.operation !== 'GetCallerIdentity') throw new Refusal(400, 'InvalidAction', 'Could not find that operation.');
  const account = accountOf(caller.arn);
  return `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${caller.accessKeyId}</UserId><Account>${account}</Account>`;
}

function assumeRole(state: State, form: URLSearchParams, caller: Identity): string {
  const arn = form.get('RoleArn') ?? '';
  const role = state.world.roles.find((each) => each.arn === arn);
  const trusts = (trust: Trust) =>
    'principal' in trust &&
    fits(trust.principal, caller.arn) &&
    (trust.externalId === undefined || trust.externalId === form.get('ExternalId'));
  // STS says the same of a role that does not exist.
  if (role === undefined || !isGranted(caller.allow, 'sts:AssumeRole', arn) || !role.trust.some(trusts)) {
    throw new Refusal(403, 'AccessDenied', notAuthorized(caller, 'sts:AssumeRole', arn));
  }
  return startSession(state, role, form, caller.sessionToken !== undefined);
}

async function assumeRoleWithWebIdentity(state: State, oidc: OidcProvider, form: URLSearchParams): Promise<string> {
  const claims = await oidc.readToken(form.get('WebIdentityToken') ?? '');
  if (claims?.['iss'] !== (state.world.trustedIssuer ?? ISSUER)) {
    throw new Refusal(400, 'InvalidIdentityToken', "Couldn't retrieve verification key from your identity provider");
  }
  if (Number(claims['exp']) * 1000 <= state.now()) {
    const message = 'Token expired: current date/time must be before the expiration date/time';
    throw new Refusal(400, 'ExpiredTokenException', message);
  }
  const role = state.world.roles.find((each) => each.arn === form.get('RoleArn'));
  const trusted = role?.trust.filter((trust) => 'subject' in trust) ?? [];
  const audience = String(claims['aud']);
  if (role !== undefined && trusted.length > 0 && !trusted.some((trust) => trust.audience === audience)) {
    throw new Refusal(400, 'InvalidIdentityToken', 'Incorrect token audience');
  }
  const subject = String(claims['sub']);
  if (role === undefined || !trusted.some((trust) => trust.audience === audience && fits(trust.subject, subject))) {
    throw new Refusal(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
  const subjectElement = `<SubjectFromWebIdentityToken>${escapeXml(subject)}</SubjectFromWebIdentityToken>`;
  return `${startSession(state, role, form, false)}${subjectElement}`;
}

/** Issues temporary keys for a role. With keys of another role (chained) they last an hour at most. */
function startSession(state: State, role: Role, form: URLSearchParams, chained: boolean): string {
  const name = form.get('RoleSessionName') ?? '';
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
    const rule = 'Member must satisfy regular expression pattern: [\\w+=,.@-]*';
    const problem = `Value '${name}' at 'roleSessionName' failed to satisfy constraint: ${rule}`;
    throw new Refusal(400, 'ValidationError', `1 validation error detected: ${problem}`);
  }
  const seconds = Number(form.get('DurationSeconds') ?? DEFAULT_SESSION_S);
  const longest = role.maxSessionDuration ?? DEFAULT_SESSION_S;
  if (!(seconds >= 900) || seconds > longest || (chained && seconds > DEFAULT_SESSION_S)) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new Refusal(400, 'ValidationError', message);
  }
  const arn = `arn:aws:sts::${accountOf(role.arn)}:assumed-role/${role.arn.split('/').at(-1)}/${name}`;
  const session = newSession(arn, role.allow, state.now() + seconds * 1000);
  state.sessions.push(session);
  const roleId = `AROA${randomBytes(8).toString('hex').toUpperCase()}:${escapeXml(name)}`;
  return (
    `<AssumedRoleUser><Arn>${escapeXml(arn)}</Arn><AssumedRoleId>${roleId}</AssumedRoleId></AssumedRoleUser>` +
    `<Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId>` +
    `<SecretAccessKey>${session.secretAccessKey}</SecretAccessKey>` +
    `<SessionToken>${session.sessionToken}</SessionToken>` +
    `<Expiration>${new Date(session.expires ?? 0).toISOString()}</Expiration></Credentials>`
  );
}

function readForm(request: Request): URLSearchParams {
  return new URLSearchParams(request.body.toString('utf8'));
}
