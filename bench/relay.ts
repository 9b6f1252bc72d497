/**
 * A network with a round-trip time, in a process of its own: it passes bytes on to a server of this machine, and delays
 * them. A program cannot tell from its inside: the system accepts its connection at once, but what it writes arrives no
 * sooner than it would if that, too, had taken a round trip. Nagle's algorithm is off everywhere (`TCP_NODELAY`); else
 * an answer in two pieces would cost 40 ms more that no network causes.
 */
import { fork } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A relay that runs, as seen from the process that started it. */
export interface Relay {
  /** Each leads to the server: one for each host that a program thinks it talks to. */
  readonly ports: readonly number[];
  /** Milliseconds that a round trip takes, for the connections opened from now on. */
  setRoundTrip(milliseconds: number): Promise<void>;
  close(): void;
}

type Request =
  | { readonly kind: 'start'; readonly port: number; readonly count: number }
  | { readonly kind: 'round-trip'; readonly milliseconds: number };

if (import.meta.main) serve();

/** @param port where the server listens @param count of ports that lead to it */
export async function forkRelay(port: number, count: number): Promise<Relay> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ask = <Answer>(request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error('The relay ended before it answered.'));
      child.once('exit', fail);
      child.once('message', (answer: Answer) => {
        child.off('exit', fail);
        resolve(answer);
      });
      child.send(request);
    });
  return {
    ports: await ask<number[]>({ kind: 'start', port, count }),
    setRoundTrip: (milliseconds) => ask({ kind: 'round-trip', milliseconds }),
    close: () => child.disconnect(),
  };
}

/** Runs in the process of the relay, until the other one disconnects. */
function serve(): void {
  let roundTrip = 0;
  process.once('disconnect', () => process.exit());
  process.on('message', async (request: Request) => {
    if (request.kind === 'round-trip') roundTrip = request.milliseconds;
    const ports = request.kind === 'start' ? await openPorts(request.port, request.count, () => roundTrip) : [];
    process.send?.(ports);
  });
}

function openPorts(port: number, count: number, roundTrip: () => number): Promise<number[]> {
  const open = (): Promise<number> => {
    const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (client) =>
      relay(client, port, roundTrip()),
    );
    return new Promise((resolve) => {
      server.listen(0, 'localhost', () => resolve((server.address() as AddressInfo).port));
    });
  };
  return Promise.all(Array.from({ length: count }, open));
}

/**
 * The whole round trip is put on the way to the server; the way back is free, which nobody who waits for an answer can
 * tell from half and half.
 */
function relay(client: Socket, port: number, roundTrip: number): void {
  const connected = performance.now() + roundTrip;
  const server = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let sent = Promise.resolve();
  const later = (work: () => void): void => {
    const due = Math.max(performance.now(), connected) + roundTrip;
    sent = sent.then(() => until(due)).then(work);
  };
  client.on('data', (bytes) => later(() => server.write(bytes)));
  client.on('end', () => later(() => server.end()));
  server.pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
}

/** A timer of Node's may be a millisecond early. */
async function until(due: number): Promise<void> {
  for (let left = due - performance.now(); left > 0; left = due - performance.now()) await setTimeout(left);
}
