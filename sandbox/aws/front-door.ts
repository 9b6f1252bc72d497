import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { codeartifactApi, codeartifactRegion } from './codeartifact-api.ts';
import { type Answer, basicCredentials, type Call, Refusal, type Request, type Service } from './exchange.ts';
import { createFaults, type Fault } from './faults.ts';
import { createOidcProvider, OIDC_HOST } from './oidc.ts';
import { isIndexRequest, packageIndex } from './package-index.ts';
import type { State } from './state.ts';
import { stsApi, stsRegion } from './sts-api.ts';

/** Where all requests arrive: it records them, applies faults, and finds the service of their host. */
export interface FrontDoor {
  listener: RequestListener;
  calls: Call[];
  addFault(fault: Fault): () => void;
  /** For `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  oidc: { requestUrl: string; requestToken: string };
}

/** Puts all services behind one door. */
export function createFrontDoor(state: State): FrontDoor {
  const faults = createFaults();
  const calls: Call[] = [];
  const oidc = createOidcProvider(state);
  const codeartifact = codeartifactApi(state);
  const sts = stsApi(state, oidc);
  const index = packageIndex(state);

  const findService = (request: Request): Service | undefined => {
    const { host, method, path } = request;
    if (codeartifactRegion(host)) return codeartifact;
    if (stsRegion(host)) return sts;
    if (host.endsWith('.actions.githubusercontent.com')) return oidc;
    if (isIndexRequest(state, request)) return index;
    // Over plain HTTP the host tells nothing, but the services have different paths.
    if (host !== '127.0.0.1' && host !== 'localhost') return undefined;
    if (path.startsWith('/v1/')) return codeartifact;
    return method === 'POST' ? sts : oidc;
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(message);
    const service = findService(request);
    if (service === undefined) return send(response, { status: 421, body: 'No service has this host.\n' });
    const call: Call = { time: Date.now(), host: request.host, ...service.describe(request) };
    const scheme = request.headers.authorization?.split(' ')[0]?.toLowerCase();
    if (scheme !== undefined) call.authorization = scheme;
    const [, password = ''] = /^[^:]*:(.*)$/s.exec(basicCredentials(request.headers.authorization) ?? '') ?? [];
    const tokenOf = state.tokens.get(password)?.identity.arn;
    if (tokenOf !== undefined) call.tokenOf = tokenOf;
    calls.push(call);

    let answer: Answer;
    try {
      const verdict = await faults.apply(call);
      if (verdict === 'hang') return;
      if (verdict === 'drop') {
        message.socket.destroy();
        return;
      }
      answer = await service.answer(request, call);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      call.error = error.code;
      answer = service.refuse(error);
    }
    call.status = answer.status;
    send(response, answer);
  };

  return {
    calls,
    addFault: faults.add,
    oidc: {
      requestUrl: `https://${OIDC_HOST}/sandbox/idtoken?api-version=2.0`,
      requestToken: oidc.requestToken,
    },
    listener(message, response) {
      serve(message, response).catch((error) => {
        // A bug of the stand-in itself: a test must not take it for an answer.
        console.error('The stand-in failed:', error);
        message.socket.destroy();
      });
    },
  };
}

async function readRequest(message: IncomingMessage): Promise<Request> {
  const [path = '', query = ''] = (message.url ?? '/').split(/\?(.*)/s);
  return {
    method: message.method ?? 'GET',
    host: (message.headers.host ?? '').toLowerCase().replace(/:\d+$/, ''),
    path,
    query: new URLSearchParams(query),
    headers: message.headers,
    body: await buffer(message),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-length': Buffer.byteLength(answer.body ?? ''), ...answer.headers });
  response.end(answer.body);
}
