/** What a pull request from a fork can have. Pure but for the disk that it is given. */
import { join } from 'node:path';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { hasOidc } from './identity.ts';
import type { TokenRequest } from './token-request.ts';

/** The variables by which the AWS SDK's default chain finds credentials (AWS SDKs reference, "Settings reference"). */
const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/**
 * Whether the job of a pull request from a fork may have AWS credentials after all: an OIDC token, keys in the file or
 * the inputs, something that the default chain finds, or a machine of the team's own, which may have a role.
 */
export function mayHaveCredentials(
  requests: readonly TokenRequest[],
  { environment, home }: Pick<Machine, 'environment' | 'home'>,
  disk: Disk,
): boolean {
  const files = [
    environment['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
    environment['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
  ];
  return (
    environment['RUNNER_ENVIRONMENT'] !== 'github-hosted' ||
    hasOidc(environment) ||
    VARIABLES.some((name) => environment[name]) ||
    files.some((path) => disk.read(path)) ||
    requests.some(({ identity }) => identity.kind === 'source' && identity.source.kind === 'keys')
  );
}
