import { hash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Refusal, type Request } from './exchange.ts';
import { findIdentity, type State } from './state.ts';
import type { Identity } from './world.ts';

const MAXIMUM_SKEW_MS = 5 * 60_000;
const NO_SUCH_KEY = 'The security token included in the request is invalid.';
const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

const SCOPE = /(?<accessKeyId>[^/,]+)\/\d{8}\/(?<region>[^/,]+)\/(?<service>[^/,]+)\/aws4_request/.source;
const SIGNED = /SignedHeaders=(?<headers>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})/.source;
const AUTHORIZATION = new RegExp(`^AWS4-HMAC-SHA256 Credential=${SCOPE}, ?${SIGNED}$`);
const BASIC_FORMAT = /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)Z$/;

/** What an Authorization header says. */
interface Claim {
  accessKeyId: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

/**
 * Proves whose request this is: signs it again with the secret of the key that it names (Signature Version 4).
 *
 * @param expected what the signature must be for; the client chooses the region where none is given
 * @throws Refusal with the codes of a REST-JSON service
 */
export async function verifySignature(
  state: State,
  request: Request,
  expected: { service: string; region?: string },
): Promise<{ identity: Identity; region: string }> {
  const claim = readAuthorization(request);
  const date = readDate(request);
  const wrong = (message: string) => new Refusal(403, 'InvalidSignatureException', message);

  if (claim.service !== expected.service) {
    throw wrong(`Credential should be scoped to correct service: '${expected.service}'.`);
  }
  if (expected.region !== undefined && claim.region !== expected.region) {
    throw wrong('Credential should be scoped to a valid region.');
  }
  if (Math.abs(date.getTime() - Date.now()) > MAXIMUM_SKEW_MS) {
    const which = date.getTime() < Date.now() ? 'Signature expired' : 'Signature not yet current';
    throw wrong(`${which}: ${compact(date)} is more than 5 min. away from ${compact(new Date())}`);
  }
  const identity = findIdentity(state, claim.accessKeyId);
  if (identity === undefined || request.headers['x-amz-security-token'] !== identity.sessionToken) {
    throw new Refusal(403, 'UnrecognizedClientException', NO_SUCH_KEY);
  }

  const { secretAccessKey, sessionToken } = identity;
  const signer = new SignatureV4({
    credentials: { accessKeyId: claim.accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    region: claim.region,
    service: claim.service,
    sha256: Sha256,
    applyChecksum: false, // The headers that the client signed include its own checksum.
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: request.host,
      path: request.path,
      query: Object.fromEntries([...request.query.keys()].map((key) => [key, request.query.getAll(key)])),
      headers: Object.fromEntries(claim.signedHeaders.map((name) => [name, String(request.headers[name] ?? '')])),
      body: request.body,
    },
    { signingDate: date, signableHeaders: new Set(claim.signedHeaders) },
  );
  const ours = /Signature=([0-9a-f]{64})$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '';
  // The signer believes the digest in this header, so it is checked here.
  const digest = request.headers['x-amz-content-sha256'];
  const bodyFits = digest === undefined || digest === 'UNSIGNED-PAYLOAD' || digest === hash('sha256', request.body);
  if (!bodyFits || !claim.signedHeaders.includes('host') || !equal(ours, claim.signature)) throw wrong(WRONG_SIGNATURE);
  if (identity.expires !== undefined && identity.expires <= state.now()) {
    throw new Refusal(403, 'ExpiredTokenException', 'The security token included in the request is expired');
  }
  return { identity, region: claim.region };
}

function readAuthorization(request: Request): Claim {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new Refusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const { accessKeyId, region, service, headers, signature } = AUTHORIZATION.exec(header)?.groups ?? {};
  if (!accessKeyId || !region || !service || !headers || !signature) {
    throw incomplete('Authorization header does not have the form of Signature Version 4.');
  }
  return { accessKeyId, region, service, signedHeaders: headers.split(';'), signature };
}

function readDate(request: Request): Date {
  const header = String(request.headers['x-amz-date'] ?? '');
  const date = new Date(header.replace(BASIC_FORMAT, '$<year>-$<month>-$<day>T$<hour>:$<minute>:$<second>Z'));
  if (!Number.isNaN(date.getTime())) return date;
  throw incomplete("Date must be in ISO-8601 'basic format'. Use the X-Amz-Date header.");
}

function incomplete(message: string): Refusal {
  return new Refusal(403, 'IncompleteSignatureException', message);
}

function compact(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function equal(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
