/** The variables of the later steps: set by main, put back by post. */
import { markOf } from '../access/mark.ts';
import type { Variable } from '../clients/changes.ts';
import { isOurVariable, toolsThatSet } from '../clients/declared.ts';
import type { Tool } from '../clients/table.ts';
import { appendTo, assign } from '../github/command-file.ts';
import type { SetVariable } from '../github/state.ts';
import type { Environment, Machine } from '../machine/machine.ts';
import { roomFor, sizeOf, sizeOfAll } from '../machine/variable-size.ts';
import { each, fail, Problems } from '../messages/problems.ts';
import { joinWords } from '../messages/wording.ts';
import { hasUserinfo } from './userinfo.ts';

/** What post has to know to put the variables back. */
export function rememberVariables(variables: readonly Variable[], environment: Environment): SetVariable[] {
  return variables.map(({ name, value, neutral = '', secret = false }) => {
    const before = environment[name] || neutral;
    return { name, mark: markOf(value), before: secret || hasUserinfo(before) ? '' : before };
  });
}

/** @throws {Problems} with every value that would not stay one line of a variable, a file or the log */
export function checkVariables(variables: readonly Variable[]): void {
  each(variables, ({ name, value }) => {
    if (/\p{Cc}/u.test(value)) fail(`The path for ${name} holds a control character; use a RUNNER_TEMP without one.`);
  });
}

/**
 * Checks that later steps can start with the variables.
 * @throws {Problems} for each that is too large, or for all of them together: the size, and the way out
 */
export function checkSizes(
  variables: readonly Variable[],
  tools: readonly Tool[],
  { environment, platform }: Pick<Machine, 'environment' | 'platform'>,
): void {
  const room = roomFor(platform);
  const { system, unit, ofOne, ofAll } = room;
  const outcome = 'starts no later step then, and no post that removes the tokens';
  each(variables, ({ name, value }) => {
    const size = sizeOf(name, value, room);
    if (size <= ofOne) return;
    fail(
      `The variable ${name} would have ${size} ${unit} where ${system} has room for ${ofOne}, and it ${outcome}; ` +
        `list fewer repositories in this job, or leave ${joinWords(toolsThatSet(name, tools))} out of tools.`,
    );
  });
  const ours = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const size = sizeOfAll({ ...environment, ...ours }, room);
  if (size <= ofAll) return;
  fail(
    `All variables of this job would have ${size} ${unit} together, ${sizeOfAll(ours, room)} of them from this step, ` +
      `where ${system} has room for about ${ofAll}, and it ${outcome}; list fewer repositories in this job.`,
  );
}

/**
 * Sets the variables for all later steps, all of them or none.
 * @returns the way back
 * @throws {Problems} where they cannot be set
 */
export function setVariables(variables: readonly Variable[], environment: Environment): () => void {
  return appendTo('GITHUB_ENV', variables.map(({ name, value }) => assign(name, value)).join(''), environment);
}

/**
 * Puts the variables back that still have the value that main gave them. A variable cannot be unset, only emptied.
 * @throws {Problems} where they cannot be set
 */
export function takeBackVariables(variables: readonly SetVariable[], environment: Environment): void {
  const ours = variables.filter(({ name, mark }) => isOurVariable(name) && markOf(environment[name] ?? '') === mark);
  if (ours.length === 0) return;
  try {
    appendTo('GITHUB_ENV', ours.map(({ name, before }) => assign(name, before)).join(''), environment);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    const keep = ours.length === 1 ? 'keeps its value' : 'keep their values';
    fail(`${joinWords(ours.map(({ name }) => name))} ${keep}: ${error.message}`, error);
  }
}
