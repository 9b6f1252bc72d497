/** Servers on this machine that answer what no HTTP server would. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that runs until its block ends. */
export interface RawServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What each connection brought first. */
  readonly requests: string[];
  /** Bytes that went out, to all connections. */
  sent(): number;
  /** Refuses further connections. */
  stop(): void;
}

/** Starts a server that does the same for every connection, once it has brought something. */
export async function serveRaw(answer: (socket: Socket) => void): Promise<RawServer> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      requests.push(String(bytes));
      answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    stop: () => void server.close(),
    sent: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes a piece again and again, as fast as the other side reads. */
export function flood(socket: Socket, piece: string | Buffer): void {
  const write = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', write);
  write();
}

/** Answers with a status, headers of one's own and a body; the connection ends. */
export function reply(status: number, body: string | Buffer = '', headers: Readonly<Record<string, string>> = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} X\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return (socket: Socket): void => void socket.end(Buffer.concat([Buffer.from(head), Buffer.from(body)]));
}

const PIECE = Buffer.alloc(65_536, 'a');
const begin = (head: string, piece: string | Buffer) => (socket: Socket) => {
  socket.write(head);
  flood(socket, piece);
};

/** Answers to a request for which no memory would do, with what goes wrong for the reader. */
export const ENDLESS: readonly (readonly [name: string, answer: (socket: Socket) => void, error: RegExp])[] = [
  ['a body without a length', begin('HTTP/1.1 200 OK\r\n\r\n', PIECE), /more than 256 KiB/],
  ['a body of 1 GiB', begin(`HTTP/1.1 200 OK\r\ncontent-length: ${2 ** 30}\r\n\r\n`, PIECE), /more than 256 KiB/],
  [
    'a body in chunks',
    begin('HTTP/1.1 403 No\r\ntransfer-encoding: chunked\r\n\r\n', `10000\r\n${PIECE}\r\n`),
    /more than 256 KiB/,
  ],
  ['a header', begin('HTTP/1.1 200 OK\r\nx: ', PIECE), /Header overflow/],
  ['headers', begin('HTTP/1.1 200 OK\r\n', 'x: y\r\n'.repeat(1000)), /Header overflow/],
  ['100 Continue', begin('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)), /more than 256 KiB/],
  ['102 Processing', begin('', 'HTTP/1.1 102 Processing\r\nx: y\r\n\r\n'.repeat(100)), /more than 256 KiB/],
];
