/** The job's log. The one place that prints, so that nothing printed can hold a secret or a command of the runner. */
import * as core from '@actions/core';
import { redact } from './masks.ts';

/** Prints a line. */
export function info(text: string): void {
  core.info(printable(text));
}

/** Prints lines under a heading that folds. */
export function group(heading: string, lines: readonly string[]): void {
  core.startGroup(printable(heading));
  for (const line of lines) info(line);
  core.endGroup();
}

/** Prints a notice, which GitHub also shows as an annotation of the step (10 at most). */
export function notice(text: string): void {
  core.notice(printable(text));
}

/** Prints a warning, which GitHub also shows as an annotation of the step (10 at most). */
export function warning(text: string): void {
  core.warning(printable(text));
}

/** Fails the step. One error annotation holds all problems, a line each, because GitHub keeps 10 of a step. */
export function failure(problems: readonly string[]): void {
  const lines = problems.map(printable);
  core.setFailed(
    lines.length === 1
      ? lines.join('')
      : [`${lines.length} problems:`, ...lines.map((line, index) => `${index + 1}. ${line}`)].join('\n'),
  );
}

/** Fails the step for an error that this action does not expect. Debug logs also show where it happened. */
export function unexpected(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  core.setFailed(printable(`This should not happen, please report it: ${name}: ${message}`));
  core.debug(printable(stack ?? ''));
}

/**
 * Makes text of any origin safe to print: known secrets become `***`, characters that end a line, move the cursor or
 * change the direction of writing become escapes, and the runner recognises neither form of a workflow command
 * (`::name::` at the start of a line, `##[name]` anywhere; actions/runner, ActionCommand.cs). A combining character at
 * the start becomes an escape too: behind `::error::` it would join the last colon, and the runner would find no
 * command.
 */
export function printable(text: string): string {
  return redact(text)
    .replace(/^\p{M}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '# #[');
}
