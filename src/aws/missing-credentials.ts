/** Why the AWS SDK found no credentials, in words. Reads the names of the profiles and the event's payload. */
import { mayHaveCredentials } from '../access/forks.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { isForkPullRequest } from '../github/fork-event.ts';
import { quote } from '../github/quotation.ts';
import { DISK } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { withFullStop } from '../messages/wording.ts';
import { adviceOnFork, adviceOnNoCredentials, NOT_AWS } from './advice.ts';
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
): Promise<string> {
  const { environment } = machine;
  if (message.startsWith('Invalid response from STS')) return `${withFullStop(quote(message))} ${NOT_AWS}`;
  const { identity } = request;
  const named =
    identity.kind === 'source' && identity.source.kind === 'profile'
      ? identity.source.profile
      : environment['AWS_PROFILE'];
  const isUnreadable = NOT_JSON.test(message);
  if (PROCESS_FAILED.test(message) || (isUnreadable && (await hasProcess(named || 'default')))) {
    return (
      'the credential_process of the profile failed; run it by hand to see why (its output is not shown here, since ' +
      'it may hold secrets).'
    );
  }
  if (isUnreadable) {
    return (
      'a source of credentials gave text that is not JSON (it is not shown here, since it may hold secrets); check ' +
      'the container endpoint (AWS_CONTAINER_CREDENTIALS_*), or sign in again.'
    );
  }
  const said = withFullStop(quote(message));
  const isFork = isForkPullRequest(machine);
  if (isFork && !mayHaveCredentials([request], machine, DISK)) return `${said} ${adviceOnFork(true)}`;
  const advice = named ? await adviceOnProfile(named, message) : adviceOnNoCredentials(request, environment);
  return [said, ...(isFork ? [adviceOnFork(false)] : []), advice].join(' ');
}

async function adviceOnProfile(profile: string, message: string): Promise<string> {
  const names = [...(await readProfiles()).keys()].sort();
  if (names.includes(profile)) return `The profile ${profile} exists; check what it says.`;
  if (!/Could not resolve|Could not load|not.*found/i.test(message)) return '';
  return names.length === 0
    ? 'This machine has no profiles in ~/.aws/config or ~/.aws/credentials; write them in an earlier step.'
    : `The profiles of this machine are ${names.join(', ')}.`;
}
