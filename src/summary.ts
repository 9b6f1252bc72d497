/** The job summary: the edge to the runner's summary file. */
import { summary } from '@actions/core';
import { describeIdentity } from './access/identity.ts';
import type { GrantedRequest } from './access/tokens.ts';
import { rowOf } from './clients/table.ts';
import { appendTo } from './github/command-file.ts';
import { inBasicPlane, warning } from './github/log.ts';
import type { Inputs } from './inputs.ts';
import type { Machine } from './machine/machine.ts';

const HEADING = ['Repository', 'Section', 'Why', 'Identity', 'Token until (UTC)'];

/**
 * Writes a table of the repositories. A failure to write it does not fail the step, since everything works
 * already: it draws a warning.
 */
export function writeSummary(
  granted: readonly GrantedRequest[],
  { publishTo, tools }: Pick<Inputs, 'publishTo' | 'tools'>,
  { environment }: Machine,
): void {
  if (!environment['GITHUB_STEP_SUMMARY']) return;
  const uploads = tools.some((tool) => rowOf(tool).uploads) ? publishTo?.alias : undefined;
  const rows = granted.map(({ repository: { alias, url }, choice, identity, token }) => [
    `${alias}<br>${code(url)}${alias === uploads ? '<br>uploads go here' : ''}`,
    choice.label === '' ? 'no file' : code(`[${choice.label}]`) + (choice.line ? ` (line ${choice.line})` : ''),
    html(choice.label === '' ? 'inputs and environment decide' : choice.why),
    html(describeIdentity(identity, environment)),
    iso(token.expiration).replace('T', ' ').replace('Z', ''),
  ]);
  const text = summary
    .addHeading('CodeArtifact', 3)
    .addTable([HEADING.map((data) => ({ data, header: true })), ...rows])
    .stringify();
  try {
    appendTo('GITHUB_STEP_SUMMARY', text, environment);
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
