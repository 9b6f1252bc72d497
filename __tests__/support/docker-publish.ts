/**
 * pypa/gh-action-pypi-publish in the real Docker Engine, with the recipe of docs/docker.md: its own image and its own
 * entry point, in a container with what GitHub's runner gives to one. Its code is no part of this repository, so a
 * variable names a checkout of it; pypi-publish.test.ts has what it runs at last, without a container.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect } from '@jest/globals';
import { parse } from 'yaml';
import type { DockerEngine } from '../../sandbox/docker/engine.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import type { DockerRecipes } from './docker-recipes.ts';
import { place } from './files.ts';
import { freshFolder } from './fresh-folder.ts';
import { findLeaks } from './leaks.ts';
import { type RecipeJob, type RecipeStep, readSection, readSteps } from './recipes.ts';
import { testUnless } from './test-unless.ts';
import { addWheel, nameUpload, uploadsAmong } from './uploads.ts';

type Variables = Record<string, string>;

const CHECKOUT = process.env['PYPI_PUBLISH_CHECKOUT'] ?? '';
const NO_CHECKOUT =
  CHECKOUT === ''
    ? 'PYPI_PUBLISH_CHECKOUT is not set; it names the folder of a checkout of pypa/gh-action-pypi-publish.'
    : undefined;
const IMAGE = 'pypi-publish';

const [recipe = []] = (readSection('docs/docker.md', '## Actions that run in a container')['yaml'] ?? []).map(
  readSteps,
);

/** What its action.yml makes of the inputs of a step. */
interface Action {
  /** The value that an input has where a step does not name it. */
  readonly defaults: Readonly<Variables>;
  /** The inputs of the container. */
  inputs(given: Variables): Variables;
  /** The arguments of the entry point. */
  args(given: Variables): readonly string[];
}

/** The tests; inside of a `describe`. */
export function testPublish(recipes: DockerRecipes): void {
  const { stage, engine } = recipes;
  let action: Action;

  /** Takes the recipe with other inputs, undefined for one that is left out, and other variables of the job. */
  async function publish(versions: readonly string[], inputs: Record<string, string | undefined> = {}, env = {}) {
    await using job = await stage.startRecipeJob();
    for (const version of versions) await addWheel(job.workspace, version);
    const from = stage.standIn.calls.length;
    let result: StepResult | undefined;
    const { last, log, leaks, outputs } = await job.follow(
      recipe.filter(({ run }) => run !== 'pipx run build').map((step) => change(step, inputs)),
      {
        'pypa/gh-action-pypi-publish': async (given) => {
          result = await runContainer(engine, job, action, given, env);
          return result;
        },
      },
    );
    return {
      ...{ outcome: last.outcome, log, rawLog: last.rawLog, leaks, token: outputs['token'] ?? '' },
      said: result?.annotations.map(({ properties, message }) => properties['title'] ?? message) ?? [],
      uploads: uploadsAmong(stage.standIn.calls.slice(from)).map(nameUpload),
    };
  }

  describe('pypa/gh-action-pypi-publish', () => {
    const run = testUnless(NO_CHECKOUT);
    beforeAll(async () => {
      if (NO_CHECKOUT !== undefined) return;
      action = readAction(readFileSync(join(CHECKOUT, 'action.yml'), 'utf8'));
      await makeImage(recipes);
    }, 300_000);

    run('the recipe uploads, and the token is in no line', async () => {
      const { outcome, log, leaks, said, uploads } = await publish(['5.0.0']);
      expect({ outcome, log: outcome === 'success' ? '' : log }).toEqual({ outcome: 'success', log: '' });
      expect({ said, uploads }).toEqual({ said: [], uploads: ['acme team 200'] });
      // Old versions give the password to their entry point as an argument.
      const isArgument = action.args({ password: 'p' }).includes('p');
      expect(leaks.filter((each) => !(isArgument && each.startsWith('argument of ')))).toEqual([]);
      expect(leaks.length > 0).toBe(isArgument);
    });

    run('without `attestations: false` it says that it makes none', async () => {
      const { outcome, said, uploads } = await publish(['5.0.1'], { attestations: undefined });
      expect({ outcome, uploads }).toEqual({ outcome: 'success', uploads: ['acme team 200'] });
      const ignored = 'attestations input ignored';
      expect(said).toEqual(action.defaults['attestations'] === 'true' ? [ignored, ignored] : []);
    });

    run('with `skip-existing` it uploads nothing, or old versions pass over the 409', async () => {
      await publish(['5.0.2']);
      const { outcome, log, uploads } = await publish(['5.0.2'], { 'skip-existing': 'true' });
      const refused = { outcome: 'failure', uploads: [] };
      expect({ outcome, uploads }).toEqual(
        twineRefusesToSkip() ? refused : { outcome: 'success', uploads: ['acme team 409'] },
      );
      expect(log).toContain(twineRefusesToSkip() ? 'UnsupportedConfiguration' : 'Skipping acme_upload-5.0.2');
    });

    run('a file that is there already is a 409', async () => {
      await publish(['5.0.3']);
      const { outcome, log, uploads } = await publish(['5.0.3']);
      expect({ outcome, uploads }).toEqual({ outcome: 'failure', uploads: ['acme team 409'] });
      expect(log).toContain('409 Conflict');
    });

    run('a repository with `pypi.org` in its name is taken for the public PyPI', async () => {
      const { said } = await publish(['5.0.5'], {
        'repository-url': stage.urls.team.replace('team', 'pypi.org-store'),
      });
      expect(said[0]).toMatch(/^Password-based uploads/);
    });

    run('a trace of its script has the token, which is masked', async () => {
      const { outcome, log, rawLog, token, uploads } = await publish(['5.0.4'], { verbose: 'true' }, { DEBUG: 'yes' });
      expect({ outcome, uploads }).toEqual({ outcome: 'success', uploads: ['acme team 200'] });
      expect(rawLog).toContain(`TWINE_PASSWORD=${token}`);
      expect(log).toContain('TWINE_PASSWORD=***');
      expect(findLeaks(log, token)).toEqual([]);
    });
  });
}

