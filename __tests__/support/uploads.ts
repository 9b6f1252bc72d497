import { join } from 'node:path';
import type { Call } from '../../sandbox/aws/exchange.ts';
import { makePackages, writePackages } from '../../sandbox/packages/make-packages.ts';

/**
 * Puts a wheel of the given version of acme-upload into the folder's `dist`; gives its path, in a list. It has a
 * readme, without which `twine check` of some versions fails.
 */
export async function addWheel(folder: string, version: string): Promise<string[]> {
  const wheel = { name: 'acme-upload', version, readme: '# A package to upload' };
  return writePackages(join(folder, 'dist'), await makePackages([wheel]));
}

/** Those of the calls that are uploads, also refused ones. */
export function uploadsAmong(calls: readonly Call[]): Call[] {
  return calls.filter(({ operation }) => operation === 'Upload');
}

/** Where an upload went and what came of it: `DOMAIN REPOSITORY STATUS`. */
export function nameUpload({ parameters, host, status }: Call): string {
  return `${host.split('-')[0]} ${parameters['repository']} ${status}`;
}
