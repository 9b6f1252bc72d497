/** The first connections of a step, opened before its code is loaded. */
import { addressOf, dial } from '../machine/early-connections.ts';
import type { Machine } from '../machine/machine.ts';
import { firstUrls } from './hosts.ts';

/**
 * Opens a connection to each host that the step is going to call first, and sends nothing over it, because nothing has
 * been judged yet.
 */
export function dialFirst({ environment }: Pick<Machine, 'environment'>): void {
  // A plan asks nobody.
  if (!/^(?:false)?$/.test(environment['INPUT_PLAN'] ?? '')) return;
  const urls = firstUrls(environment['INPUT_REPOSITORIES'] ?? '', environment);
  dial(
    urls.flatMap((url) => addressOf(url) ?? []),
    environment,
  );
}
