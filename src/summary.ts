/** The job summary: the edge to the runner's summary file. */
import { summary } from '@actions/core';
import { describeIdentity } from './access/identity.ts';
import { describeComparison } from './access/request-words.ts';
import type { TokenRequest } from './access/token-request.ts';
import type { GrantedRequest } from './access/tokens.ts';
import { type ClientPlan, describeClient } from './clients/client-plan.ts';
import { rowOf } from './clients/table.ts';
import { appendTo } from './github/command-file.ts';
import { inBasicPlane, warning } from './github/log.ts';
import type { Inputs } from './inputs.ts';
import type { Environment, Machine } from './machine/machine.ts';

type Chosen = Pick<Inputs, 'publishTo' | 'tools'>;

const COLUMNS = ['Repository', 'Section', 'Why', 'Identity'];

/**
 * Writes a table of the repositories. A failure to write it does not fail the step, since everything works
 * already: it draws a warning.
 */
export function writeSummary(granted: readonly GrantedRequest[], inputs: Chosen, { environment }: Machine): void {
  const rows = granted.map((request) => [
    ...cellsOf(request, inputs, environment),
    iso(request.token.expiration).replace('T', ' ').replace('Z', ''),
  ]);
  write(
    summary.addHeading('CodeArtifact', 3).addTable([header(...COLUMNS, 'Token until (UTC)'), ...rows]),
    environment,
  );
}

/** Writes what a run would do: the same table, and one of the clients. A failure is a warning as well. */
export function writePlanSummary(
  requests: readonly TokenRequest[],
  clients: readonly ClientPlan[],
  inputs: Chosen,
  { environment }: Machine,
): void {
  const rows = requests.map((request) => [
    ...cellsOf(request, inputs, environment),
    html(request.choice.runnerUp ? describeComparison(request.choice.runnerUp) : 'none'),
  ]);
  const tools = clients.map((client) => [client.tool, describeClient(client).map(code).join('<br>')]);
  write(
    summary
      .addHeading('CodeArtifact: a plan, nothing is configured', 3)
      .addTable([header(...COLUMNS, 'Runner-up'), ...rows])
      .addTable([header('Client', 'What a run would do'), ...tools]),
    environment,
  );
}

function cellsOf(
  { repository: { alias, url }, choice, identity }: TokenRequest,
  inputs: Chosen,
  environment: Environment,
) {
  const { publishTo, tools } = inputs;
  const uploads = tools.some((tool) => rowOf(tool).uploads) ? publishTo?.alias : undefined;
  return [
    `${alias}<br>${code(url)}${alias === uploads ? '<br>uploads go here' : ''}`,
    choice.label === '' ? 'no file' : code(`[${choice.label}]`) + (choice.line ? ` (line ${choice.line})` : ''),
    html(choice.label === '' ? 'inputs and environment decide' : choice.why),
    html(describeIdentity(identity, environment)),
  ];
}

function header(...titles: readonly string[]) {
  return titles.map((data) => ({ data, header: true }));
}

function write(written: typeof summary, environment: Environment): void {
  if (!environment['GITHUB_STEP_SUMMARY']) return;
  try {
    appendTo('GITHUB_STEP_SUMMARY', written.stringify(), environment);
  } catch (error) {
    warning(`The job summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** ISO 8601 in UTC, to the second. */
export function iso(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function code(text: string): string {
  return `<code>${html(text)}</code>`;
}

function html(text: string): string {
  return inBasicPlane(text).replace(/[&<>"'|]/g, (char) => `&#${char.codePointAt(0)};`);
}
