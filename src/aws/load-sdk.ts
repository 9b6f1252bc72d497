/**
 * All that needs the AWS SDK, which takes as long to load as everything else together. It is loaded when AWS is about
 * to be asked, and piece by piece, so that connections and answers get their turn in between.
 */
import { setImmediate } from 'node:timers/promises';

/** Loads the way to AWS. */
export async function loadSdk() {
  await setImmediate();
  const { openCredentialFiles } = await import(/* webpackChunkName: 'aws' */ './credential-files.ts');
  await setImmediate();
  await import(/* webpackChunkName: 'aws' */ './credentials.ts');
  await setImmediate();
  const { openCodeArtifact } = await import(/* webpackChunkName: 'aws' */ './codeartifact.ts');
  await setImmediate();
  return { openCodeArtifact, openCredentialFiles };
}
