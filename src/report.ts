/**
 * What the run says: warnings and notes, in one order; outputs and log when it is done. The edge to the runner's
 * outputs.
 */
import { join } from 'node:path';
import { describeIdentity } from './access/identity.ts';
import type { TokenRequest } from './access/token-request.ts';
import type { GrantedRequest } from './access/tokens.ts';
import type { Changes } from './clients/changes.ts';
import { appendTo, assign } from './github/command-file.ts';
import { group, info, warning } from './github/log.ts';
import type { Inputs } from './inputs.ts';
import type { KeyringrcFile } from './keyringrc/keyringrc-file.ts';
import type { Machine } from './machine/machine.ts';
import type { Remarks } from './messages/remarks.ts';
import { count, joinWords } from './messages/wording.ts';
import type { MainIndex } from './repositories/default-index.ts';
import { iso, writeSummary } from './summary.ts';

/** Says what results have to tell, in their order: the notes of all of them, then the warnings. */
export function say(results: readonly (Remarks | undefined)[]): void {
  for (const text of results.flatMap((result) => result?.notes ?? [])) info(text);
  for (const text of results.flatMap((result) => result?.warnings ?? [])) warning(text);
}

/** Logs which section each repository got and why, before AWS is asked: the answer to most failures is here. */
export function reportRequests(
  requests: readonly TokenRequest[],
  file: KeyringrcFile | undefined,
  { environment }: Machine,
): void {
  info(
    file
      ? `Sections are from ${file.name}.`
      : 'No keyringrc.cfg was found; inputs and the environment say whose credentials are used.',
  );
  group(
    count(requests.length, 'repository', 'repositories'),
    requests.flatMap(({ repository, choice, identity }) => [
      `${repository.alias}: ${repository.url}`,
      ...(choice.label === '' ? [] : [`  section [${choice.label}]${lineOf(choice.line)}: ${choice.why}`]),
      `  identity: ${describeIdentity(identity, environment)}`,
    ]),
  );
}

/** Says that a pull request from a fork passes without anything being configured. */
export function reportSkipped({ environment }: Machine): void {
  info('This pull request is from a fork, so the job has no AWS credentials. Nothing is configured (forks: skip).');
  appendTo('GITHUB_OUTPUT', assign('configured', 'false'), environment);
}

/** What a run came to. */
export interface Outcome {
  readonly granted: readonly GrantedRequest[];
  readonly changes: Changes;
  readonly inputs: Pick<Inputs, 'mainIndex' | 'publishTo' | 'settings' | 'summary' | 'tools'>;
  /** The private folder. */
  readonly folder: string;
  readonly pypirc: string | undefined;
  readonly machine: Machine;
}

/**
 * Logs what was configured, and writes the job summary.
 * @param beside warnings of other uses in the job
 */
export function report(outcome: Outcome, beside: readonly string[]): void {
  const { granted, changes, machine } = outcome;
  const notes = [...changes.notes, ...describeExpiry(outcome, new Date())];
  say([{ notes, warnings: [...changes.warnings, ...changes.overrides, ...beside] }]);
  if (outcome.inputs.summary) writeSummary(granted, outcome.inputs, machine);
}

/**
 * Sets the outputs, all of them or none.
 * @returns the way back
 * @throws {Problems} where they cannot be set
 */
export function setOutputs({ granted, changes, inputs, folder, pypirc, machine }: Outcome): () => void {
  const { mainIndex, publishTo } = inputs;
  const pathOf = (name: string) => (changes.files.some((file) => file.name === name) ? join(folder, name) : '');
  const published = granted.find(({ repository }) => repository.alias === publishTo?.alias) ?? granted[0];
  const outputs = {
    configured: 'true',
    'pip-config-file': pathOf('pip.conf'),
    'netrc-file': pathOf('netrc'),
    'pypirc-file': pypirc ?? '',
    'index-url': indexUrlOf(mainIndex),
    'repository-url': publishTo?.url ?? '',
    token: published?.token.value ?? '',
    expiration: iso(firstEnd(granted)),
    repositories: JSON.stringify(granted.map((one) => describe(one, machine))),
  };
  const lines = Object.entries(outputs).map(([name, value]) => assign(name, value));
  return appendTo('GITHUB_OUTPUT', lines.join(''), machine.environment);
}

function firstEnd(granted: readonly GrantedRequest[]): Date {
  return new Date(Math.min(...granted.map(({ token }) => token.expiration.getTime())));
}

function indexUrlOf(main: MainIndex): string {
  if (main.kind === 'repository') return main.repository.indexUrl;
  return main.kind === 'foreign' ? main.url : '';
}

/** One element of the output `repositories`. */
function describe({ repository, choice, identity, token }: GrantedRequest, { environment }: Machine) {
  const { alias, name, url, indexUrl, domain, account, region } = repository;
  return {
    name: alias,
    url,
    indexUrl,
    domain,
    account,
    region,
    repository: name,
    section: choice.label,
    score: choice.score,
    identity: describeIdentity(identity, environment),
    expiration: iso(token.expiration),
  };
}

/** When the tokens end, and what a user may do who has chosen no duration and whose job takes longer. */
function describeExpiry({ inputs, granted }: Outcome, now: Date): string[] {
  const chosen = granted.every(
    ({ choice }) => inputs.settings.tokenDuration !== undefined || choice.options.has('token_duration'),
  );
  const remedy = chosen ? '' : ' Does the job take longer? Set token-duration, or use this action again later in it.';
  const ends = [...Map.groupBy(granted, ({ token }) => iso(token.expiration))];
  return ends.map(([time, sharing], index) => {
    const whose = ends.length === 1 ? '' : ` of ${joinWords(sharing.map(({ repository }) => repository.alias))}`;
    const [subject, verb] = sharing.length === 1 ? ['The token', 'ends'] : ['The tokens', 'end'];
    const left = describeLeft(Date.parse(time) - now.getTime());
    return `${subject}${whose} ${verb} at ${time} (in ${left}).${index === ends.length - 1 ? remedy : ''}`;
  });
}

/** Hours where they are whole, else minutes. */
function describeLeft(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  return minutes >= 60 && minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute');
}

function lineOf(number: number | undefined): string {
  return number === undefined ? '' : ` (line ${number})`;
}
