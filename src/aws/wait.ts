/** What a step was waiting for when its time ran out, in words. */
import type { TokenRequest } from '../access/token-request.ts';
import { hostsWaitedFor } from '../machine/answers.ts';
import type { Environment } from '../machine/machine.ts';
import { joinWords } from '../messages/wording.ts';
import { CHECK_NETWORK } from './advice.ts';
import { hasProcess, profileOf } from './profiles.ts';
import type { Waited } from './progress.ts';

/** @returns what a request waits for, in words, and what to do where it does not come */
export async function describeWait(
  waited: Waited | undefined,
  { identity, repository }: TokenRequest,
  environment: Environment,
): Promise<{ readonly what: string; readonly advice: string }> {
  const throttled = 'If AWS throttles, start fewer jobs at once.';
  const advice = `${CHECK_NETWORK}. ${throttled}`;
  switch (waited) {
    case undefined:
      return { what: 'the calls for other repositories', advice };
    case 'GitHub':
      return { what: 'GitHub (the OIDC token)', advice: `${CHECK_NETWORK}, or run the job again.` };
    case 'STS':
      return { what: 'STS (the role)', advice };
    case 'CodeArtifact':
      return {
        what: 'CodeArtifact',
        advice: `${CHECK_NETWORK}, and that the region ${repository.region} has CodeArtifact. ${throttled}`,
      };
    case 'credentials':
      return describeCredentialsWait(profileOf(identity, environment));
  }
}

async function describeCredentialsWait(profile: string | undefined) {
  const hosts = hostsWaitedFor().filter((host) => !host.startsWith('codeartifact.'));
  if (hosts.length > 0) return { what: `credentials from ${joinWords(hosts)}`, advice: `${CHECK_NETWORK}.` };
  if (profile !== undefined && (await hasProcess(profile))) {
    const what = `the credential_process of the profile ${profile}`;
    return { what, advice: 'Run it by hand to see what it waits for.' };
  }
  return { what: 'credentials', advice: `${CHECK_NETWORK}.` };
}
