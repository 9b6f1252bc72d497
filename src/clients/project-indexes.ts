/** Whether the project's own files name the indexes, and what to say about it. Pure but for the disk. */
import { join } from 'node:path';
import { linesOf } from '../formats/user-text.ts';
import type { Disk } from '../machine/disk.ts';
import type { MainIndex } from '../repositories/default-index.ts';
import type { Repository } from '../repositories/repository.ts';

/** Files of a project in which uv, poetry, pdm, hatch, pipenv and pip look for the URLs of indexes. */
const FILES = ['pyproject.toml', 'uv.toml', 'Pipfile', 'requirements.txt', 'requirements.in', 'hatch.toml'];

/**
 * Says that the project's files decide, with `index-url: project`; else proposes that, where such a file in the
 * workspace names a listed repository as an index.
 */
export function describeProject(
  main: MainIndex,
  repositories: readonly Repository[],
  workspace: string,
  disk: Disk,
): string[] {
  if (main.kind === 'project')
    return ['Installs use the indexes that the files of the project name (index-url: project).'];
  const found = FILES.flatMap((name) => findIndex(join(workspace, name), repositories, disk));
  return found
    .slice(0, 1)
    .map(
      ({ path, line, alias }) =>
        `${path} line ${line} names the index ${alias} itself; to let the files of the project choose the indexes, ` +
        'set index-url: project.',
    );
}

function findIndex(path: string, repositories: readonly Repository[], disk: Disk) {
  const file = disk.read(path);
  if (!file) return [];
  return linesOf(file).flatMap((text, index) => {
    if (text.trimStart().startsWith('#')) return [];
    const named = repositories.find(({ indexUrl }) => text.includes(addressOf(indexUrl)));
    return named ? [{ path, line: index + 1, alias: named.alias }] : [];
  });
}

/** Host and path, since a URL in a file may have a user name; a slash at the end is optional. */
function addressOf(indexUrl: string): string {
  return indexUrl.slice('https://'.length, -1);
}
