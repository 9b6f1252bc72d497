/** What a run will change, put together from what it was told and what it was given. */
import { join } from 'node:path';
import type { Opened } from './access/tokens.ts';
import { ownerOf, type PrivateFolder } from './apply/private-folder.ts';
import { checkPypirc } from './apply/pypirc-file.ts';
import type { Changes } from './clients/changes.ts';
import { planChanges } from './clients/index.ts';
import { arrangeIndexes } from './clients/indexes.ts';
import type { Inputs } from './inputs.ts';
import type { Machine } from './machine/machine.ts';
import { each } from './messages/problems.ts';

/** Where a run puts things. */
export interface Place {
  readonly machine: Machine;
  readonly folder: PrivateFolder;
  /** The user's .pypirc; undefined: no tool needs it. */
  readonly pypirc: string | undefined;
}

/** @throws {Problems} when a file of the user's cannot be carried over */
export function plan(opened: readonly Opened[], inputs: Inputs, { machine, folder }: Place): Changes {
  const { mainIndex, credentials, publishTo, tools } = inputs;
  const indexes = arrangeIndexes(opened, mainIndex);
  const changes = planChanges(tools, {
    indexes,
    publishTo: indexes.repositories.find(({ repository }) => repository.name === publishTo?.name),
    credentials,
    machine,
    isSecondUse: !folder.isNew,
    pathOf: (file) => join(folder.path, file),
  });
  return { ...changes, notes: [...changes.notes, ...replacedNotes(changes, machine.environment, folder)] };
}

/**
 * Variables of the machine that say something else in this job. Those that name files are not told, since what the files
 * said goes on; nor are those of an earlier step of this action.
 */
function replacedNotes({ variables }: Changes, environment: NodeJS.ProcessEnv, folder: PrivateFolder): string[] {
  if (!folder.isNew) return [];
  return variables
    .filter(({ name, value }) => !value.startsWith(folder.path) && environment[name] && environment[name] !== value)
    .map(({ name }) => `The variable ${name} was set already; it says something else in this job from here on.`);
}

/**
 * Plans with tokens that open nothing, so that what stands in the way on this machine is told before AWS is asked.
 * @throws {Problems} as {@link plan}, and when the index servers cannot be added to the .pypirc
 */
export function rehearse(inputs: Inputs, place: Place): void {
  const token = { value: 'none'.repeat(400), expiration: new Date(Date.now() + 60_000) };
  const identity = { source: { kind: 'default-chain' } } as const;
  const opened = inputs.repositories.map((repository) => ({ repository, identity, token }));
  each(inputs.tools, (tool) => {
    const { indexServers } = plan(opened, { ...inputs, tools: [tool] }, place);
    const anybody = indexServers.map((server) => ({ ...server, identity: undefined }));
    if (place.pypirc !== undefined) checkPypirc(place.pypirc, anybody, ownerOf(place.folder.path), new Date());
  });
}
