/** What an earlier step of the job set up with this action, and this one takes away. Pure. */
import { joinFirst } from '../messages/wording.ts';
import type { Repository } from '../repositories/repository.ts';
import type { PrivateFile } from './changes.ts';

/** The file of the private folder that says which repositories a step has set up: `NAME=URL`, one a line. */
export const LIST = 'repositories';

/** Another program of the job may have changed the file. */
const LINE = /^(?<alias>[A-Za-z0-9][A-Za-z0-9._-]*)=(?<url>https:.*)$/;

/** The list of a step, for a later one of the job. It holds no secret. */
export function listRepositories(repositories: readonly Repository[]): PrivateFile {
  return { name: LIST, bytes: Buffer.from(repositories.map(({ alias, url }) => `${alias}=${url}\n`).join('')) };
}

/**
 * Warns of the repositories that an earlier step listed and this one does not.
 * @param list the file of the earlier step
 */
export function describeLost(list: string, repositories: readonly Repository[]): string[] {
  const lost = list.split('\n').flatMap((line) => {
    const { alias, url } = LINE.exec(line)?.groups ?? {};
    return alias === undefined || repositories.some((repository) => repository.url === url) ? [] : [alias];
  });
  if (lost.length === 0) return [];
  return [
    `Installs no longer look in ${joinFirst(lost)}, which an earlier step of this job listed; to keep ` +
      `${lost.length === 1 ? 'it' : 'them'}, list all repositories in every step that uses this action.`,
  ];
}
