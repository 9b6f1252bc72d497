/** The action's inputs: read here and nowhere else, checked for their form, secrets masked first. */
import { getInput } from '@actions/core';
import { readExternalId, readRoleArn, readSessionName } from './access/role.ts';
import { readSwitch, readTokenDuration, readVerify, type Verify } from './access/settings.ts';
import { TOOLS, type Tool } from './clients/index.ts';
import type { MainIndex } from './clients/indexes.ts';
import { maskSecret } from './github/masks.ts';
import type { Matching } from './keyringrc/choose-section.ts';
import { all, each, fail } from './messages/problems.ts';
import { readMainIndex, readPublishTo } from './repositories/defaults.ts';
import { type Repository, readRepositories } from './repositories/repository.ts';

/** Static keys of an AWS user, or temporary ones with their session token. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What the step's `with:` says. Fields that are undefined were left out, so keyringrc.cfg or a default decides. */
export interface Inputs {
  readonly repositories: readonly Repository[];
  /** Path as given; empty: look in the usual places. */
  readonly keyringrc: string;
  readonly matching: Matching;
  readonly keys: Keys | undefined;
  readonly profileName: string | undefined;
  /** The inputs `role-*` and `audience`. */
  readonly role: RoleInputs;
  /** Seconds. */
  readonly tokenDuration: number | undefined;
  readonly verify: Verify | undefined;
  readonly tools: readonly Tool[];
  readonly mainIndex: MainIndex;
  /** The repository that uploads go to by default. */
  readonly publishTo: Repository | undefined;
  readonly credentials: Credentials;
  readonly preflight: boolean;
  readonly cleanUp: boolean;
}

/** What the inputs say of a role to take on; each is undefined where left out. */
export interface RoleInputs {
  readonly arn: string | undefined;
  readonly sessionName: string | undefined;
  readonly externalId: string | undefined;
  /** Take it on with the credentials that the job has already, even where GitHub's OIDC token could be had. */
  readonly chaining: boolean | undefined;
  readonly audience: string | undefined;
}

/** Where pip finds the token: in a netrc, or in the URLs of pip.conf. */
export type Credentials = 'netrc' | 'url';

/**
 * @throws {Problems} with every input that is wrong: its name, its value (unless secret) and the rule
 */
export function readInputs(): Inputs {
  const secrets = {
    accessKeyId: getInput('aws-access-key-id'),
    secretAccessKey: getInput('aws-secret-access-key'),
    sessionToken: getInput('aws-session-token'),
  };
  for (const secret of Object.values(secrets)) maskSecret(secret);

  const [file, places, keys, profileName, role, tokenDuration, verify, tools, credentials, preflight, cleanUp] = all(
    () => readFileInputs(),
    () => readPlaces(),
    () => readKeys(secrets),
    () => optional('profile-name', (text) => text),
    () => readRoleInputs(),
    () =>
      optional('token-duration', (text) =>
        readTokenDuration(text, `Input token-duration is ${JSON.stringify(text)}; it`),
      ),
    () => optional('verify', (text) => readVerify(text, 'Input verify')),
    () => readTools(),
    () => oneOf('credentials', ['netrc', 'url'] as const),
    () => readSwitchInput('preflight') ?? false,
    () => readSwitchInput('clean-up') ?? true,
  );
  return {
    ...file,
    ...places,
    keys,
    profileName,
    role,
    tokenDuration,
    verify,
    tools,
    credentials,
    preflight,
    cleanUp,
  };
}

/** The repositories, and which of them installs and uploads use first. */
function readPlaces(): Pick<Inputs, 'repositories' | 'mainIndex' | 'publishTo'> {
  const repositories = readRepositories(getInput('repositories'));
  const [mainIndex, publishTo] = all(
    () => readMainIndex(plain('index-url'), repositories),
    () => readPublishTo(plain('publish-to'), repositories),
  );
  return { repositories, mainIndex, publishTo };
}

function readRoleInputs(): RoleInputs {
  const role = <T>(name: string, read: (text: string, place: string) => T) =>
    optional(name, (text) => read(text, `Input ${name} is ${JSON.stringify(text)}; it`));
  const [arn, sessionName, externalId, chaining, audience] = all(
    () => role('role-to-assume', readRoleArn),
    () => role('role-session-name', readSessionName),
    () => role('role-external-id', readExternalId),
    () => readSwitchInput('role-chaining'),
    () => optional('audience', (text) => text),
  );
  return { arn, sessionName, externalId, chaining, audience };
}

function readSwitchInput(name: string): boolean | undefined {
  return optional(name, (text) => readSwitch(text, `Input ${name} is ${JSON.stringify(text)}; it`));
}

/** The inputs that say which file is read and how; apart from the others, so that mistakes in both are told together. */
export function readFileInputs(): Pick<Inputs, 'keyringrc' | 'matching'> {
  const [keyringrc, matching] = all(
    () => plain('keyringrc'),
    () => oneOf('section-matching', ['strict', 'keyring'] as const),
  );
  return { keyringrc, matching };
}

function optional<T>(name: string, read: (text: string) => T): T | undefined {
  const text = plain(name);
  return text === '' ? undefined : read(text);
}

/** A value of one line without control characters, since it goes into files, requests and the log. */
function plain(name: string): string {
  const text = getInput(name);
  if (/\p{Cc}/u.test(text))
    fail(`Input ${name} holds a line break or another control character; write it on one line.`);
  return text;
}

/** The first choice is the default, for an input that is passed as an empty string. */
function oneOf<const T extends string>(name: string, choices: readonly T[]): T {
  const text = getInput(name);
  if (text === '') return choices[0] as T;
  return (
    choices.find((choice) => choice === text) ??
    fail(`Input ${name} is ${JSON.stringify(text)}; write one of ${choices.join(', ')}.`)
  );
}

function readKeys(secrets: Required<Keys>): Keys | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = secrets;
  for (const [name, value] of Object.entries(secrets)) {
    if (/[^\x21-\x7e]/.test(value)) fail(`Input ${KEY_INPUTS[name]} holds a blank or a character that no AWS key has.`);
  }
  if (accessKeyId === '' && secretAccessKey === '' && sessionToken === '') return undefined;
  if (accessKeyId === '' || secretAccessKey === '') {
    const missing = accessKeyId === '' ? 'aws-access-key-id' : 'aws-secret-access-key';
    fail(
      `Input ${missing} is empty while ${accessKeyId !== '' ? 'aws-access-key-id' : secretAccessKey !== '' ? 'aws-secret-access-key' : 'aws-session-token'} ` +
        'is given; give both keys or neither (an unset secret arrives as an empty string).',
    );
  }
  return sessionToken === '' ? { accessKeyId, secretAccessKey } : { accessKeyId, secretAccessKey, sessionToken };
}

const KEY_INPUTS: Record<string, string> = {
  accessKeyId: 'aws-access-key-id',
  secretAccessKey: 'aws-secret-access-key',
  sessionToken: 'aws-session-token',
};

function readTools(): Tool[] {
  const words = getInput('tools')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const tools = each(
    words.length === 0 ? ['pip', 'twine'] : words,
    (word) =>
      TOOLS.find((tool) => tool === word) ??
      fail(`Input tools names ${JSON.stringify(word)}; the tools are ${TOOLS.join(', ')}.`),
  );
  return [...new Set(tools)];
}
