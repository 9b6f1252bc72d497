/**
 * What main tells post: which folder, which .pypirc, which variables. Holds no secret. The edge to the runner's state.
 */
import { basename, isAbsolute } from 'node:path';
import { getState } from '@actions/core';
import type { Environment, Machine } from '../machine/machine.ts';
import { roomFor, sizeOf } from '../machine/variable-size.ts';
import { fail } from '../messages/problems.ts';
import { appendTo, assign } from './command-file.ts';

const NAME = 'clean-up';

/** What a run is about to make, saved before it does. */
export interface State {
  /** The private folder; its name holds the run's owner id. */
  readonly folder: string;
  /** The .pypirc that gets our sections. */
  readonly pypirc: string | undefined;
  /** The variables that the run sets. */
  readonly variables: readonly SetVariable[];
}

/** A variable that a run sets. */
export interface SetVariable {
  readonly name: string;
  /** A mark of its value, since the value may be a token. */
  readonly mark: string;
  /** What it was before; empty for nothing, and for what may hold a secret. */
  readonly before: string;
}

/**
 * Saves the state for post.
 * @throws {Problems} where it cannot be saved, or is too large for the variable by which post gets it
 */
export function saveCleanUp(state: State, { environment, platform }: Pick<Machine, 'environment' | 'platform'>): void {
  const text = JSON.stringify(state);
  const room = roomFor(platform);
  const size = sizeOf(`STATE_${NAME}`, text, room);
  if (size > room.ofOne) {
    fail(
      `Post would get the names of ${state.variables.length} variables in one of ${size} ${room.unit} where ` +
        `${room.system} has room for ${room.ofOne}, and would not start; list fewer repositories in this job.`,
    );
  }
  appendTo('GITHUB_STATE', assign(NAME, text), environment);
}

/**
 * Makes post leave everything as it is.
 * @returns the way back
 * @throws {Problems} where that cannot be saved
 */
export function forgetCleanUp(environment: Environment): () => void {
  return appendTo('GITHUB_STATE', assign(NAME, ''), environment);
}

/**
 * @returns what main saved; undefined where main saved nothing, and for a state that is not one of ours: a later step
 *   can set it where main did not
 */
export function loadCleanUp(): State | undefined {
  try {
    const state: unknown = JSON.parse(getState(NAME));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is State {
  const { folder, pypirc, variables } = (value ?? {}) as Partial<Record<keyof State, unknown>>;
  return (
    isOurs(folder, /^codeartifact-keyring-[0-9a-f]{32}$/) &&
    (pypirc === undefined || isOurs(pypirc, /^\.pypirc$/)) &&
    Array.isArray(variables) &&
    variables.every((one) => ['name', 'mark', 'before'].every((key) => typeof one?.[key] === 'string'))
  );
}

/** An absolute path with a name that this action gives. */
function isOurs(path: unknown, name: RegExp): boolean {
  return typeof path === 'string' && isAbsolute(path) && name.test(basename(path));
}
