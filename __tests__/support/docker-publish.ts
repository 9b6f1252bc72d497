/**
 * pypa/gh-action-pypi-publish in the real Docker Engine, with the recipe of docs/docker.md: its own image and its own
 * entry point. Its code is no part of this repository, so a variable names a checkout of it; without one, twine alone
 * is in the container, with what that entry point gives it at last.
 */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { pythonClients } from '../../sandbox/python/environments.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { type DockerAction, readDockerAction, runDockerAction } from './docker-action.ts';
import type { DockerRecipes } from './docker-recipes.ts';
import { place } from './files.ts';
import { freshFolder } from './fresh-folder.ts';
import { findLeaks } from './leaks.ts';
import { type RecipeStep, readSection, readSteps } from './recipes.ts';
import { describeUnless } from './test-unless.ts';
import { addWheel, nameUpload, uploadsAmong } from './uploads.ts';

const CHECKOUT = process.env['PYPI_PUBLISH_CHECKOUT'] ?? '';
const NO_CHECKOUT =
  CHECKOUT === ''
    ? 'PYPI_PUBLISH_CHECKOUT is not set; it names the folder of a checkout of pypa/gh-action-pypi-publish.'
    : undefined;

const [recipe = []] = (readSection('docs/docker.md', '## Actions that run in a container')['yaml'] ?? []).map(
  readSteps,
);

/** The inputs of a step that differ from the recipe's; undefined is one that is left out. */
type Inputs = Record<string, string | undefined>;

