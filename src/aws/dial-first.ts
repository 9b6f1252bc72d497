/** The first connections of a step, opened before its code is loaded. */
import { addressOf, dial } from '../machine/early-connections.ts';
import type { Environment } from '../machine/machine.ts';
import { Problems } from '../messages/problems.ts';
import { readRepositories } from '../repositories/repository.ts';
import { firstUrls } from './hosts.ts';

/**
 * Opens a connection to each host that the step is going to call first, and sends nothing over it: only the
 * repositories have been judged by then.
 */
export function dialFirst(environment: Environment): void {
  try {
    const repositories = readRepositories(environment['INPUT_REPOSITORIES'] ?? '');
    dial(
      firstUrls(repositories, environment).flatMap((url) => addressOf(url) ?? []),
      environment,
    );
  } catch (error) {
    // The inputs are judged in a moment, all together.
    if (!(error instanceof Problems)) throw error;
  }
}
