/** The job summary: the edge to the runner's summary file. */
import { summary } from '@actions/core';
import { describeIdentity, nameIdentity } from './access/identity.ts';
import { describeComparison } from './access/request-words.ts';
import type { TokenRequest } from './access/token-request.ts';
import type { GrantedRequest } from './access/tokens.ts';
import { type ClientPlan, describeClient } from './clients/client-plan.ts';
import { rowOf } from './clients/table.ts';
import { appendTo } from './github/command-file.ts';
import { inBasicPlane, warning } from './github/log.ts';
import type { Inputs } from './inputs.ts';
import type { Environment, Machine } from './machine/machine.ts';

type Chosen = Pick<Inputs, 'mainIndex' | 'publishTo' | 'tools'>;

/** Rows that a table shows at once; the rest stands in the folded part, which has all. */
const MOST_ROWS = 20;

/**
 * Writes a table of the repositories, compact since each job of a matrix has one, and folded below it the reasons. A
 * failure to write it does not fail the step, since everything works already: it draws a warning.
 */
export function writeSummary(granted: readonly GrantedRequest[], inputs: Chosen, { environment }: Machine): void {
  const rows = granted.map(({ repository: { alias }, identity, token }) => [
    `<b>${html(alias)}</b>`,
    nameInCode(nameIdentity(identity, environment)),
    html(describeUse(alias, inputs)),
    clock(token.expiration),
  ]);
  write(
    summary
      .addTable([header('CodeArtifact repository', 'As', 'Used for', 'Token until'), ...firstOf(rows)])
      .addDetails('Which section, and whose credentials', reasonsOf(granted, environment)),
    environment,
  );
}

/**
 * Writes what a run would do: a table of the repositories, and folded below it the reasons and what each client gets,
 * which of a dozen repositories is long.
 */
export function writePlanSummary(
  requests: readonly TokenRequest[],
  clients: readonly ClientPlan[],
  inputs: Chosen,
  { environment }: Machine,
): void {
  const rows = requests.map(({ repository: { alias }, identity }) => [
    `<b>${html(alias)}</b>`,
    nameInCode(nameIdentity(identity, environment)),
    html(describeUse(alias, inputs)),
  ]);
  const tools = clients.map((client) => {
    const lines = [`<b>${client.tool}</b>`, ...describeClient(client).map(code)];
    return `<li>${lines.join('<br>')}</li>`;
  });
  write(
    summary
      .addHeading('CodeArtifact: a plan, nothing is configured', 4)
      .addTable([header('CodeArtifact repository', 'As', 'Used for'), ...firstOf(rows)])
      .addDetails('Which section, and whose credentials', reasonsOf(requests, environment))
      .addDetails('What a run would write and set, for each client', `<ul>${tools.join('')}</ul>`),
    environment,
  );
}

function firstOf(rows: readonly string[][]): string[][] {
  const more = rows.length - MOST_ROWS;
  if (more <= 0) return [...rows];
  return [...rows.slice(0, MOST_ROWS), [`and ${more} more, below`, ...(rows[0] ?? []).slice(1).map(() => '')]];
}

/** What a repository is there for. */
function describeUse(alias: string, { mainIndex, publishTo, tools }: Chosen): string {
  const installs = tools.some((tool) => rowOf(tool).installs);
  const uploads = publishTo?.alias === alias && tools.some((tool) => rowOf(tool).uploads);
  const isMain = mainIndex.kind === 'repository' && mainIndex.repository.alias === alias;
  const words = [
    ...(installs
      ? [mainIndex.kind === 'project' ? 'installs that the project names' : isMain ? 'installs, first' : 'installs']
      : []),
    ...(uploads ? ['uploads'] : []),
  ];
  return words.join('; ') || 'what names it';
}

/** A list with the address of each repository, its section and why, and its identity in full. */
function reasonsOf(requests: readonly TokenRequest[], environment: Environment): string {
  const items = requests.map(({ repository: { alias, url }, choice, identity }) => {
    const lines = [
      `<b>${html(alias)}</b> ${code(url)}`,
      choice.label === '' ? 'no file: inputs and environment decide' : `section ${code(describeComparison(choice))}`,
      ...(choice.runnerUp ? [`next ${code(describeComparison(choice.runnerUp))}`] : []),
      html(describeIdentity(identity, environment)),
    ];
    return `<li>${lines.join('<br>')}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

/** The name of a role, in the middle of what is said of it, as code. */
function nameInCode(text: string): string {
  return html(text).replace(/^role (\S+)/, 'role <code>$1</code>');
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

/** The time of a day in UTC, such as `14:00 UTC`; no token lives for more than 12 hours. */
export function clock(date: Date): string {
  return `${date.toISOString().slice(11, 16)} UTC`;
}

function code(text: string): string {
  return `<code>${html(text)}</code>`;
}

function html(text: string): string {
  return inBasicPlane(text).replace(/[&<>"'|]/g, (char) => `&#${char.codePointAt(0)};`);
}
