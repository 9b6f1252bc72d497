/** What main tells post: which folder, which .pypirc, which variables. No secret, and nothing that post must believe. */
import { createHash } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { getState, saveState } from '@actions/core';
import type { Variable } from '../clients/changes.ts';

const NAME = 'clean-up';

/** What a run is about to make, saved before it does. */
export interface State {
  /** The private folder; its name holds the run's owner id. */
  readonly folder: string;
  /** The .pypirc that gets our sections. */
  readonly pypirc: string | undefined;
  /** The variables that are set. */
  readonly variables: readonly SetVariable[];
}

/** A variable that a run sets. */
export interface SetVariable {
  readonly name: string;
  /** {@link markOf} its value, which may be a token. */
  readonly mark: string;
  /** What it was before; '' for nothing, and for what may hold a secret. */
  readonly before: string;
}

/** A URL in a value that may carry a password. */
const USERINFO = /:\/\/[^/\s]*@/;

/** What post has to know to put the variables back. */
export function rememberVariables(variables: readonly Variable[], environment: NodeJS.ProcessEnv): SetVariable[] {
  return variables.map(({ name, value, neutral = '', secret = false }) => {
    const before = environment[name] || neutral;
    return { name, mark: markOf(value), before: secret || USERINFO.test(before) ? '' : before };
  });
}

/** A mark to know a value by: the SHA-256 in hexadecimal, which tells nothing of a token. */
export function markOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** Saves the state for post. */
export function saveCleanUp(state: State): void {
  saveState(NAME, JSON.stringify(state));
}

/** Makes post leave everything as it is. */
export function forgetCleanUp(): void {
  saveState(NAME, '');
}

/**
 * @returns what main saved; undefined when main came to nothing, or when the state is not one of ours: a later step can
 *   set it where main did not
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
