/** The job's log. The one place that prints, so that nothing printed can hold a secret or a command of the runner. */
import * as core from '@actions/core';
import { annotationOf } from '../messages/annotation.ts';
import type { Remarks } from '../messages/remarks.ts';
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

/** Prints a line that only debug logs show. */
export function debug(text: string): void {
  core.debug(printable(text));
}

/** Prints a warning of Node.js, for debug logs. */
export function warningOfNode({ name, message }: Error): void {
  debug(`${name}: ${message}`);
}

/** Prints a notice, which GitHub also shows as an annotation of the step (10 at most). */
export function notice(text: string): void {
  annotate([text], core.notice);
}

/** Prints a warning, which GitHub also shows as an annotation of the step (10 at most). */
export function warning(text: string): void {
  annotate([text], core.warning);
}

/** Says what results have to tell, in their order: the notes of all of them, then the warnings. */
export function say(results: readonly (Remarks | undefined)[]): void {
  for (const text of results.flatMap((result) => result?.notes ?? [])) info(text);
  for (const text of results.flatMap((result) => result?.warnings ?? [])) warning(text);
}

/** Fails the step. One error annotation holds all problems, a line each, because GitHub keeps 10 of a step. */
export function failure(problems: readonly string[]): void {
  annotate(problems, core.setFailed);
}

/** Fails the step for an error that this action does not expect. Debug logs also show where it happened. */
export function unexpected(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  failure([`This is a bug of the action; please report it: ${name}: ${message}`]);
  debug(stack ?? '');
}

/** What an annotation has no room for stands in a group of the log above it. */
function annotate(sentences: readonly string[], print: (text: string) => void): void {
  const texts = sentences.map(inBasicPlane);
  const text = annotationOf(texts);
  if (texts.some((whole) => !text.includes(whole)))
    group('In full, what the annotation below has no room for', sentences);
  print(text);
}

/**
 * Text for an annotation: {@link printable}, with an escape for each character that takes two UTF-16 units. The runner
 * cuts annotations at two lengths, after it has put in its masks, and its Worker dies of half a character: no later
 * step and no post runs then.
 */
export function inBasicPlane(text: string): string {
  return printable(text).replace(/[\p{Cs}\u{10000}-\u{10ffff}]/gu, escapeSign);
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
    .replace(/^\p{M}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeSign)
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '# #[');
}

function escapeSign(sign: string): string {
  return `\\u{${sign.codePointAt(0)?.toString(16)}}`;
}
