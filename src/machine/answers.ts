/**
 * What answers may bring: the edge to all HTTP requests of this process, those of the AWS SDK's own clients for
 * containers and instances included.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** Bytes; an answer with a token has some 2,000, and 20 answers are read at once. */
export const MOST_BYTES = 128 * 1024;

/** Interim answers (1xx) to one request; AWS and GitHub send none. */
const MOST_INTERIM = 100;

/** An answer that cannot be one, by its size. Reading on would fill the memory. */
export class AnswerTooLarge extends Error {
  constructor() {
    super(`the answer has more than ${MOST_BYTES / 1024} KiB`);
    this.name = 'AnswerTooLarge';
  }
}

/** Requests that have no whole answer yet, with their hosts. */
const waiting = new Map<ClientRequest, string>();

let watches = false;

/**
 * Bounds every answer from here on: what reads one that is too large fails with {@link AnswerTooLarge}. Node itself
 * bounds headers (16 KiB).
 */
export function watchAnswers(): void {
  if (watches) return;
  watches = true;
  // Node.js docs, "Diagnostics Channel", built-in channels of HTTP.
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { readonly request: ClientRequest };
    waiting.set(request, request.host);
    request.once('close', () => waiting.delete(request));
    request.once('response', (response: IncomingMessage) => boundBytes(response, MOST_BYTES));
    let interim = 0;
    request.on('information', () => {
      interim += 1;
      if (interim > MOST_INTERIM) request.destroy(new AnswerTooLarge());
    });
  });
}

/** @returns the hosts that answers are waited for from, each once, in the order of the requests */
export function hostsWaitedFor(): string[] {
  return [...new Set(waiting.values())];
}

/**
 * Destroys a stream with {@link AnswerTooLarge} when more bytes arrive than it may bring.
 * @returns a function that begins to count anew
 */
export function boundBytes(stream: Readable, most: number): () => void {
  let bytes = 0;
  // A listener for data would make the stream flow before its reader listens. What fills a stream calls this.
  const push = stream.push.bind(stream);
  stream.push = (chunk, encoding) => {
    bytes += chunk?.length ?? 0;
    if (bytes <= most) return push(chunk, encoding);
    stream.destroy(new AnswerTooLarge());
    return false;
  };
  return () => {
    bytes = 0;
  };
}
