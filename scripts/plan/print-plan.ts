/** A plan as tables for a terminal. */
import type { styleText } from 'node:util';
import type { describeRequest } from '../../src/access/request-words.ts';
import { type ClientPlan, describeClient } from '../../src/clients/client-plan.ts';
import { printable } from '../../src/github/log.ts';

/** What `--json` prints. */
export interface PrintedPlan {
  /** The keyringrc.cfg, as the caller named it. */
  readonly file: string;
  /** As in the action's output, without the ends of the tokens. */
  readonly repositories: readonly ReturnType<typeof describeRequest>[];
  /** As in the action's output `plan`. */
  readonly clients: readonly ClientPlan[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

/** The lines: a table for each repository, one for each client, then notes and warnings. */
export function printPlan({ repositories, clients, notes, warnings }: PrintedPlan, style: Style): string[] {
  return [
    ...repositories.flatMap((one) => [
      style('bold', printable(one.name)),
      ...rows([
        ['url', one.url],
        ['section', headerOf(one)],
        ['score', `${one.score}: ${one.why}`],
        ['runner-up', one.runnerUp ? `${headerOf(one.runnerUp)}: ${one.runnerUp.why}` : 'none'],
        ['identity', one.identityFrom === 'environment' ? style('yellow', one.identity) : one.identity],
      ]),
      '',
    ]),
    ...clients.flatMap((client) => [
      style('bold', client.tool),
      ...describeClient(client).map(
        (line) => `  ${line.startsWith(' ') ? style('dim', printable(line)) : printable(line)}`,
      ),
      '',
    ]),
    ...notes.map(printable),
    ...warnings.map((text) => style('yellow', `Warning: ${printable(text)}`)),
  ];
}

function rows(cells: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...cells.map(([name]) => name.length));
  return cells.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

function headerOf({ section, line }: { readonly section: string; readonly line: number | null }): string {
  return printable(`[${section}]${line === null ? '' : ` (line ${line})`}`);
}
