/** Configures the clients that a step names. */
import { each } from '../messages/problems.ts';
import { type Changes, joinChanges } from './changes.ts';
import type { Configure, Setup, TokenPlace } from './client.ts';
import { patternOf, rowsOf } from './declared.ts';
import { partOf, type Tool, type Traits } from './table.ts';

/** Loads what configures the tools, what they need first; what several of them need only once. */
export async function loadClients(tools: readonly Tool[], tokenPlace: TokenPlace): Promise<Configure[]> {
  const rows = tools.flatMap((tool) => {
    // Where the URLs of pip.conf carry the tokens, pip alone needs no netrc.
    const isNeedless = (row: Traits) => tool === 'pip' && tokenPlace === 'url' && row === partOf('netrc');
    return rowsOf(tool).filter((row) => !isNeedless(row));
  });
  return Promise.all([...new Set(rows)].map(async (row) => within(row, (await row.load()).configure)));
}

/**
 * Holds a client to its row, since post takes back what the table declares, and nothing else.
 * @returns the same, which throws where it sets or writes more than that
 */
export function within({ variables, files }: Pick<Traits, 'variables' | 'files'>, configure: Configure): Configure {
  const declared = patternOf(variables);
  return (setup) => {
    const changes = configure(setup);
    const undeclared = [
      ...(changes.variables ?? []).map(({ name }) => name).filter((name) => !declared.test(name)),
      ...(changes.files ?? []).map(({ name }) => name).filter((name) => !files.includes(name)),
    ];
    if (undeclared.length > 0) throw new Error(`No row of clients/table.ts declares ${undeclared.join(', ')}.`);
    return changes;
  };
}

/**
 * @returns what all the clients need together
 * @throws {Problems} for each client whose files of the user's cannot be carried over, and for each variable that two
 *   clients need for different things
 */
export function configureAll(clients: readonly Configure[], setup: Setup): Changes {
  return joinChanges(each(clients, (configure) => configure(setup)));
}
