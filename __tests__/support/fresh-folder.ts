import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * The real path of a new, empty folder, which is removed when the test file is done. Import it at the top of the file.
 */
export function freshFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'codeartifact-keyring-test-'));
  made.push(folder);
  return folder;
}
