/** The shape of a client: one file each, which says what the client needs as plain data. */

import type { Credentials } from '../inputs.ts';
import type { Machine } from '../machine/machine.ts';
import type { Changes } from './changes.ts';
import type { Indexes, RepositoryIndex } from './indexes.ts';

/** What a client is configured with. */
export interface Setup {
  readonly indexes: Indexes;
  /** Where uploads go by default. */
  readonly publishTo: RepositoryIndex | undefined;
  /** Where pip finds the tokens. */
  readonly credentials: Credentials;
  readonly machine: Machine;
  /** Whether an earlier step of the job has used this action: what it set is still there. */
  readonly isSecondUse: boolean;
  /** Gives the path of a file in the private folder. */
  readonly pathOf: (file: string) => string;
}

/** Turns a setup into the changes that make the client use it. */
export type Client = (setup: Setup) => Partial<Changes>;

/**
 * The name of the index server that uploads go to where several repositories are listed and none is chosen. There is none
 * of that name, so a client that is told to upload fails and shows it. Without it, an upload that names no repository
 * would go to the public PyPI, where with trusted publishing it may even arrive.
 */
export const NO_DEFAULT = 'choose-one-with-publish-to';

/** What to say of a variable that was set before and is in the way: what it does, for example that it beats a file. */
export function describeSet(does: string): (variable: string) => string {
  return (variable) => `The variable ${variable} is set and ${does}; unset it.`;
}

/** What to say where an earlier step named an index that this one wants to leave to the client. */
export function leftBehind(variable: string, client: string): string[] {
  return [
    `The variable ${variable} of an earlier step is still set, since GitHub cannot unset it, and beats ` +
      `index-url: client-default for ${client}; use one index-url for all steps of the job.`,
  ];
}
