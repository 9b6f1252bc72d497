import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { AnswerTooLarge, boundBytes, hostsWaitedFor, MOST_BYTES, watchAnswers } from '../../../src/machine/answers.ts';
import { ENDLESS, reply, serveRaw } from '../../support/raw-server.ts';

watchAnswers();

/** What the reader of an answer gets, as the AWS SDK for instances asks: with Node's own agent. */
async function ask(url: string): Promise<string> {
  const request = get(url);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => {});
  return await text(response);
}

describe('an answer', () => {
  test.each(ENDLESS)('%s, without end: its reader fails soon', async (_, answer, error) => {
    await using server = await serveRaw(answer);
    await expect(ask(server.url)).rejects.toThrow(error);
    expect(server.sent()).toBeLessThan(20 * 1024 * 1024);
  });

  test('of the largest size arrives, one of a byte more does not', async () => {
    await using most = await serveRaw(reply(200, 'a'.repeat(MOST_BYTES)));
    expect((await ask(most.url)).length).toBe(MOST_BYTES);
    await using more = await serveRaw(reply(200, 'a'.repeat(MOST_BYTES + 1)));
    await expect(ask(more.url)).rejects.toThrow(AnswerTooLarge);
  });

  test('some interim answers before it do no harm', async () => {
    await using server = await serveRaw((socket) => {
      socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(20));
      reply(200, 'at last')(socket);
    });
    expect(await ask(server.url)).toBe('at last');
  });

  test('is watched once, however often that is asked for', async () => {
    watchAnswers();
    await using server = await serveRaw(reply(200, 'a'.repeat(MOST_BYTES)));
    expect((await ask(server.url)).length).toBe(MOST_BYTES);
  });
});

test('the hosts that are waited for are known until their answer is there', async () => {
  await using silent = await serveRaw(() => {});
  const request = get(`${silent.url}/a`).on('error', () => {});
  const other = get(`${silent.url}/b`).on('error', () => {});
  expect(hostsWaitedFor()).toEqual(['127.0.0.1']);
  for (const each of [request, other]) {
    const end = new Promise((resolve) => each.once('close', resolve));
    each.destroy();
    await end;
  }
  expect(hostsWaitedFor()).toEqual([]);
  await using quick = await serveRaw(reply(200, 'x'));
  await ask(quick.url);
  await new Promise(setImmediate);
  expect(hostsWaitedFor()).toEqual([]);
});

test('a stream that brings too much is destroyed with the reason; the count can begin anew', async () => {
  const stream = new Readable({ read() {} });
  const restart = boundBytes(stream, 3);
  const errors: unknown[] = [];
  stream.on('error', (error) => errors.push(error));
  stream.push('abc');
  restart();
  stream.push('def');
  expect(stream.read().toString()).toBe('abcdef');
  expect(stream.destroyed).toBe(false);
  stream.push('g');
  await new Promise((resolve) => stream.once('close', resolve));
  expect(errors).toEqual([expect.any(AnswerTooLarge)]);
});
