/** What the run says when it is done: outputs, log, job summary. */
import { join } from 'node:path';
import { setOutput, summary } from '@actions/core';
import { describeIdentity } from './access/identity.ts';
import type { Access, KeyringrcFile } from './access/token-request.ts';
import type { Granted } from './access/tokens.ts';
import type { Changes, PrivateFile } from './clients/changes.ts';
import { hasDefaultUpload } from './clients/index.ts';
import type { MainIndex } from './clients/indexes.ts';
import { group, info, printable, warning } from './github/log.ts';
import type { Inputs } from './inputs.ts';
import type { Repository } from './repositories/repository.ts';

/** What there is to tell. */
export interface Outcome {
  readonly granted: readonly Granted[];
  readonly changes: Changes;
  readonly inputs: Pick<Inputs, 'mainIndex' | 'publishTo' | 'tokenDuration' | 'tools'>;
  /** The private folder. */
  readonly folder: string;
  readonly pypirc: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** Logs which section each repository got and why, before AWS is asked: the answer to most failures is here. */
export function reportAccesses(
  accesses: readonly Access[],
  file: KeyringrcFile | undefined,
  environment: NodeJS.ProcessEnv,
): void {
  info(
    file
      ? `Sections are from ${file.name}.`
      : 'No keyringrc.cfg was found; inputs and the environment say whose credentials are used.',
  );
  group(
    `${accesses.length} ${accesses.length === 1 ? 'repository' : 'repositories'}`,
    accesses.flatMap(({ repository, choice, identity }) => [
      `${repository.name}: ${repository.url}`,
      ...(choice.label === '' ? [] : [`  section [${choice.label}]${line(choice.line)}: ${choice.why}`]),
      `  identity: ${describeIdentity(identity, environment)}`,
    ]),
  );
}

/** Sets the outputs, logs what was configured, and writes the job summary. */
export async function report(outcome: Outcome): Promise<void> {
  const { granted, changes, folder, pypirc, environment } = outcome;
  const { mainIndex, publishTo } = outcome.inputs;
  const pathOf = (name: PrivateFile['name']) =>
    changes.files.some((file) => file.name === name) ? join(folder, name) : '';
  const published = granted.find(({ repository }) => repository.name === publishTo?.name) ?? granted[0];
  const expiration = new Date(Math.min(...granted.map(({ token }) => token.expiration.getTime())));
  setOutput('pip-config-file', pathOf('pip.conf'));
  setOutput('netrc-file', pathOf('netrc'));
  setOutput('pypirc-file', pypirc ?? '');
  setOutput('index-url', indexUrl(mainIndex));
  setOutput('repository-url', publishTo?.url ?? '');
  setOutput('token', published?.token.value ?? '');
  setOutput('expiration', iso(expiration));
  setOutput('repositories', JSON.stringify(granted.map((one) => describe(one, environment))));

  for (const note of changes.notes) info(note);
  for (const one of granted) info(`${one.repository.name}: token until ${iso(one.token.expiration)}`);
  for (const text of [...changes.warnings, ...changes.overrides, ...lifetimeWarnings(outcome, expiration)])
    warning(text);
  await writeSummary(granted, environment, hasDefaultUpload(outcome.inputs.tools) ? publishTo : undefined);
}

/** Seconds that a job may take where its workflow says nothing (GitHub docs, `timeout-minutes`: 360). */
const JOB_LIMIT = 21_600;

/** Whoever chose a duration knows; an annotation in each of his runs would teach him nothing. */
function lifetimeWarnings({ inputs, granted }: Outcome, expiration: Date): string[] {
  const chosen = granted.every(
    ({ choice }) => inputs.tokenDuration !== undefined || choice.options.has('token_duration'),
  );
  if (chosen) return [];
  if (expiration.getTime() - Date.now() >= (JOB_LIMIT - 60) * 1000) return [];
  return [
    `A job may take 6 hours, and the first token ends before that (${iso(expiration)}): set token-duration: ${JOB_LIMIT}, or use this action a ` +
      'second time in the job, which refreshes the tokens in place; in a shorter job any token-duration that you set silences this.',
  ];
}

function indexUrl(main: MainIndex): string {
  if (main.kind === 'repository') return main.repository.indexUrl;
  return main.kind === 'foreign' ? main.url : '';
}

/** One element of the output `repositories`. */
function describe({ repository, choice, identity, token }: Granted, environment: NodeJS.ProcessEnv) {
  const { name, url, indexUrl, domain, account, region } = repository;
  return {
    name,
    url,
    indexUrl,
    domain,
    account,
    region,
    repository: repository.repository,
    section: choice.label,
    score: choice.score,
    identity: describeIdentity(identity, environment),
    expiration: iso(token.expiration),
  };
}

/** A failure to write the summary is no reason to fail the step: everything works already. */
async function writeSummary(
  granted: readonly Granted[],
  environment: NodeJS.ProcessEnv,
  publishTo: Repository | undefined,
): Promise<void> {
  if (!environment['GITHUB_STEP_SUMMARY']) return;
  const heading = ['Repository', 'Section', 'Why', 'Identity', 'Token until (UTC)'];
  const rows = granted.map(({ repository, choice, identity, token }) => [
    `${repository.name}<br>${code(repository.url)}${repository.name === publishTo?.name ? '<br>uploads go here' : ''}`,
    choice.label === '' ? 'no file' : code(`[${choice.label}]`) + line(choice.line),
    html(choice.label === '' ? 'inputs and environment decide' : choice.why),
    html(describeIdentity(identity, environment)),
    iso(token.expiration).replace('T', ' ').replace('Z', ''),
  ]);
  try {
    await summary
      .addHeading('CodeArtifact', 3)
      .addTable([heading.map((data) => ({ data, header: true })), ...rows])
      .write();
  } catch (error) {
    warning(`The job summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function line(number: number | undefined): string {
  return number === undefined ? '' : ` (line ${number})`;
}

function code(text: string): string {
  return `<code>${html(text)}</code>`;
}

function html(text: string): string {
  return printable(text).replace(/[&<>"'|]/g, (char) => `&#${char.codePointAt(0)};`);
}

/** ISO 8601 in UTC, to the second. */
function iso(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