/** The tests; inside of a `describe`. */
export function testPublish(recipes: DockerRecipes): void {
  const { stage, engine } = recipes;

  /** Takes the recipe, with a wheel in `dist`. */
  async function publish(action: DockerAction, version: string, inputs: Inputs = {}, env = {}) {
    await using job = await stage.startRecipeJob();
    await addWheel(job.workspace, version);
    const from = stage.standIn.calls.length;
    let result: StepResult | undefined;
    const { last, log, leaks, outputs } = await job.follow(
      recipe.filter(({ run }) => run !== 'pipx run build').map((step) => change(step, inputs)),
      {
        'pypa/gh-action-pypi-publish': async (given) => {
          result = await runDockerAction(engine, job, action, { given, env });
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

  test('twine in the container of an action uploads with its inputs alone', async () => {
    const { log, uploads, ...others } = await publish(await makeTwineImage(recipes), '4.0.0');
    expect({ uploads, log: uploads.length > 0 ? '' : log }).toEqual({ uploads: ['acme team 200'], log: '' });
    expect(others).toMatchObject({ outcome: 'success', leaks: [] });
  });

  describeUnless(NO_CHECKOUT)('pypa/gh-action-pypi-publish', () => {
    let action: DockerAction;
    beforeAll(async () => {
      action = await makeActionImage(recipes);
    }, 300_000);

    test('the recipe uploads, and the token is in no line', async () => {
      const { outcome, log, leaks, said, uploads } = await publish(action, '5.0.0');
      expect({ outcome, log: outcome === 'success' ? '' : log }).toEqual({ outcome: 'success', log: '' });
      expect({ said, uploads }).toEqual({ said: [], uploads: ['acme team 200'] });
      // Old versions give the password to their entry point as an argument.
      const isArgument = action.args({ password: 'p' }).includes('p');
      expect(leaks.filter((each) => !(isArgument && each.startsWith('argument of ')))).toEqual([]);
      expect(leaks.length > 0).toBe(isArgument);
    });

    test('without `attestations: false` it says that it makes none', async () => {
      const { outcome, said, uploads } = await publish(action, '5.0.1', { attestations: undefined });
      expect({ outcome, uploads }).toEqual({ outcome: 'success', uploads: ['acme team 200'] });
      const ignored = 'attestations input ignored';
      expect(said).toEqual(action.defaults['attestations'] === 'true' ? [ignored, ignored] : []);
    });

    test('with `skip-existing` it uploads nothing, or old versions pass over the 409', async () => {
      await publish(action, '5.0.2');
      const { outcome, log, uploads } = await publish(action, '5.0.2', { 'skip-existing': 'true' });
      const refused = { outcome: 'failure', uploads: [] };
      expect({ outcome, uploads }).toEqual(
        twineRefusesToSkip() ? refused : { outcome: 'success', uploads: ['acme team 409'] },
      );
      expect(log).toContain(twineRefusesToSkip() ? 'UnsupportedConfiguration' : 'Skipping acme_upload-5.0.2');
    });

    test('a file that is there already is a 409', async () => {
      await publish(action, '5.0.3');
      const { outcome, log, uploads } = await publish(action, '5.0.3');
      expect({ outcome, uploads }).toEqual({ outcome: 'failure', uploads: ['acme team 409'] });
      expect(log).toContain('409 Conflict');
    });

    test('a repository with `pypi.org` in its name is taken for the public PyPI', async () => {
      const { said } = await publish(action, '5.0.5', {
        'repository-url': stage.urls.team.replace('team', 'pypi.org-store'),
      });
      expect(said[0]).toMatch(/^Password-based uploads/);
    });

    test('a trace of its script has the token, which is masked', async () => {
      const { outcome, log, rawLog, token, uploads } = await publish(
        action,
        '5.0.4',
        { verbose: 'true' },
        { DEBUG: 'yes' },
      );
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

function change(step: RecipeStep, inputs: Inputs): RecipeStep {
  if (!step.uses?.startsWith('pypa/')) return step;
  const changed = Object.entries({ ...step.with, ...inputs }).filter(([, value]) => value !== undefined);
  return { ...step, with: Object.fromEntries(changed) as Record<string, string> };
}

/**
 * Builds the Dockerfile of the checkout on the base image, in the place of one of Python. The packages that it pins
 * come from the public PyPI, which the machine asks: a container can reach the stand-in alone.
 */
async function makeActionImage({ engine, clients }: DockerRecipes): Promise<DockerAction> {
  const say = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = await expectSuccess(
    engine.docker(['run', '--rm', '--network', 'none', 'base', 'python3', '-c', say]),
  );
  const context = freshFolder();
  for (const name of ['runtime-prerequisites', 'runtime']) {
    const file = join(CHECKOUT, 'requirements', name);
    await expectSuccess(
      runProgram(clients.python, [
        ...['-m', 'pip', 'download', '--quiet', '--dest', join(context, 'wheels'), '--only-binary', ':all:'],
        ...['--python-version', version, '--constraint', `${file}.txt`, '--requirement', `${file}.in`],
      ]),
    );
  }
  place(
    join(context, 'Dockerfile'),
    'FROM base\nCOPY wheels /wheels\nENV PIP_NO_INDEX=1\nENV PIP_FIND_LINKS=/wheels\n',
  );
  await build(engine, 'wheels', context);
  const dockerfile = readFileSync(join(CHECKOUT, 'Dockerfile'), 'utf8').replace(/^FROM .*$/m, 'FROM wheels');
  await build(engine, 'pypi-publish', CHECKOUT, dockerfile);
  return readDockerAction(readFileSync(join(CHECKOUT, 'action.yml'), 'utf8'), 'pypi-publish');
}

/** What the entry point starts at last, in an image that has nothing else: no registry is asked. */
const ENTRY_POINT = `#!/bin/bash
set -e
twine check dist/*
export TWINE_USERNAME="$INPUT_USER" TWINE_PASSWORD="$INPUT_PASSWORD"
TWINE_REPOSITORY_URL="$(printenv INPUT_REPOSITORY-URL)"
export TWINE_REPOSITORY_URL
exec twine upload --disable-progress-bar dist/*
`;

async function makeTwineImage({ engine }: DockerRecipes): Promise<DockerAction> {
  const clients = await pythonClients('clients');
  if (!clients.available) throw new Error(clients.reason);
  const ask = ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'];
  const packages = await expectSuccess(runProgram(clients.python, ask));
  const context = freshFolder();
  // Those of AWS are large, and twine needs none of them.
  for (const name of readdirSync(packages).filter((each) => !/^(?:boto|s3transfer|pip)/.test(each))) {
    cpSync(join(packages, name), join(context, 'packages', name), { recursive: true });
  }
  place(join(context, 'entry-point'), ENTRY_POINT, { mode: 0o755 });
  place(join(context, 'twine'), '#!/bin/sh\nexec python3 -m twine "$@"\n', { mode: 0o755 });
  place(
    join(context, 'Dockerfile'),
    'FROM base\nCOPY packages /packages\nENV PYTHONPATH=/packages\nCOPY entry-point twine /usr/local/bin/\n' +
      'ENTRYPOINT ["/usr/local/bin/entry-point"]\n',
  );
  await build(engine, 'twine', context);
  return { image: 'twine', defaults: {}, inputs: (given) => given, args: () => [] };
}

/** @param dockerfile its text, where it is not the one of the folder */
function build(engine: DockerRecipes['engine'], tag: string, folder: string, dockerfile?: string): Promise<string> {
  const own = dockerfile === undefined ? [] : ['--file', '-'];
  return expectSuccess(engine.docker(['build', '--network', 'none', ...own, '--tag', tag, folder], dockerfile));
}

/** Gives what a program printed. */
async function expectSuccess(outcome: ReturnType<typeof runProgram>): Promise<string> {
  const { status, stdout, stderr } = await outcome;
  if (status !== 0) throw new Error(stdout + stderr);
  return stdout.trim();
}
