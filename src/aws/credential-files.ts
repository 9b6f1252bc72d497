/**
 * The files that the AWS SDK takes settings and credentials from by itself. Reads them before it does, and hands it
 * their text.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { externalDataInterceptor, getHomeDir, getSSOTokenFilepath } from '@smithy/core/config';
import type { Identity } from '../access/identity.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { maskKey } from '../github/masks.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import { readRegularFile } from '../machine/regular-file.ts';
import { failWithAll } from '../messages/problems.ts';
import { type Profile, type Profiles, profileChain, profileOf, readProfiles } from './profiles.ts';

/** A file that the SDK may read. */
interface SdkFile {
  /** As the SDK looks it up. */
  readonly path: string;
  /** For a message that goes on with "is". */
  readonly subject: string;
  readonly remedy: string;
}

const SECRET_VARIABLES = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];
const WEB_IDENTITY = 'AWS_WEB_IDENTITY_TOKEN_FILE';
const CONTAINER_TOKEN = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE';

/** Bytes of a token, and of a file of profiles, which has room for some thousand. */
const MOST_OF_TOKEN = 64 * 1024;
const MOST_OF_PROFILES = 1024 * 1024;

/**
 * Reads the files of profiles in the place of the SDK, which would wait for a pipe for ever, and looks for a region and
 * the like in them whatever the credentials. Where a request takes its credentials from files, everything that these
 * may start from is masked: the SDK goes through its chain by itself, and a refusal on the way can quote what it was
 * tried with. A file that is missing, or closed to this user, is the SDK's to judge.
 * @returns the requests whose profile assumes a role by itself, and the region that it names for that
 * @throws {Problems} with each file that a request needs and that would never end, or is too large
 */
export async function openCredentialFiles(
  requests: readonly TokenRequest[],
  { environment }: Pick<Machine, 'environment'>,
): Promise<{ request: TokenRequest; region: string | undefined }[]> {
  const ofProfiles = profileFiles(environment).map((file) => read(file, MOST_OF_PROFILES));
  for (const { path, text } of ofProfiles) externalDataInterceptor.interceptFile(path, text);
  const identities = requests.map(({ identity }) => identity).filter((identity) => profileOf(identity, environment));
  if (identities.length === 0) return [];
  const profiles = await readProfiles();
  const ofTokens = tokenFiles(identities, profiles, environment).map((file) => read(file, MOST_OF_TOKEN));
  failWithAll([...ofProfiles, ...ofTokens].flatMap(({ problem }) => problem ?? []));
  for (const { path, text } of ofTokens) {
    for (const secret of secretsIn(text)) maskKey(secret);
    if (text !== '') externalDataInterceptor.interceptToken(path, text);
  }
  for (const name of SECRET_VARIABLES) maskKey(environment[name] ?? '');
  for (const { aws_secret_access_key: key = '', aws_session_token: token = '' } of profiles.values()) {
    maskKey(key);
    maskKey(token);
  }
  return requests.flatMap((request) => {
    const options = profiles.get(profileOf(request.identity, environment) ?? '');
    return options?.['role_arn'] ? [{ request, region: options['region'] }] : [];
  });
}

function read({ path, subject, remedy }: SdkFile, most: number) {
  const { text, obstacle } = readRegularFile(path, most);
  return { path, text, problem: obstacle && `${subject} is ${obstacle}; ${remedy}.` };
}

/** A token is the whole of its file; a sign-in is JSON with some, named as such. */
function secretsIn(text: string): string[] {
  const secrets: string[] = [];
  try {
    JSON.parse(text, (name, value) => {
      if (typeof value === 'string' && /token|secret|key/i.test(name)) secrets.push(value);
    });
  } catch {
    return [text.trim()];
  }
  return secrets;
}

/** By the paths that the SDK looks up; for some purposes it takes `~/` in a variable for the home, for others not. */
function profileFiles(environment: Environment): SdkFile[] {
  const places = [
    ['AWS_CONFIG_FILE', 'config'],
    ['AWS_SHARED_CREDENTIALS_FILE', 'credentials'],
  ] as const;
  return places.flatMap(([variable, name]) => {
    const named = environment[variable];
    if (!named) {
      const path = join(getHomeDir(), '.aws', name);
      return [{ path, subject: `The file ${path}`, remedy: 'put another file there' }];
    }
    const paths = named.startsWith('~/') ? [named, join(getHomeDir(), named.slice(2))] : [named];
    return paths.map((path) => ({ path, ...namedBy(`The variable ${variable}`, path) }));
  });
}

/** The files of tokens that these identities may need. */
function tokenFiles(identities: readonly Identity[], profiles: Profiles, environment: Environment): SdkFile[] {
  const variables = identities.some(isDefaultChain) ? [WEB_IDENTITY, CONTAINER_TOKEN] : [];
  const byVariable = variables.flatMap((name) => filesOf(`The variable ${name}`, environment[name]));
  const names = identities.flatMap((identity) => profileOf(identity, environment) ?? []);
  const byProfile = names
    .flatMap((name) => profileChain(name, profiles))
    .flatMap(([name, options]) => [
      ...filesOf(`The profile ${name}`, options['web_identity_token_file']),
      ...(options['credential_source'] === 'EcsContainer'
        ? filesOf(`The variable ${CONTAINER_TOKEN}`, environment[CONTAINER_TOKEN])
        : []),
      ...signInFiles(options, environment).map((path) => ({
        path,
        subject: `The file ${path}, where the profile ${name} keeps its sign-in,`,
        remedy: 'sign in again',
      })),
    ]);
  return [...byVariable, ...byProfile];
}

function isDefaultChain(identity: Identity): boolean {
  return identity.kind === 'source' && identity.source.kind === 'default-chain';
}

function filesOf(by: string, path: string | undefined): SdkFile[] {
  return path ? [{ path, ...namedBy(by, path) }] : [];
}

function namedBy(by: string, path: string): Pick<SdkFile, 'subject' | 'remedy'> {
  return { subject: `${by} names ${path}, which`, remedy: 'name another file' };
}

/** Where the SDK finds what `aws sso login` and `aws login` left (its credential-provider-sso and -login). */
function signInFiles({ sso_session, sso_start_url, login_session }: Profile, environment: Environment): string[] {
  const id = sso_session ?? sso_start_url;
  const folder = environment['AWS_LOGIN_CACHE_DIRECTORY'] ?? join(getHomeDir(), '.aws', 'login', 'cache');
  const name = createHash('sha256')
    .update(login_session ?? '')
    .digest('hex');
  return [...(id ? [getSSOTokenFilepath(id)] : []), ...(login_session ? [join(folder, `${name}.json`)] : [])];
}
