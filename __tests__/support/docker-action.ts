/** A Docker action, run as GitHub's runner runs one: what its container is given, and nothing else of the job. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { DockerEngine } from '../../sandbox/docker/engine.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import type { RecipeJob } from './recipes.ts';

type Variables = Record<string, string>;

/** An image of the engine, and what is made for it of the inputs of a step. */
export interface DockerAction {
  readonly image: string;
  /** The value that an input has where a step does not name it. */
  readonly defaults: Readonly<Variables>;
  /** The inputs of the container. */
  inputs(given: Variables): Variables;
  /** The arguments of the entry point. */
  args(given: Variables): readonly string[];
}

/** Reads an action.yml of a Docker action, or of one whose last step uses a Docker action that earlier ones made. */
export function readDockerAction(text: string, image: string): DockerAction {
  const { inputs: declared, runs } = parse(text);
  const defaults: Variables = Object.fromEntries(
    Object.entries<{ default?: unknown }>(declared).map(([name, { default: value = '' }]) => [name, String(value)]),
  );
  const evaluate = (value: string, given: Variables) =>
    value.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const values = expression.split(' || ').map((each) => {
        const name = each.replace(/^inputs\./, '');
        return given[name] ?? defaults[name];
      });
      if (values.includes(undefined)) throw new Error(`${expression} has an unknown form.`);
      return values.find((each) => each !== '') ?? '';
    });
  if (runs.using === 'docker') {
    return {
      ...{ image, defaults },
      inputs: (given) => ({ ...defaults, ...given }),
      args: (given) => (runs.args ?? []).map((each: string) => evaluate(each, given)),
    };
  }
  const values = Object.entries<string>(runs.steps.at(-1).with);
  return {
    ...{ image, defaults },
    inputs: (given) => Object.fromEntries(values.map(([name, value]) => [name, evaluate(value, given)])),
    args: () => [],
  };
}

/**
 * Runs the container as the runner does (2.336): with the workspace and a HOME at fixed places, the variables that
 * earlier steps have set, those of GitHub, and the inputs. No value of a variable is an argument of `docker`.
 *
 * @param given the inputs of the step
 * @param env of the step
 */
export function runDockerAction(
  engine: DockerEngine,
  job: RecipeJob,
  action: DockerAction,
  { given, env }: { given: Variables; env: Variables },
): Promise<StepResult> {
  const inputs = Object.entries(action.inputs(given)).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const context = Object.entries(job.env).filter(([name]) => /^(?:GITHUB|RUNNER)_/.test(name));
  const variables: Variables = {
    ...{ ...Object.fromEntries(context), ...job.exported, ...env, ...Object.fromEntries(inputs) },
  };
  const home = join(job.temp, '_github_home');
  mkdirSync(home, { recursive: true });
  const fixed = {
    ...{ HOME: '/github/home', GITHUB_WORKSPACE: '/github/workspace', RUNNER_TEMP: '/github/runner_temp' },
    GITHUB_STEP_SUMMARY: '/github/home/step_summary',
  };
  return job.run(
    [
      ...[engine.client, 'run', '--rm', '--network', 'host', '--workdir', '/github/workspace'],
      ...['--volume', `${job.workspace}:/github/workspace`, '--volume', `${home}:/github/home`],
      ...Object.keys(variables).flatMap((name) => ['--env', name]),
      ...Object.entries(fixed).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...[action.image, ...action.args(given)],
    ],
    { env: { ...variables, DOCKER_HOST: `unix://${engine.socket}` } },
  );
}
