/** A token request for people and programs to read. Pure; it holds no secret. */
import type { Comparison } from '../keyringrc/choose-section.ts';
import type { Machine } from '../machine/machine.ts';
import { describeIdentity, originOf } from './identity.ts';
import type { TokenRequest } from './token-request.ts';

/** One element of the output `repositories`, but for when its token ends. */
export function describeRequest(
  { repository, choice, identity }: TokenRequest,
  { environment }: Pick<Machine, 'environment'>,
) {
  const { alias, name, url, indexUrl, domain, account, region } = repository;
  const { runnerUp } = choice;
  return {
    name: alias,
    url,
    indexUrl,
    domain,
    account,
    region,
    repository: name,
    section: choice.label,
    line: choice.line ?? null,
    score: choice.score,
    why: choice.why,
    runnerUp: runnerUp
      ? { section: runnerUp.label, line: runnerUp.line ?? null, score: runnerUp.score, why: runnerUp.why }
      : null,
    identity: describeIdentity(identity, environment),
    identityFrom: originOf(identity),
  };
}

/** A section beside a repository, such as `[codeartifact account="1"] (line 3): account matches; 1 of 1 qualifier`. */
export function describeComparison({ label, line, why }: Comparison): string {
  return `[${label}]${line === undefined ? '' : ` (line ${line})`}: ${why}`;
}
