/** What a run will change, put together from what it was told, what it was given and what is on the machine. */
import { join } from 'node:path';
import type { Identity } from './access/identity.ts';
import type { AuthorizedRepository, Token } from './access/tokens.ts';
import { type PrivateFolder, runOf, unnamedFolders } from './apply/private-folder.ts';
import { checkPypirc } from './apply/pypirc-file.ts';
import type { Changes } from './clients/changes.ts';
import { configureAll, loadClients } from './clients/clients.ts';
import { describeBeside, describeLost, LIST, listRepositories } from './clients/earlier-use.ts';
import { arrangeIndexes } from './clients/indexes.ts';
import { describeProject } from './clients/project-indexes.ts';
import { rowOf } from './clients/table.ts';
import type { Inputs } from './inputs.ts';
import { DISK } from './machine/disk.ts';
import type { Machine } from './machine/machine.ts';
import { all } from './messages/problems.ts';
import type { Repository } from './repositories/repository.ts';

/** Where a run puts things. */
export interface Target {
  readonly machine: Machine;
  readonly folder: PrivateFolder;
  /** The user's .pypirc; undefined: no tool needs it. */
  readonly pypirc: string | undefined;
}

/** What the clients are told by the inputs. */
export type ClientInputs = Pick<Inputs, 'repositories' | 'mainIndex' | 'publishTo' | 'tokenPlace' | 'tools'>;

/** Gives the changes for tokens. Throws {@link Problems} when a file of the user's cannot be carried over. */
export type Prepare = (authorized: readonly AuthorizedRepository[]) => Changes;

/** Loads the clients that the step names. */
export async function openClients(
  { repositories, tools, tokenPlace, mainIndex, publishTo }: ClientInputs,
  { machine, folder }: Target,
): Promise<Prepare> {
  const clients = await loadClients(tools, tokenPlace);
  const installing = tools.some((tool) => rowOf(tool).installs);
  const project = installing ? describeProject(mainIndex, repositories, machine.workspace, DISK) : [];
  const list = folder.isNew || !installing ? undefined : DISK.read(join(folder.path, LIST));
  const lost = list ? describeLost(list.bytes.toString(), repositories) : [];
  return (authorized) => {
    const indexes = arrangeIndexes(authorized, mainIndex);
    const changes = configureAll(clients, {
      indexes,
      publishTo: indexes.repositories.find(({ repository }) => repository.alias === publishTo?.alias),
      tokenPlace,
      machine,
      disk: DISK,
      isSecondUse: !folder.isNew,
      run: runOf(folder.path),
      pathOf: (file) => join(folder.path, file),
    });
    return {
      ...changes,
      files: changes.files.length > 0 ? [...changes.files, listRepositories(repositories, machine.environment)] : [],
      warnings: [...lost, ...changes.warnings],
      notes: [...project, ...changes.notes, ...describeReplaced(changes, machine.environment, folder)],
    };
  };
}

/**
 * Looks for what other uses of this action in the job have written that no variable names. Of two that run at once, the
 * one that ends last sees the other.
 * @returns warnings
 */
export function lookBeside({ repositories, tools }: ClientInputs, { machine, folder }: Target): string[] {
  if (!tools.some((tool) => rowOf(tool).installs)) return [];
  const lists = unnamedFolders(folder.path, machine.environment, DISK).flatMap(
    (path) => DISK.read(join(path, LIST))?.bytes.toString() ?? [],
  );
  return describeBeside(lists, repositories, machine.environment);
}

/**
 * Variables of the machine that say something else in this job. Those that name files are not told, since the settings
 * in the files stay in force; nor are those of an earlier step of this action.
 */
function describeReplaced(
  { variables }: Changes,
  environment: Machine['environment'],
  { path, isNew }: PrivateFolder,
): string[] {
  if (!isNew) return [];
  return variables
    .filter(({ name, value }) => !value.startsWith(path) && environment[name] && environment[name] !== value)
    .map(({ name }) => `The variable ${name} was set already; it says something else in this job from here on.`);
}

/** A repository, and the identity that is to fetch its token where that is known. */
export interface Planned {
  readonly repository: Repository;
  readonly identity?: Identity;
}

const ANYBODY: Identity = { kind: 'source', source: { kind: 'default-chain' } };

/**
 * Prepares the changes with tokens that open nothing, and drops the result: so the user learns what stands in the way
 * on this machine before AWS is asked.
 * @throws {Problems} for each client whose files cannot be carried over, and when the index servers cannot be added to
 *   the .pypirc
 */
export function rehearse(prepare: Prepare, planned: readonly Planned[], target: Target): void {
  const token = { value: 'none'.repeat(400), expiration: new Date(Date.now() + 60_000) };
  all(
    () => prepare(planned.map(({ repository, identity = ANYBODY }) => ({ repository, identity, token }))),
    () =>
      checkIndexServers(
        planned.map(({ repository }) => repository),
        token,
        target,
      ),
  );
}

function checkIndexServers(
  repositories: readonly Repository[],
  { value, expiration }: Token,
  { pypirc, folder, machine: { platform } }: Target,
): void {
  if (pypirc === undefined) return;
  const servers = repositories.map(({ alias, url }) => ({
    name: alias,
    url,
    token: value,
    expiration,
    identity: undefined,
  }));
  checkPypirc({ path: pypirc, owner: runOf(folder.path), now: new Date(), platform }, servers);
}
