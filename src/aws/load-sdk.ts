/**
 * All that needs the AWS SDK, which takes as long to load as everything else together. It is loaded when AWS is about
 * to be asked, and piece by piece, so that connections and answers get their turn in between.
 */
import { setImmediate } from 'node:timers/promises';
import type { TokenRequest } from '../access/token-request.ts';
import type { Machine } from '../machine/machine.ts';
import { greetSts, type HeadStart } from './head-start.ts';

/**
 * Loads the way to AWS, and first reads the files that credentials come from: they may tell of a role, for which a
 * connection is opened meanwhile.
 * @throws {Problems} for files that a request needs and that cannot be read
 */
export async function loadSdk(requests: readonly TokenRequest[], machine: Machine, start: HeadStart) {
  await setImmediate();
  const { openCredentialFiles } = await import(/* webpackChunkName: 'aws' */ './credential-files.ts');
  const roles = await openCredentialFiles(requests, machine);
  greetSts(roles, machine, start);
  await setImmediate();
  await import(/* webpackChunkName: 'aws' */ './credentials.ts');
  await setImmediate();
  const { openCodeArtifact } = await import(/* webpackChunkName: 'aws' */ './codeartifact.ts');
  await setImmediate();
  if (roles.length > 0 || requests.some(({ identity }) => identity.role)) {
    // The SDK's providers import it when they have what they need from others, GitHub's answer for one.
    const { getDefaultRoleAssumerWithWebIdentity } = await import('@aws-sdk/nested-clients/sts');
    void getDefaultRoleAssumerWithWebIdentity;
  }
  return { openCodeArtifact };
}
