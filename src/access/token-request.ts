/**
 * What each repository needs from AWS: the section that applies to it, the identity, and how long the token lives.
 * Pure but for the disk that it is given.
 */
import { type Choice, chooseSection } from '../keyringrc/choose-section.ts';
import { NO_KEYRINGRC } from '../keyringrc/keyringrc.ts';
import type { KeyringrcFile } from '../keyringrc/keyringrc-file.ts';
import type { Matching } from '../keyringrc/section.ts';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { each, fail, failWithAll } from '../messages/problems.ts';
import type { Remarks } from '../messages/remarks.ts';
import { joinFirst, quoted } from '../messages/wording.ts';
import type { Repository } from '../repositories/repository.ts';
import { chooseIdentity, type Identity, type IdentityInputs } from './identity.ts';
import { hasProfile, hasStrayQuotes } from './profile-names.ts';
import { partitionOfRegion, partitionOfRole } from './role.ts';
import type { Verify } from './setting-values.ts';
import { overriddenBy, readSettings, type Settings } from './settings.ts';

/** Seconds that a token lives where nothing else is said: the default of `keyrings.codeartifact` 2.1.2. */
const DEFAULT_TOKEN_DURATION = 3600;

/** How to get one repository's token, and why so. */
export interface TokenRequest {
  readonly repository: Repository;
  readonly choice: Choice;
  readonly identity: Identity;
  /** Seconds; 0: as long as the role session. */
  readonly duration: number;
  readonly verify: Verify;
}

/** What the inputs say about the requests. */
export interface RequestInputs {
  readonly repositories: readonly Repository[];
  readonly matching: Matching;
  /** What the inputs say for every repository. */
  readonly settings: IdentityInputs;
}

/** The requests of all repositories, in the order listed. */
export interface TokenRequests extends Remarks {
  readonly requests: readonly TokenRequest[];
}

/**
 * Chooses the section of every repository; the inputs override what it says.
 * @throws {Problems} with every option of a chosen section that has no meaning, by file and line, and with every role
 *   that cannot serve its repository
 */
export function planTokenRequests(
  inputs: RequestInputs,
  file: KeyringrcFile | undefined,
  machine: Pick<Machine, 'environment' | 'home'>,
  disk: Disk,
): TokenRequests {
  const { repositories, matching, settings } = inputs;
  const fileName = file?.name ?? '';
  const requests = each(repositories, (repository): TokenRequest => {
    const choice = chooseSection(file?.content ?? NO_KEYRINGRC, repository, matching);
    const section = readSection(choice, fileName, settings);
    const identity = chooseIdentity(settings, section, choice.label, machine.environment, (profile) =>
      hasProfile(profile, machine, disk),
    );
    checkPartition(identity, repository);
    if (identity.kind === 'source') failWithAll(quotesAround(identity, choice));
    return {
      repository,
      choice,
      identity,
      duration: settings.tokenDuration ?? section.tokenDuration ?? DEFAULT_TOKEN_DURATION,
      verify: settings.verify ?? section.verify ?? true,
    };
  });
  const quotes = requests.flatMap(({ identity, choice }) => quotesAround(identity, choice));
  return { requests, notes: notesOf(requests), warnings: [...new Set(quotes), ...warningsOf(requests)] };

  /** What to say of the profile that an identity names, or that GitHub's OIDC token takes the place of. */
  function quotesAround(identity: Identity, { options }: Choice): string[] {
    const source = identity.kind === 'oidc' ? identity.instead : identity.source;
    if (source?.kind !== 'profile' || !hasStrayQuotes(source.profile, machine, disk)) return [];
    const option = settings.profile === undefined ? options.get('profile_name') : undefined;
    const place = option ? `${fileName} line ${option.line}: profile_name` : 'Input profile-name';
    return [
      `${place} has quotes around it, which are a part of the profile's name, and this machine has no profile of ` +
        'that name; remove the quotes.',
    ];
  }
}

/** What a section says, as far as the inputs leave it in force. */
function readSection({ options }: Choice, file: string, inputs: Settings): Settings {
  const overridden = overriddenBy(inputs);
  return readSettings((name, { option, secret }) => {
    const found = overridden.has(name) ? undefined : options.get(option);
    // keyrings.codeartifact 2.1.2: an empty option counts as absent; an empty token_duration is a mistake.
    if (found === undefined || (found.value === '' && name !== 'tokenDuration')) return undefined;
    const { line, value } = found;
    const place = `${file} line ${line}: ${option}`;
    if (value.includes('\n')) {
      fail(`${place} goes on in the next line, because that is indented deeper; remove the indentation.`);
    }
    if (/\p{Cc}/u.test(value)) fail(`${place} has a control character in it; remove that.`);
    return { text: value, place: secret || !isHarmless(value) ? place : `${place} is ${quoted(value)}; it` };
  });
}

/** Whether a value may be shown: nothing in it is as long as a secret key of AWS, which somebody may have put there. */
function isHarmless(value: string): boolean {
  return !/[A-Za-z0-9+/=]{40}/.test(value);
}

/** A role of another partition can never be assumed; AWS would only say that the credentials are wrong. */
function checkPartition({ role }: Identity, { alias, region }: Repository): void {
  if (!role || partitionOfRole(role) === partitionOfRegion(region)) return;
  fail(
    `${alias}: the role ${role.arn} (${role.from}) is in partition ${partitionOfRole(role)}, the repository in ` +
      `${partitionOfRegion(region)}; name a role of that partition.`,
  );
}

/** Each profile that gives way to a role. */
function notesOf(requests: readonly TokenRequest[]): string[] {
  const given = requests.flatMap(({ identity }) =>
    identity.kind === 'oidc' && identity.instead
      ? [
          `This machine has no profile ${quoted(identity.instead.profile)} (${identity.instead.from}), so the role ` +
            `${identity.role.arn} is assumed with GitHub's OIDC token.`,
        ]
      : [],
  );
  return [...new Set(given)];
}

/**
 * Warns where the two ways of matching differ. It is for a step that got its tokens: one that got none has other news,
 * and its log shows what the other way would take.
 */
export function describeDifferences(requests: readonly TokenRequest[], matching: Matching): string[] {
  const other = matching === 'strict' ? 'keyring' : 'strict';
  return requests.flatMap(({ repository: { alias, account }, choice }) =>
    choice.other === undefined
      ? []
      : [
          `${alias}: section-matching ${matching} takes ${describeChoice(choice)}, ${other} would take ` +
            `${describeChoice(choice.other)}; to make them agree, add a section with account="${account}".`,
        ],
  );
}

/** What has no effect, and where TLS is not verified. */
function warningsOf(requests: readonly TokenRequest[]): string[] {
  const unused = requests.flatMap(({ repository, identity }) =>
    identity.kind === 'oidc' && identity.role.externalId !== undefined
      ? [
          `${repository.alias}: the external id for ${identity.role.arn} is not used, since the role is assumed with ` +
            "GitHub's OIDC token; leave it out, or set role-chaining.",
        ]
      : [],
  );
  const unverified = requests.filter(({ verify }) => verify === false).map(({ repository }) => repository.alias);
  const insecure =
    unverified.length === 0
      ? []
      : [
          `The certificates of AWS are not verified for ${joinFirst(unverified)} (verify is off), so anyone on the ` +
            'network can read the token; set verify to the path of a CA bundle instead.',
        ];
  return [...unused, ...insecure];
}

/** The section of a choice in words. */
export function describeChoice({ label, line }: Pick<Choice, 'label' | 'line'>): string {
  return line === undefined ? 'no section' : `[${label}] (line ${line})`;
}
