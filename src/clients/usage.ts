/** What a run has set up, in the words of someone who goes on from there: what installs and uploads use. Pure. */
import { joinFirst, joinWords } from '../messages/wording.ts';
import type { MainIndex } from '../repositories/default-index.ts';
import type { Repository } from '../repositories/repository.ts';
import { rowOf, type Tool } from './table.ts';

/** What a user types. */
interface Commands {
  /** Uploads to `publish-to`. */
  readonly upload: string;
  /** Uploads to another repository; NAME or URL stands for it. */
  readonly uploadTo: string;
}

/** Of the clients that upload without being told where; flit and poetry say in notes of their own how they do. */
const COMMANDS: Readonly<Partial<Record<Tool, Commands>>> = {
  twine: { upload: 'twine upload dist/*', uploadTo: 'twine upload -r NAME dist/*' },
  uv: { upload: 'uv publish', uploadTo: 'uv publish --publish-url URL' },
  pdm: { upload: 'pdm publish', uploadTo: 'pdm publish -r NAME' },
  hatch: { upload: 'hatch publish', uploadTo: 'hatch publish -r URL' },
  flit: { upload: 'flit publish', uploadTo: '' },
};

/** What was asked for. */
export interface Asked {
  readonly tools: readonly Tool[];
  readonly repositories: readonly Repository[];
  readonly mainIndex: MainIndex;
  readonly publishTo: Repository | undefined;
}

/** A sentence for each thing that the tools do differently. */
export function describeUsage(asked: Asked): string[] {
  return [...describeInstalls(asked), ...describeUploads(asked)];
}

function describeInstalls({ tools, repositories, mainIndex }: Asked): string[] {
  // A note says that the files of the project decide.
  if (mainIndex.kind === 'project') return [];
  const installing = tools.filter((tool) => rowOf(tool).installs);
  const names = orderedNames(repositories, mainIndex);
  const sources = Map.groupBy(installing, (tool) => {
    // pipenv takes no list of indexes.
    if (tool === 'pipenv') return mainIndex.kind === 'repository' ? (names[0] ?? '') : (names.at(-1) ?? '');
    return rowOf(tool).merges ? joinFirst(names) : names.join(', then ');
  });
  return [...sources].map(
    ([from, same]) => `${joinWords(same)} ${same.length === 1 ? 'installs' : 'install'} from ${from}.`,
  );
}

/** The indexes in the order of a client that looks in one after the other, as uv does. */
function orderedNames(repositories: readonly Repository[], mainIndex: MainIndex): string[] {
  const aliases = repositories.map(({ alias }) => alias);
  if (mainIndex.kind === 'repository') {
    const { alias } = mainIndex.repository;
    return [alias, ...aliases.filter((one) => one !== alias)];
  }
  return [...aliases, mainIndex.kind === 'foreign' ? mainIndex.url : 'its default index'];
}

function describeUploads({ tools, repositories, publishTo }: Asked): string[] {
  return tools.flatMap((tool) => {
    const { upload, uploadTo } = COMMANDS[tool] ?? { upload: '', uploadTo: '' };
    if (upload === '') return [];
    if (publishTo) {
      const other = repositories.length > 1 && uploadTo !== '' ? `; to another: ${uploadTo}` : '';
      return `${upload} uploads to ${publishTo.alias}${other}.`;
    }
    if (uploadTo === '') return [];
    return `${tool} uploads to the repository that you name: ${uploadTo}; or set publish-to.`;
  });
}
