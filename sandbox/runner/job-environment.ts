import { delimiter } from 'node:path';

type Variables = Record<string, string>;

/** The environment of a job: what stays, and what steps add to it. */
export type JobEnvironment = {
  /** What steps wrote to GITHUB_ENV. */
  exported: Map<string, string>;
  /** Takes an entry of GITHUB_PATH; one that is there already moves to the front. */
  addPath(path: string): void;
  /** The env context of a step: what the log lists under `env:`. */
  context(stepEnv: Variables): Variables;
  /**
   * All variables of a step's process.
   * @param actionEnv STATE_ and INPUT_ variables
   * @param own those of the github context that are new for each step: file commands, GITHUB_ACTION
   */
  of(stepEnv: Variables, actionEnv: Variables, own: Variables): Variables;
};

/** The layers of a job's environment that do not change. */
export type EnvironmentLayers = {
  /** Under everything else, and never in the log. */
  machine: Variables;
  /** `env:` of workflow and job. */
  env: Variables;
  /** GITHUB_, RUNNER_ and ACTIONS_ variables: set again at each step, so that no GITHUB_ENV entry changes them. */
  contexts: Variables;
};

/**
 * Each layer overwrites what stands before it, in the order of actions/runner v2.336.0: machine, workflow and job,
 * GITHUB_ENV, step, STATE_ and INPUT_, GITHUB_PATH, contexts. So a declared input cannot be forged through GITHUB_ENV;
 * state that main never saved can.
 */
export function createJobEnvironment(layers: EnvironmentLayers): JobEnvironment {
  const exported = new Map<string, string>();
  let added: string[] = [];
  const context = (stepEnv: Variables): Variables => ({
    ...layers.env,
    ...Object.fromEntries(exported),
    ...stepEnv,
  });
  return {
    exported,
    addPath(path) {
      added = [...added.filter((known) => known !== path), path];
    },
    context,
    of(stepEnv, actionEnv, own) {
      const variables: Variables = { ...layers.machine, ...context(stepEnv), ...actionEnv };
      variables['PATH'] = prependPaths(added, variables['PATH'] ?? '');
      Object.assign(variables, layers.contexts, own, { GITHUB_ACTIONS: 'true' });
      variables['CI'] ??= 'true';
      delete variables['NODE_ICU_DATA'];
      return variables;
    },
  };
}

/** PATH with the entries of GITHUB_PATH before it, the latest first. */
function prependPaths(added: readonly string[], path: string): string {
  if (added.length === 0) return path;
  const front = added.toReversed().join(delimiter);
  if (path === '') return front;
  return path.startsWith(front + delimiter) ? path : front + delimiter + path;
}