/** twine does since 6.2.0, wherever CodeArtifact is the index. */
function twineRefusesToSkip(): boolean {
  const pins = readFileSync(join(CHECKOUT, 'requirements', 'runtime.txt'), 'utf8');
  const [, major = '', minor = ''] = /^twine==(\d+)\.(\d+)/m.exec(pins) ?? [];
  return Number(major) > 6 || (major === '6' && Number(minor) >= 2);
}

function change(step: RecipeStep, inputs: Record<string, string | undefined>): RecipeStep {
  if (!step.uses?.startsWith('pypa/')) return step;
  const changed = Object.entries({ ...step.with, ...inputs }).filter(([, value]) => value !== undefined);
  return { ...step, with: Object.fromEntries(changed) as Variables };
}

/**
 * Runs the container as the runner does (2.336): the workspace, a HOME and the runner's files at fixed places, the
 * variables that earlier steps have set, the inputs, and no file of the machine. The values are none of the arguments.
 */
function runContainer(
  engine: DockerEngine,
  job: RecipeJob,
  action: Action,
  given: Variables,
  env: Variables,
): Promise<StepResult> {
  const inputs = Object.entries(action.inputs(given)).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const context = Object.entries(job.env).filter(([name]) => /^(?:GITHUB|RUNNER)_/.test(name));
  const variables: Variables = {
    ...Object.fromEntries(context),
    ...job.exported,
    ...env,
    ...Object.fromEntries(inputs),
  };
  const places = { workspace: job.workspace, home: join(job.temp, '_github_home') };
  mkdirSync(places.home, { recursive: true });
  const fixed = {
    HOME: '/github/home',
    GITHUB_WORKSPACE: '/github/workspace',
    GITHUB_STEP_SUMMARY: '/github/home/step_summary',
  };
  return job.run(
    [
      ...[engine.client, 'run', '--rm', '--network', 'host', '--workdir', '/github/workspace'],
      ...Object.entries(places).flatMap(([name, path]) => ['--volume', `${path}:/github/${name}`]),
      ...Object.keys(variables).flatMap((name) => ['--env', name]),
      ...Object.entries(fixed).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...[IMAGE, ...action.args(given)],
    ],
    { env: { ...variables, DOCKER_HOST: `unix://${engine.socket}` } },
  );
}

/** Reads an action.yml of a Docker action, or of one whose last step is a Docker action that it has made. */
function readAction(text: string): Action {
  const { inputs: declared, runs } = parse(text);
  const defaults: Variables = Object.fromEntries(
    Object.entries<{ default?: unknown }>(declared).map(([name, { default: value = '' }]) => [name, String(value)]),
  );
  const evaluate = (value: string, given: Variables) =>
    value.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const names = expression.split(' || ').map((each) => each.replace(/^inputs\./, ''));
      const values = names.map((name) => given[name] ?? defaults[name]);
      if (values.includes(undefined)) throw new Error(`${expression} has an unknown form.`);
      return values.find((each) => each !== '') ?? '';
    });
  if (runs.using === 'docker') {
    return {
      defaults,
      inputs: (given) => ({ ...defaults, ...given }),
      args: (given) => (runs.args ?? []).map((each: string) => evaluate(each, given)),
    };
  }
  const names: Variables = runs.steps.at(-1).with;
  return {
    defaults,
    inputs: (given) => Object.fromEntries(Object.entries(names).map(([name, value]) => [name, evaluate(value, given)])),
    args: () => [],
  };
}

/**
 * Builds its Dockerfile on the base image in the place of one of Python. The packages that it pins come from the public
 * PyPI, which the machine asks: the containers can reach the stand-in alone.
 */
async function makeImage({ engine, clients }: DockerRecipes): Promise<void> {
  const expectSuccess = async (outcome: ReturnType<typeof runProgram>) => {
    const { status, stdout, stderr } = await outcome;
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout.trim();
  };
  const docker = (args: readonly string[], input?: string) => expectSuccess(engine.docker(args, input));
  const say = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = await docker(['run', '--rm', '--network', 'none', 'base', 'python3', '-c', say]);
  const context = freshFolder();
  for (const name of ['runtime-prerequisites', 'runtime']) {
    const [wanted, pins] = [`${name}.in`, `${name}.txt`].map((file) => join(CHECKOUT, 'requirements', file)) as [
      string,
      string,
    ];
    await expectSuccess(
      runProgram(clients.python, [
        ...['-m', 'pip', 'download', '--quiet', '--dest', join(context, 'wheels')],
        ...['--only-binary', ':all:', '--python-version', version, '--constraint', pins, '--requirement', wanted],
      ]),
    );
  }
  place(
    join(context, 'Dockerfile'),
    'FROM base\nCOPY wheels /wheels\nENV PIP_NO_INDEX=1\nENV PIP_FIND_LINKS=/wheels\n',
  );
  await docker(['build', '--network', 'none', '--tag', 'wheels', context]);
  const dockerfile = readFileSync(join(CHECKOUT, 'Dockerfile'), 'utf8').replace(/^FROM .*$/m, 'FROM wheels');
  await docker(['build', '--network', 'none', '--file', '-', '--tag', IMAGE, CHECKOUT], dockerfile);
}
