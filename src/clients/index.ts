/** The clients that can be configured. Adding one: a file beside this one, and a line in the table. */
import { type Changes, joinChanges } from '../changes.ts';
import type { Client, Setup } from './client.ts';
import { netrc } from './netrc.ts';
import { pip } from './pip.ts';
import { twine } from './twine.ts';

const CLIENTS = {
  pip: [pip, netrc],
  twine: [twine],
} satisfies Record<string, readonly Client[]>;

/** A word of the input `tools`. */
export type Tool = keyof typeof CLIENTS;

export const TOOLS = Object.keys(CLIENTS) as Tool[];

/** @returns what all the tools need together */
export function planChanges(tools: readonly Tool[], setup: Setup): Changes {
  const clients = new Set<Client>(tools.flatMap((tool) => CLIENTS[tool]));
  return joinChanges([...clients].map((client) => client(setup)));
}
