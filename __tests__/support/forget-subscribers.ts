/**
 * Runs before each test file. A worker of jest runs many of them in one process, each with its own copy of
 * machine/answers.ts, and what a copy subscribes to is of the process: it would go on with errors that are none in the
 * files after it.
 */
import { channel } from 'node:diagnostics_channel';

const requests = channel('http.client.request.created') as unknown as {
  readonly _subscribers?: readonly ((message: unknown, name: string | symbol) => void)[];
  unsubscribe(listener: (message: unknown, name: string | symbol) => void): boolean;
};
for (const listener of [...(requests._subscribers ?? [])]) requests.unsubscribe(listener);
