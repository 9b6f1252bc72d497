import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type StandIn, startStandIn } from '../../sandbox/aws/stand-in.ts';
import { send } from './through-proxy.ts';

const WORLD = { identities: [], roles: [], domains: [] };
const STS = 'https://sts.amazonaws.com/';
let standIn: StandIn;

afterEach(async () => {
  await standIn.close();
});

test("AWS's hosts lead to the stand-in", async () => {
  standIn = await startStandIn(WORLD);
  const reply = await send(standIn, STS, { method: 'POST' });
  expect(reply.status).toBe(403);
  expect(reply.text).toContain('MissingAuthenticationToken');
  expect(standIn.connects).toEqual([{ target: 'sts.amazonaws.com:443', authorized: true, status: 200 }]);
});

test.each(['example.com', 'amazonaws.com.example.com', 'localhost'])('other hosts are refused: %s', async (host) => {
  standIn = await startStandIn(WORLD);
  await expect(send(standIn, `https://${host}/`)).rejects.toThrow(/403/);
  expect(standIn.connects).toEqual([{ target: `${host}:443`, authorized: true, status: 403 }]);
  expect(standIn.calls).toEqual([]);
});

test('other ports are refused', async () => {
  standIn = await startStandIn(WORLD);
  await expect(send(standIn, 'https://sts.amazonaws.com:8443/')).rejects.toThrow(/403/);
});

test('it forwards no plain requests', async () => {
  standIn = await startStandIn(WORLD);
  const { hostname, port } = new URL(standIn.proxyUrl);
  const status = await new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path: 'http://sts.amazonaws.com/' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
  expect(status).toBe(403);
});

test('credentials, where it wants some', async () => {
  const password = 'p@ss:w/rd';
  standIn = await startStandIn(WORLD, { proxyCredentials: { user: 'me', password } });
  expect((await send(standIn, STS, { method: 'POST' })).status).toBe(403);
  const url = new URL(standIn.proxyUrl);
  for (const [user, secret] of [
    ['me', 'wrong'],
    ['you', url.password],
    ['', ''],
  ] as const) {
    url.username = user;
    url.password = secret;
    await expect(send({ ...standIn, proxyUrl: url.href }, STS)).rejects.toThrow(/407/);
  }
  expect(standIn.connects.map(({ authorized, status }) => [authorized, status])).toEqual([
    [true, 200],
    [false, 407],
    [false, 407],
    [false, 407],
  ]);
  expect(JSON.stringify(standIn.connects)).not.toContain(password);
});

test('closing ends connections that are still open', async () => {
  standIn = await startStandIn(WORLD);
  standIn.fault({ kind: 'hang' });
  const hanging = expect(send(standIn, STS)).rejects.toThrow();
  while (standIn.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const idle = connect(Number(new URL(standIn.proxyUrl).port), '127.0.0.1');
  idle.on('error', () => {}); // A reset is one way to end it.
  const ended = new Promise((resolve) => idle.on('close', resolve));
  await new Promise<void>((resolve) => idle.on('connect', resolve));
  idle.write('CONNECT unfinis');
  await standIn.close();
  await Promise.all([hanging, ended]);
});
