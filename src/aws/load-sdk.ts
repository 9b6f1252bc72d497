/**
 * All that needs the AWS SDK, which takes as long to load as everything else together. It is loaded when AWS is about
 * to be asked, and piece by piece, so that connections and answers get their turn in between.
 */
import { setImmediate } from 'node:timers/promises';
import type { TokenRequest } from '../access/token-request.ts';

/** Loads the way to AWS. @param requests a role needs a client for STS as well */
export async function loadSdk(requests: readonly TokenRequest[]) {
  await setImmediate();
  const { openCredentialFiles } = await import(/* webpackChunkName: 'aws' */ './credential-files.ts');
  await setImmediate();
  await import(/* webpackChunkName: 'aws' */ './credentials.ts');
  await setImmediate();
  const { openCodeArtifact } = await import(/* webpackChunkName: 'aws' */ './codeartifact.ts');
  await setImmediate();
  if (requests.some(({ identity }) => identity.role)) {
    // The SDK's providers import it when they have what they need from others, GitHub's answer for one.
    const { getDefaultRoleAssumerWithWebIdentity } = await import('@aws-sdk/nested-clients/sts');
    void getDefaultRoleAssumerWithWebIdentity;
  }
  return { openCodeArtifact, openCredentialFiles };
}
