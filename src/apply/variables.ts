/** The variables of the later steps: set by main, put back by post. The edge to the runner's environment file. */
import { createHash } from 'node:crypto';
import { exportVariable } from '@actions/core';
import type { Variable } from '../clients/changes.ts';
import { isOurVariable } from '../clients/table.ts';
import type { SetVariable } from '../github/state.ts';
import type { Environment } from '../machine/machine.ts';
import { each, fail } from '../messages/problems.ts';

/** A URL in a value that may carry a password. */
const USERINFO = /:\/\/[^/\s]*@/;

/** What post has to know to put the variables back. */
export function rememberVariables(variables: readonly Variable[], environment: Environment): SetVariable[] {
  return variables.map(({ name, value, neutral = '', secret = false }) => {
    const before = environment[name] || neutral;
    return { name, mark: markOf(value), before: secret || USERINFO.test(before) ? '' : before };
  });
}

/** @throws {Problems} with every value that would not stay one line of a variable, a file or the log */
export function checkVariables(variables: readonly Variable[]): void {
  each(variables, ({ name, value }) => {
    if (/\p{Cc}/u.test(value)) fail(`The path for ${name} holds a control character; use a RUNNER_TEMP without one.`);
  });
}

/** Sets the variables for all later steps. */
export function setVariables(variables: readonly Variable[]): void {
  for (const { name, value } of variables) exportVariable(name, value);
}

/** Puts the variables back that still have the value that main gave them. A variable cannot be unset, only emptied. */
export function takeBackVariables(variables: readonly SetVariable[], environment: Environment): void {
  for (const { name, mark, before } of variables) {
    if (isOurVariable(name) && markOf(environment[name] ?? '') === mark) exportVariable(name, before);
  }
}

/** A mark to know a value by: its SHA-256 in hexadecimal, which tells nothing of a token. */
export function markOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
