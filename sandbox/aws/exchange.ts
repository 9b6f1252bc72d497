import type { IncomingHttpHeaders } from 'node:http';

/** A whole HTTP request. */
export interface Request {
  method: string;
  /** The Host header in lower case, without a port. */
  host: string;
  /** Without the query, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** An HTTP answer. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The record of a request. It holds no key, token or signature. */
export interface Call {
  /** When it arrived, milliseconds since 1970. */
  time: number;
  host: string;
  /** As AWS names it (`GetAuthorizationToken`), or `GetIdToken`, `ListFiles`, `Download`, `Upload`, `Other`. */
  operation: string;
  /** Such as `domain`, `domainOwner`, `duration`, `roleArn`, `project`, `file`. */
  parameters: Record<string, string>;
  /** Scheme of the Authorization header in lower case: `basic`, `bearer`, `aws4-hmac-sha256`; absent without one. */
  authorization?: string;
  /** ARN of the identity, once it is proven. */
  principal?: string;
  /** ARN of the identity whose authorization token the request holds, also where it proves nothing to this host. */
  tokenOf?: string;
  /** HTTP status of the answer; absent where there is none (a hang, a dropped connection). */
  status?: number;
  /** AWS's error code of a refusal. */
  error?: string;
}

/** A refused request. Every service words it in its own error format. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** `USER:PASSWORD` of a header for Basic authentication; undefined for any other header. */
export function basicCredentials(header = ''): string | undefined {
  const encoded = /^basic (\S+)$/i.exec(header)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

/** A service behind the stand-in's front door. */
export interface Service {
  /** What the request asks for, before anything is checked: for the record and for faults. */
  describe(request: Request): { operation: string; parameters: Record<string, string> };
  /** Answers or throws a {@link Refusal}. Notes on `call` who asks. */
  answer(request: Request, call: Call): Promise<Answer>;
  /** Words a refusal in this service's own format. */
  refuse(refusal: Refusal): Answer;
}
