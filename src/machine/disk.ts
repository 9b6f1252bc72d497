/** The user's own files, as far as a run reads them: the edge to the disk for everything that only looks. */
import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { MAX_SIZE } from '../configparser/mistakes.ts';

/** A file of the user's. */
export interface UserFile {
  readonly path: string;
  /** Empty where the file is too large. */
  readonly bytes: Buffer;
  /** Whether it is larger than 1 MiB, and so is not the configuration of a Python client. */
  readonly isTooLarge: boolean;
}

/** A look at the disk. What takes one as a parameter is pure but for it. */
export interface Disk {
  /** Gives a file, or undefined where there is none that its client could read. Never throws. */
  readonly read: (path: string) => UserFile | undefined;
  /** Never throws. */
  readonly isFolder: (path: string) => boolean;
  /** Whether it is a file that this user may run. Never throws. */
  readonly isProgram: (path: string) => boolean;
  /** The names in a folder, sorted; none where it cannot be read. Never throws. */
  readonly list: (path: string) => readonly string[];
  /** The path without links, or the path itself where it leads nowhere. Never throws. */
  readonly realPath: (path: string) => string;
}

/** A disk that has nothing. */
export const NO_FILES: Disk = {
  read: () => undefined,
  isFolder: () => false,
  isProgram: () => false,
  list: () => [],
  realPath: (path) => path,
};

/** The disk of this machine. */
export const DISK: Disk = {
  read(path) {
    try {
      const status = statSync(path);
      if (!status.isFile()) return undefined;
      const isTooLarge = status.size > MAX_SIZE;
      return { path, bytes: isTooLarge ? Buffer.alloc(0) : readFileSync(path), isTooLarge };
    } catch {
      return undefined;
    }
  },
  isFolder(path) {
    try {
      return statSync(path).isDirectory();
    } catch {
      return false;
    }
  },
  isProgram(path) {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  },
  list(path) {
    try {
      return readdirSync(path).toSorted();
    } catch {
      return [];
    }
  },
  realPath(path) {
    try {
      return realpathSync.native(path);
    } catch {
      return path;
    }
  },
};
