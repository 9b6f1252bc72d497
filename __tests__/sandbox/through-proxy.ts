import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { StandIn } from '../../sandbox/aws/stand-in.ts';

/** An agent that reaches the stand-in as the action does: by its proxy, with certificates verified. */
export function proxyAgent(standIn: StandIn): Agent {
  return new Agent({ proxyEnv: { HTTPS_PROXY: standIn.proxyUrl }, ca: readFileSync(standIn.caFile) });
}

export interface Reply {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

/** Sends one request to a real host name by the proxy. */
export async function send(
  standIn: StandIn,
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: proxyAgent(standIn) }, (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString() }),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Basic credentials as pip and twine send them. */
export function basic(token: string, user = 'aws'): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` };
}
