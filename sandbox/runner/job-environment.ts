import { delimiter } from 'node:path';
import { equalInCulture } from './dotnet-text.ts';

type Variables = Record<string, string>;

/** The env context of a step: what the log lists under `env:`, in that order. */
export type EnvContext = ReadonlyMap<string, string>;

/** The environment of a job: what stays, and what steps add to it. */
export type JobEnvironment = {
  /** What steps wrote to GITHUB_ENV. */
  exported: Map<string, string>;
  /** Takes an entry of GITHUB_PATH; one that is there already moves to the front. */
  addPath(path: string): void;
  /** The env context of a step that begins now. */
  context(stepEnv: Variables): EnvContext;
  /**
   * All variables of a step's process, but for those of the github context that are new for each step.
   * @param actionEnv STATE_ and INPUT_ variables
   */
  of(context: EnvContext, actionEnv: Variables): Variables;
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
  return {
    exported,
    addPath(path) {
      added = [...added.filter((known) => !equalInCulture(known, path)), path];
    },
    context: (stepEnv) => new Map([...Object.entries(layers.env), ...exported, ...Object.entries(stepEnv)]),
    of(context, actionEnv) {
      const variables: Variables = { ...layers.machine, ...Object.fromEntries(context), ...actionEnv };
      variables['PATH'] = prependPaths(added, variables['PATH'] ?? '');
      Object.assign(variables, layers.contexts, { GITHUB_ACTIONS: 'true' });
      variables['CI'] ??= 'true';
      delete variables['NODE_ICU_DATA'];
      return endAtNul(variables);
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

/** As the system reads `NAME=VALUE`: up to the first NUL, and nothing where no sign is left. */
function endAtNul(variables: Variables): Variables {
  const whole = Object.entries(variables).filter(([name]) => !name.includes('\0'));
  return Object.fromEntries(whole.map(([name, value]) => [name, value.split('\0')[0] ?? '']));
}
