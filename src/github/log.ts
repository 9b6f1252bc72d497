/** What is said in the job's log: the one place that prints, so that nothing printed can hold a secret or a command. */
import * as core from '@actions/core';
import { redact } from './masks.ts';

/** Prints a line. */
export function info(text: string): void {
  core.info(printable(text));
}

/** Prints lines under a heading that the log folds. */
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

/** Fails the step with all its problems: one error annotation that holds them all, a line each. */
export function failure(problems: readonly string[]): void {
  const lines = problems.map(printable);
  core.setFailed(
    lines.length === 1
      ? (lines[0] as string)
      : [`${lines.length} problems:`, ...lines.map((line, i) => `${i + 1}. ${line}`)].join('\n'),
  );
}

/** Fails the step for an error that nobody foresaw; where it happened is told only to those who ask for debug logs. */
export function unexpected(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  core.setFailed(printable(`This should not happen, please report it: ${name}: ${message}`));
  core.debug(printable(stack ?? ''));
}

/**
 * Makes text of any origin safe to print: known secrets become `***`, characters that end a line, move the cursor or
 * change the direction of writing become escapes, and neither form of a workflow command is recognised
 * (`::name::` at the start of a line, `##[name]` anywhere; actions/runner, ActionCommand.cs).
 */
export function printable(text: string): string {
  return redact(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '# #[');
}
