import { mkdirSync, readdirSync, type WriteFileOptions, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a file, and makes the folders above it; as UTF-8 unless the options say otherwise. */
export function place(path: string, content: string, options?: WriteFileOptions): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, options);
}

/** The paths of the files under a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
