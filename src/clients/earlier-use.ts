/** What other uses of this action in the job set up, before this one or beside it. Pure. */
import type { Environment } from '../machine/machine.ts';
import { joinFirst } from '../messages/wording.ts';
import type { Repository } from '../repositories/repository.ts';
import type { PrivateFile } from './changes.ts';

/** The file of the private folder that says which job a step belongs to, and which repositories it has set up. */
export const LIST = 'repositories';

/** `NAME=URL`; another program of the job may have changed the file. */
const LINE = /^(?<alias>[A-Za-z0-9][A-Za-z0-9._-]*)=(?<url>https:.*)/;

/** The list of a step, for other uses in the job: the job in the first line, then `NAME=URL`. It holds no secret. */
export function listRepositories(repositories: readonly Repository[], environment: Environment): PrivateFile {
  const lines = [jobOf(environment), ...repositories.map(({ alias, url }) => `${alias}=${url}`)];
  return { name: LIST, bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')) };
}

/** What tells a job from others on the machine, one after another or at once. */
function jobOf({ GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB }: Environment): string {
  return `# ${GITHUB_RUN_ID} ${GITHUB_RUN_ATTEMPT} ${GITHUB_JOB}`;
}

/** The names and URLs in a list. */
function readList(list: string): readonly { readonly alias: string; readonly url: string }[] {
  return list.split('\n').flatMap((line) => {
    const said = LINE.exec(line)?.groups;
    return said ? [{ alias: said['alias'] ?? '', url: said['url'] ?? '' }] : [];
  });
}

/**
 * Warns of the repositories that an earlier step listed and this one does not.
 * @param list the file of the earlier step
 */
export function describeLost(list: string, repositories: readonly Repository[]): string[] {
  const lost = readList(list).filter(({ url }) => !repositories.some((repository) => repository.url === url));
  if (lost.length === 0) return [];
  return [
    `Installs no longer look in ${joinFirst(lost.map(({ alias }) => alias))}, which an earlier step of this job ` +
      `listed; to keep ${lost.length === 1 ? 'it' : 'them'}, list all repositories in every step that uses this ` +
      'action.',
  ];
}

/**
 * Warns of uses of this action in the same job whose files no variable names, since they run beside this one (parallel
 * steps): the variables of one use alone will count. Uses with the same repositories do each other no harm.
 * @param lists the files of these uses
 */
export function describeBeside(
  lists: readonly string[],
  repositories: readonly Repository[],
  environment: Environment,
): string[] {
  const others = lists
    .filter((list) => list.split('\n', 1)[0] === jobOf(environment))
    .map(readList)
    .filter((other) => urlsOf(other) !== urlsOf(repositories));
  if (others.length === 0) return [];
  const names = [...new Set(others.flat().map(({ alias }) => alias))];
  return [
    `Another step of this job has set up ${joinFirst(names)} with this action, but no variable names its files: the ` +
      'two ran in parallel, or something changed the variables. Later steps have the repositories and tokens of only ' +
      'one of them, the one that the job waits for last; list all repositories in one step.',
  ];
}

/** Equal for lists of the same repositories. */
function urlsOf(list: readonly { readonly url: string }[]): string {
  return list
    .map(({ url }) => url)
    .toSorted()
    .join();
}
