/** The shape of a client: one file each, which turns a setup into plain data. */
import { posix } from 'node:path';
import { replacedPaths } from '../formats/user-text.ts';
import type { Disk, UserFile } from '../machine/disk.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import type { Changes } from './changes.ts';
import type { Indexes, RepositoryIndex } from './indexes.ts';

/** Where pip finds the tokens: in a netrc, or in the URLs of pip.conf. */
export type TokenPlace = 'netrc' | 'url';

/** What a client is configured with. */
export interface Setup {
  readonly indexes: Indexes;
  /** Where uploads go by default. */
  readonly publishTo: RepositoryIndex | undefined;
  readonly tokenPlace: TokenPlace;
  readonly machine: Machine;
  readonly disk: Disk;
  /** Whether an earlier step of the job has used this action: what it set is still there. */
  readonly isSecondUse: boolean;
  /** 32 hexadecimal digits that no file of a project can know; a second use has those of the first. */
  readonly run: string;
  /** Gives the path of a file in the private folder. */
  readonly pathOf: (file: string) => string;
}

/** Turns a setup into the changes that make the client use it. Pure but for the disk of its setup. */
export type Configure = (setup: Setup) => Partial<Changes>;

/**
 * The index server that uploads go to if several repositories are listed and none is chosen. It does not exist, so the
 * upload fails and shows its name. Without it, an upload that names no repository would go to the public PyPI, where
 * with trusted publishing it may even arrive.
 */
export const NO_DEFAULT = 'choose-one-with-publish-to';

/** Files of the user's that ours replace. */
export interface UserFiles {
  /** One that is too large counts as empty. */
  readonly files: readonly UserFile[];
  readonly warnings: readonly string[];
}

/**
 * Reads files of the user's. One of them may be a file of ours that an earlier step of this job wrote: that is no
 * setting of the user's, but names the files that it replaced.
 * @param own the name of our file; empty where a file of ours cannot be among them
 */
export function readUserFiles(paths: readonly string[], own: string, { disk, pathOf }: Setup): UserFiles {
  const read = (path: string) => disk.read(path) ?? [];
  const isOurs = ({ path }: UserFile) => own !== '' && path === pathOf(own);
  const files = paths.flatMap(read).flatMap((file) => (isOurs(file) ? replacedPaths(file).flatMap(read) : file));
  const tooLarge = files.filter(({ isTooLarge }) => isTooLarge);
  return {
    files,
    warnings: tooLarge.map(
      ({ path }) => `${path} is larger than 1 MiB, so its settings are left out in this job; make it smaller.`,
    ),
  };
}

/**
 * A sentence about a variable that is set.
 * @param does what it does, for example `overrides a file`
 */
export function describeVariable(name: string, does: string): string {
  return `The variable ${name} is set, which ${does}; unset it.`;
}

/** The same for those of the names that are set and not empty. */
export function describeSet(names: readonly string[], environment: Environment, does: string): string[] {
  return names.filter((name) => environment[name]).map((name) => describeVariable(name, does));
}

/** What to say where an earlier step named an index that this one leaves to the client or the project. */
export function leftBehind(variable: string, client: string): string[] {
  return [
    `${client} still uses the index of an earlier step, because GitHub cannot unset its variable ${variable}; use ` +
      'the same index-url in all steps of the job.',
  ];
}

/** Where platformdirs 4 puts the settings of a user, on Linux and macOS. */
export function configFolder({ environment, home, platform }: Machine): string {
  const own = platform === 'darwin' ? posix.join(home, 'Library', 'Application Support') : posix.join(home, '.config');
  return environment['XDG_CONFIG_HOME'] || own;
}
