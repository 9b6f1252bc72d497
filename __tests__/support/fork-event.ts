import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder } from './fresh-folder.ts';

/** The events that run with the repository's own rights for content of others. */
export type ForkEvent = 'pull_request_target' | 'workflow_run';

/**
 * The variables that name an event and its payload.
 * @param base id of the repository that the workflow belongs to; undefined: the payload does not say
 * @param head what the payload says of the repository that the content comes from; undefined: nothing
 */
export function forkEvent(name: ForkEvent, base: number | undefined, head: unknown): NodeJS.ProcessEnv {
  const path = join(freshFolder(), 'event.json');
  writeFileSync(
    path,
    JSON.stringify({
      ...(base === undefined ? {} : { repository: { id: base, full_name: 'acme/product' } }),
      ...(name === 'workflow_run'
        ? { action: 'completed', workflow_run: { event: 'pull_request', head_repository: head } }
        : { action: 'opened', pull_request: { head: { ref: 'patch-1', repo: head } } }),
    }),
  );
  return { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path };
}
