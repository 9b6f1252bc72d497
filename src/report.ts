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
import { count } from './messages/wording.ts';
import type { MainIndex } from './repositories/default-index.ts';
import { iso, writeSummary } from './summary.ts';

/** Says what results have to tell, in the order of the stages. */
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

/** What a run came to. */
export interface Outcome {
  readonly granted: readonly GrantedRequest[];
  readonly changes: Changes;
  readonly inputs: Pick<Inputs, 'mainIndex' | 'publishTo' | 'settings' | 'tools'>;
  /** The private folder. */
  readonly folder: string;
  readonly pypirc: string | undefined;
  readonly machine: Machine;
}

/** Logs what was configured, and writes the job summary. */
export function report(outcome: Outcome): void {
  const { granted, changes, machine } = outcome;
  const expiration = firstEnd(granted);
  const warnings = [...changes.warnings, ...changes.overrides, ...lifetimeWarnings(outcome, expiration)];
  const tokens = granted.map(({ repository, token }) => `${repository.alias}: token until ${iso(token.expiration)}`);
  say([{ notes: [...changes.notes, ...tokens], warnings }]);
  writeSummary(granted, outcome.inputs, machine);
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

/** Seconds that a job may take where its workflow says nothing (GitHub docs, `timeout-minutes`: 360). */
const JOB_LIMIT = 21_600;

/** A user who chose a duration knows it; an annotation in each of their runs would teach them nothing. */
function lifetimeWarnings({ inputs, granted }: Outcome, expiration: Date): string[] {
  const chosen = granted.every(
    ({ choice }) => inputs.settings.tokenDuration !== undefined || choice.options.has('token_duration'),
  );
  if (chosen) return [];
  if (expiration.getTime() - Date.now() >= (JOB_LIMIT - 60) * 1000) return [];
  return [
    `A job may take 6 hours, and the first token ends before that (${iso(expiration)}): set token-duration: ` +
      `${JOB_LIMIT}, or use this action a second time in the job, which refreshes the tokens in place; in a shorter ` +
      'job any token-duration that you set silences this.',
  ];
}

function lineOf(number: number | undefined): string {
  return number === undefined ? '' : ` (line ${number})`;
}
