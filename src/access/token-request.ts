/** What each repository needs from AWS: the section that speaks for it, the identity, how long the token lives. Pure. */

import type { Inputs } from '../inputs.ts';
import { type Choice, chooseSection } from '../keyringrc/choose-section.ts';
import { type Keyringrc, NO_KEYRINGRC } from '../keyringrc/keyringrc.ts';
import { all, each, fail } from '../messages/problems.ts';
import type { Repository } from '../repositories/repository.ts';
import { chooseIdentity, type Identity } from './identity.ts';
import { partitionOf, readExternalId, readRoleArn, readSessionName } from './role.ts';
import { DEFAULT_TOKEN_DURATION, readSwitch, readTokenDuration, readVerify, type Verify } from './settings.ts';

/** How one repository's token is to be got, and why so. */
export interface Access {
  readonly repository: Repository;
  readonly choice: Choice;
  readonly identity: Identity;
  /** Seconds; 0: as long as the role session. */
  readonly duration: number;
  readonly verify: Verify;
}

/** A keyringrc.cfg that was read, and how to call it in messages. */
export interface KeyringrcFile {
  readonly name: string;
  readonly content: Keyringrc;
}

/**
 * Chooses the section of every repository; inputs override what it says.
 * @throws {Problems} with every option of a chosen section that has no meaning, by file and line
 */
export function planAccess(inputs: Inputs, file: KeyringrcFile | undefined, environment: NodeJS.ProcessEnv): Access[] {
  return each(inputs.repositories, (repository) => {
    const { domain, account, region, repository: name } = repository;
    const choice = chooseSection(file?.content ?? NO_KEYRINGRC, { domain, account, region, name }, inputs.matching);
    const option = <T>(option: string, read: (value: string, place: string) => T): T | undefined => {
      const found = choice.options.get(option);
      if (found === undefined) return undefined;
      const place = `${file?.name ?? 'keyringrc.cfg'} line ${found.line}: ${option}`;
      if (/\p{Cc}/u.test(found.value)) {
        fail(
          `${place} holds a control character or goes on in the next line, because that is indented deeper; unindent it.`,
        );
      }
      return read(found.value, place);
    };
    const given = <T>(name: string, read: (value: string, place: string) => T) =>
      option(name, (value, place) => (value === '' ? undefined : read(value, `${place}`)));
    const [duration, verify] = all(
      () => inputs.tokenDuration ?? option('token_duration', readTokenDuration) ?? DEFAULT_TOKEN_DURATION,
      () =>
        inputs.verify ?? option('verify', (value, place) => (value === '' ? true : readVerify(value, place))) ?? true,
      ...['profile_name', 'aws_access_key_id', 'aws_secret_access_key'].map(
        (name) => () => option(name, (value) => value),
      ),
      () => given('role_arn', readRoleArn),
      () => given('role_session_name', readSessionName),
      () => given('external_id', readExternalId),
      () => given('role_chaining', readSwitch),
    );
    const identity = chooseIdentity(inputs, choice, environment);
    checkPartition(identity, repository);
    return { repository, choice, identity, duration, verify };
  });
}

/** A role of another partition could never be taken on; AWS would only say that the credentials are wrong. */
function checkPartition({ role }: Identity, { name, region }: Repository): void {
  if (!role || partitionOf(role) === partitionOf({ region })) return;
  fail(
    `${name}: the role ${role.arn} (${role.from}) is of the partition ${partitionOf(role)}, the repository's region ${region} of ` +
      `${partitionOf({ region })}; name a role of that partition.`,
  );
}

/** What a person should know about the choices: where the two ways of matching differ, and where TLS is not verified. */
export function accessWarnings(accesses: readonly Access[], matching: Inputs['matching']): string[] {
  const other = matching === 'strict' ? 'keyring' : 'strict';
  const differing = accesses.flatMap(({ repository, choice }) =>
    choice.other === undefined
      ? []
      : [
          `${repository.name}: section-matching ${matching} takes ${describeChoice(choice)}, ` +
            `${other} would take ${describeChoice(choice.other)}.`,
        ],
  );
  const unused = accesses.flatMap(({ repository, identity }) =>
    identity.source.kind === 'oidc' && identity.role?.externalId !== undefined
      ? [
          `${repository.name}: the external id for ${identity.role.arn} is not used, since GitHub's OIDC token takes the role on; leave it out, or set role-chaining.`,
        ]
      : [],
  );
  const unverified = accesses.filter(({ verify }) => verify === false).map(({ repository }) => repository.name);
  if (unverified.length === 0) return [...differing, ...unused];
  return [
    ...differing,
    ...unused,
    `The certificates of AWS are not verified for ${unverified.join(', ')} (verify is off): anyone on the way can read the token. ` +
      'Give verify the path of a CA bundle instead.',
  ];
}

function describeChoice(choice: Pick<Choice, 'label' | 'line'>): string {
  return choice.line === undefined ? `[${choice.label}]` : `[${choice.label}] (line ${choice.line})`;
}
