import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until no other process works under the same lock file, then does `work`.
 *
 * The lock is SQLite's, on an empty database: the system frees it when a process dies, so none is left behind.
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const database = new DatabaseSync(file);
  try {
    while (!lock(database)) await sleep(100);
    return await work();
  } finally {
    database.close();
  }
}

function lock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/database is locked/.test(String(error))) return false;
    throw error;
  }
}
