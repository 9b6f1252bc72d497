/** Configures the clients that a step names. */
import { each } from '../messages/problems.ts';
import { type Changes, joinChanges } from './changes.ts';
import type { Configure, Setup, TokenPlace } from './client.ts';
import { partOf, rowOf, type Tool } from './table.ts';

/** Loads what configures the tools, their parts first; what several of them need only once. */
export async function loadClients(tools: readonly Tool[], tokenPlace: TokenPlace): Promise<Configure[]> {
  const loads = tools.flatMap((tool) => {
    const { parts, load } = rowOf(tool);
    // Where the URLs of pip.conf carry the tokens, pip alone needs no netrc.
    const needed = tool === 'pip' && tokenPlace === 'url' ? parts.filter((part) => part !== 'netrc') : parts;
    return [...needed.map((part) => partOf(part).load), load];
  });
  return Promise.all([...new Set(loads)].map(async (load) => (await load()).configure));
}

/**
 * @returns what all the clients need together
 * @throws {Problems} for each client whose files of the user's cannot be carried over, and for each variable that two
 *   clients need for different things
 */
export function configureAll(clients: readonly Configure[], setup: Setup): Changes {
  return joinChanges(each(clients, (configure) => configure(setup)));
}
