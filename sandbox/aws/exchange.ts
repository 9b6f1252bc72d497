import type { IncomingHttpHeaders } from 'node:http';

/** An HTTP request that arrived whole. */
export interface Request {
  method: string;
  /** The Host header in lower case, without a port. */
  host: string;
  /** Without the query, as it was sent (still percent-encoded). */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What goes back. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request as the stand-in recorded it. It holds no key, token or signature. */
export interface Call {
  /** When it arrived, milliseconds since 1970. */
  time: number;
  host: string;
  /** As AWS names it (`GetAuthorizationToken`), or `GetIdToken`, `ListFiles`, `Download`, `Upload`, `Other`. */
  operation: string;
  /** What was asked for, such as `domain`, `domainOwner`, `duration`, `roleArn`, `project`, `file`. */
  parameters: Record<string, string>;
  /** What the Authorization header was: `basic`, `bearer`, `aws4-hmac-sha256`, in lower case; absent without one. */
  authorization?: string;
  /** ARN of the identity, once it was proven. */
  principal?: string;
  /** HTTP status of the answer; absent while there is none (a hang, a dropped connection). */
  status?: number;
  /** AWS's error code, where the answer was a refusal. */
  error?: string;
}

/** A request refused: every service words it in its own error format. */
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

/** One service behind the stand-in's front door. */
export interface Service {
  /** What is asked for, read before anything is checked: for the record and for faults. */
  describe(request: Request): { operation: string; parameters: Record<string, string> };
  /** Does it; throws a {@link Refusal}. Notes on `call` whose request it was. */
  answer(request: Request, call: Call): Promise<Answer>;
  /** A refusal in this service's own format. */
  refuse(refusal: Refusal): Answer;
}
