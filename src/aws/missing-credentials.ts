/** Why the AWS SDK found no credentials, in words. Reads the names of the profiles and the event's payload. */
import { mayHaveCredentials } from '../access/forks.ts';
import { type Identity, originOf } from '../access/identity.ts';
import { isInQuotes } from '../access/setting-values.ts';
import type { TokenRequest } from '../access/token-request.ts';
import type { Reason } from '../access/tokens.ts';
import { isForkPullRequest } from '../github/fork-event.ts';
import { quote } from '../github/quotation.ts';
import { DISK } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { didYouMean, joinFirst, quoted, withFullStop } from '../messages/wording.ts';
import { adviceOnFork, adviceOnNoCredentials, NOT_AWS, PERMISSIONS } from './advice.ts';
import { hasProcess, readProfiles } from './profiles.ts';

/** What V8 (Node 24) says of text that `JSON.parse` does not take. */
const NOT_JSON = /\b(?:valid|in|of|after) JSON\b/;

/** What Node says of a program that fails, and the SDK (3.1124) of its output. Either may quote names of profiles. */
const PROCESS_FAILED = /^Command failed|credential_process (?:did not return|returned) /;

/**
 * Says why there are no credentials. What may quote a secret is not repeated: output of a program, text that is not
 * JSON.
 */
export async function explainCredentials(
  message: string,
  request: TokenRequest,
  machine: Pick<Machine, 'environment' | 'home'>,
): Promise<Omit<Reason, 'who'>> {
  const { environment } = machine;
  const said = withFullStop(quote(message));
  if (message.startsWith('Invalid response from STS')) return { answer: said, advice: NOT_AWS };
  const { identity } = request;
  const named =
    identity.kind === 'source' && identity.source.kind === 'profile'
      ? identity.source.profile
      : environment['AWS_PROFILE'];
  const isUnreadable = NOT_JSON.test(message);
  if (PROCESS_FAILED.test(message) || (isUnreadable && (await hasProcess(named || 'default')))) {
    return {
      answer: `the credential_process of the profile ${quoted(named || 'default')} failed.`,
      advice: 'Run it by hand to see why; its output is not shown here, since it may hold secrets.',
    };
  }
  if (isUnreadable) {
    return {
      answer: 'a source of credentials gave text that is not JSON (not shown here, since it may hold secrets).',
      advice: 'Check the container endpoint (AWS_CONTAINER_CREDENTIALS_*), or sign in again.',
    };
  }
  // The SDK's own words for that are of providers and chains.
  const answer = message.startsWith('Could not load credentials from any') ? 'there are no AWS credentials.' : said;
  if (isForkPullRequest(machine)) {
    return { answer, advice: adviceOnFork(!mayHaveCredentials([request], machine, DISK)) };
  }
  const advice = named ? await adviceOnProfile(named, message, request) : adviceOnNoCredentials(request, environment);
  return { answer, advice };
}

async function adviceOnProfile(profile: string, message: string, { identity }: TokenRequest): Promise<string> {
  const names = [...(await readProfiles()).keys()].sort();
  if (names.includes(profile)) return `The profile ${quoted(profile)} exists; check what it says.`;
  if (!/Could not resolve|Could not load|not.*found/i.test(message)) return '';
  if (isInQuotes(profile)) return 'Remove the quotes around the name of the profile.';
  const role = identity.role
    ? " The role is assumed with that profile, because the profile is named too; to assume it with GitHub's OIDC " +
      `token, give the job ${PERMISSIONS}, or leave the profile out.`
    : adviceOnSection(identity);
  return names.length === 0
    ? `This machine has no profiles in ~/.aws/config or ~/.aws/credentials; write them in an earlier step.${role}`
    : `The profiles of this machine are ${joinFirst(names)}${didYouMean(profile, names) || '.'}${role}`;
}

/** A profile of developers, in a file that CI shares with them. */
function adviceOnSection(identity: Identity): string {
  return originOf(identity) === 'section'
    ? ` If it is a profile of developers, give the section a role_arn too, and the job ${PERMISSIONS}: the role is ` +
        "then assumed with GitHub's OIDC token."
    : '';
}
