/** What a run will change, put together from what it was told, what it was given and what is on the machine. */
import { join } from 'node:path';
import type { Identity } from './access/identity.ts';
import { memoize } from './access/memoize.ts';
import type { TokenRequest } from './access/token-request.ts';
import { type AuthorizedRepository, needKey } from './access/tokens.ts';
import { findProgram } from './apply/find-program.ts';
import { type PrivateFolder, runOf, unnamedFolders } from './apply/private-place.ts';
import { checkPypirc } from './apply/pypirc-file.ts';
import { checkSizes } from './apply/variables.ts';
import { describeBesideUv } from './clients/beside-uv.ts';
import type { Changes } from './clients/changes.ts';
import { type ClientPlan, planOf } from './clients/client-plan.ts';
import { configureAll, loadClients } from './clients/clients.ts';
import { describeBeside, describeLost, LIST, listRepositories } from './clients/earlier-use.ts';
import { arrangeIndexes } from './clients/indexes.ts';
import { describeProject } from './clients/project-indexes.ts';
import { rowOf } from './clients/table.ts';
import type { Inputs } from './inputs.ts';
import { DISK, type Disk, NO_FILES } from './machine/disk.ts';
import type { Machine } from './machine/machine.ts';
import { all } from './messages/problems.ts';

/** Where a run puts things. */
export interface Target {
  readonly machine: Machine;
  /** What is there already; this machine's unless said otherwise. */
  readonly disk?: Disk;
  readonly folder: PrivateFolder;
  /** The user's .pypirc; undefined: no tool needs it. */
  readonly pypirc: string | undefined;
}

/** What the clients are told by the inputs. */
export type ClientInputs = Pick<Inputs, 'repositories' | 'mainIndex' | 'publishTo' | 'tokenPlace' | 'tools'>;

/**
 * Gives the changes for tokens. Throws {@link Problems} when a file of the user's cannot be carried over, or later
 * steps could not start with the variables.
 */
export type Prepare = (authorized: readonly AuthorizedRepository[]) => Changes;

/** Loads the clients that the step names. */
export async function openClients(
  { repositories, tools, tokenPlace, mainIndex, publishTo }: ClientInputs,
  { machine, folder, disk = DISK }: Target,
): Promise<Prepare> {
  const clients = await loadClients(tools, tokenPlace);
  const installing = tools.some((tool) => rowOf(tool).installs);
  const project = installing ? describeProject(mainIndex, repositories, machine.workspace, disk) : [];
  const list = folder.isNew || !installing ? undefined : disk.read(join(folder.path, LIST));
  const lost = list ? describeLost(list.bytes.toString(), repositories) : [];
  const uv = findProgram('uv', machine, disk);
  const beside = mainIndex.kind === 'project' ? [] : describeBesideUv(tools, uv.path ?? uv.passedOver[0]);
  return (authorized) => {
    const indexes = arrangeIndexes(authorized, mainIndex);
    const changes = configureAll(clients, {
      indexes,
      publishTo: indexes.repositories.find(({ repository }) => repository.alias === publishTo?.alias),
      tokenPlace,
      machine,
      disk,
      isSecondUse: !folder.isNew,
      run: runOf(folder.path),
      pathOf: (file) => join(folder.path, file),
    });
    checkSizes(changes.variables, tools, machine);
    return {
      ...changes,
      files: changes.files.length > 0 ? [...changes.files, listRepositories(repositories, machine.environment)] : [],
      warnings: [...lost, ...beside, ...changes.warnings],
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
    .map(({ name }) => `The variable ${name} was set before; this action gives it another value until the job ends.`);
}

/** A repository, and how its token is to be fetched where that is known. */
export type Planned = Pick<TokenRequest, 'repository'> &
  Partial<Pick<TokenRequest, 'identity' | 'duration' | 'verify'>>;

/** As long as those of AWS, and nobody else's text. Those that will differ do so by a number. */
const NO_TOKEN = 'none'.repeat(400);
const NO_TOKENS = new RegExp(`${NO_TOKEN}\\d+`, 'g');

const ANYBODY: Identity = { kind: 'source', source: { kind: 'default-chain' } };

/**
 * Prepares the changes with tokens that open nothing: so the user learns what stands in the way on this machine before
 * AWS is asked.
 * @throws {Problems} for each client whose files cannot be carried over, and when the index servers cannot be added to
 *   the .pypirc
 */
export function rehearse(prepare: Prepare, planned: readonly Planned[], target: Target): Changes {
  const expiration = new Date(Date.now() + 60_000);
  let numbers = 0;
  const tokenOf = memoize(needKey, () => ({ value: NO_TOKEN + numbers++, expiration }));
  const authorized = planned.map(({ identity = ANYBODY, ...rest }) => {
    const one = { ...rest, identity };
    return { ...one, token: tokenOf(one) };
  });
  const [changes] = all(
    () => prepare(authorized),
    () => checkIndexServers(authorized, target),
  );
  return changes;
}

/**
 * What each tool would get. What a file would say is shown as it is where the user has none: what the user's own say is
 * nobody else's business.
 */
export function planClients(
  inputs: ClientInputs,
  planned: readonly Planned[],
  target: Target,
): Promise<readonly ClientPlan[]> {
  const alone = { ...target, pypirc: undefined };
  return Promise.all(
    inputs.tools.map(async (tool) => {
      const asked = { ...inputs, tools: [tool] };
      const changes = rehearse(await openClients(asked, target), planned, alone);
      const ours = rehearse(await openClients(asked, { ...target, disk: NO_FILES }), planned, alone);
      return planOf(tool, changes, ours, {
        folder: target.folder.path,
        run: runOf(target.folder.path),
        token: NO_TOKENS,
      });
    }),
  );
}

function checkIndexServers(
  authorized: readonly AuthorizedRepository[],
  { pypirc, folder, machine: { platform } }: Target,
): void {
  if (pypirc === undefined) return;
  const servers = authorized.map(({ repository: { alias, url }, token: { value, expiration } }) => ({
    name: alias,
    url,
    token: value,
    expiration,
    identity: undefined,
  }));
  checkPypirc({ path: pypirc, owner: runOf(folder.path), now: new Date(), platform }, servers);
}
