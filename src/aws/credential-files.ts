/** The files and variables that the AWS SDK takes credentials from by itself. Reads them before it does. */
import { readFileSync, statSync } from 'node:fs';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { maskSecret } from '../github/masks.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import { each, fail } from '../messages/problems.ts';

const SECRET_VARIABLES = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];
const SECRET_FILES = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
const CONFIG_FILES = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];

/** Bytes; a token is smaller. */
const MOST_BYTES = 65_536;

/**
 * Looks at the files that the SDK would read: from a pipe it would wait for ever, and not even the end of the process
 * would come. A file that cannot be looked at is the SDK's to judge, if it is needed at all.
 * @throws {Problems} with every variable that names a pipe or a socket
 */
export function checkCredentialFiles({ environment }: Pick<Machine, 'environment'>): void {
  each([...CONFIG_FILES, ...SECRET_FILES], (name) => {
    const path = environment[name];
    if (path && isPipe(path)) {
      fail(`The variable ${name} names ${path}, which is a pipe or a socket; name a file.`);
    }
  });
}

/**
 * Masks everything that the SDK's chain of credentials may start from: it resolves the chain inside, and a refusal on
 * the way can quote what it was tried with.
 */
export async function maskSources(environment: Environment): Promise<void> {
  for (const name of SECRET_VARIABLES) maskSecret(environment[name] ?? '');
  for (const name of SECRET_FILES) maskSecret(readToken(environment[name]));
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  for (const profile of [...Object.values(configFile), ...Object.values(credentialsFile)]) {
    maskSecret(profile['aws_secret_access_key'] ?? '');
    maskSecret(profile['aws_session_token'] ?? '');
    maskSecret(readToken(profile['web_identity_token_file']));
  }
}

/**
 * The profiles of the config and credentials files, by name; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name
 * others.
 */
export async function readProfiles(): Promise<ReadonlyMap<string, Readonly<Record<string, string | undefined>>>> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const entries = [...Object.entries(configFile), ...Object.entries(credentialsFile)].filter(
    ([name]) => !/^(?:sso-session|services)\./.test(name),
  );
  const profiles = new Map<string, Record<string, string | undefined>>();
  for (const [name, options] of entries) profiles.set(name, { ...profiles.get(name), ...options });
  return profiles;
}

function isPipe(path: string): boolean {
  try {
    const status = statSync(path);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

/** Empty for a file that does not exist, and for one that cannot be a token. */
function readToken(path: string | undefined): string {
  try {
    if (!path) return '';
    const status = statSync(path);
    return status.isFile() && status.size < MOST_BYTES ? readFileSync(path, 'utf8').trim() : '';
  } catch {
    return '';
  }
}
