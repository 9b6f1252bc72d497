import { delimiter } from 'node:path';
import { describe, test } from '@jest/globals';
import { type ClientSet, type PythonClients, pythonClients } from '../../sandbox/python/environments.ts';
import { describeUnless } from './test-unless.ts';

/** Clients that are there. */
export type AvailableClients = Extract<PythonClients, { available: true }>;

/** The PATH of a job: the given folders, the clients, the system's programs. */
export function pathOf({ bin }: AvailableClients, ...before: string[]): string {
  const system = process.platform === 'win32' ? [process.env['PATH'] ?? ''] : ['/usr/bin', '/bin'];
  return [...before, bin, ...system].join(delimiter);
}

/**
 * `describe` for tests that drive real Python clients. Where these cannot be had, the tests are skipped by name and the
 * reason is printed; with `CI=true` that is a failure where the machine could have them.
 *
 * Await it at the top of a test file: the first call on a machine installs the clients.
 * @param unless a reason against the tests on this machine, whatever is installed
 */
export async function describeWithPython(
  name: string,
  body: (clients: AvailableClients) => void,
  set: ClientSet = 'clients',
  unless?: string,
): Promise<void> {
  const clients: PythonClients =
    unless === undefined ? await pythonClients(set) : { available: false, unsupported: true, reason: unless };
  if (clients.available) {
    describe(name, () => body(clients));
    return;
  }
  if (process.env['CI'] === 'true' && !clients.unsupported) {
    describe(name, () => {
      test('needs Python clients', () => {
        throw new Error(clients.reason);
      });
    });
    return;
  }
  const absent: AvailableClients = { available: true, bin: '', python: '', program: () => '' };
  describeUnless(clients.reason)(name, () => body(absent));
}
