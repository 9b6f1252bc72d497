/** The shape of a client: one file each, which says what the client needs as plain data. */
import type { Changes } from '../changes.ts';
import type { Indexes } from '../indexes.ts';
import type { Machine } from '../machine/machine.ts';
import type { Repository } from '../repository.ts';
import type { Opened } from '../tokens.ts';

/** What a client is configured with. */
export interface Setup {
  readonly opened: readonly Opened[];
  readonly indexes: Indexes;
  readonly publishTo: Repository | undefined;
  readonly machine: Machine;
  /** Gives the path of a file in the private folder. */
  readonly pathOf: (file: string) => string;
}

/** Turns a setup into the changes that make the client use it. */
export type Client = (setup: Setup) => Partial<Changes>;
