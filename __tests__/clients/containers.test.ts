/** docs/docker.md, followed: what runs in a container has nothing of the job but what the recipes hand over. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess } from '../../sandbox/aws/world.ts';
import { makePackages, writePackages } from '../../sandbox/python/packages.ts';
import { runProgram } from '../../sandbox/python/program.ts';
import { argvDuring } from '../support/argv.ts';
import { type Engine, type Image, makeEngine, makeImage, whyNoContainers } from '../support/containers.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { findLeaks } from '../support/leaks.ts';
import { type ManagedStage, setManagedStage } from '../support/managed-project.ts';
import { type AvailableClients, describeWithPython } from '../support/python-clients.ts';
import { type Followed, follow, type Others, type RecipeStep, readSection, readSteps } from '../support/recipes.ts';
import type { StagedJob } from '../support/stage.ts';

const section = (heading: string) => {
  const { yaml = [], dockerfile = [] } = readSection('docs/docker.md', `## ${heading}`);
  return { steps: yaml.map(readSteps), dockerfiles: dockerfile };
};
const ONE = section('One index');
const SEVERAL = section('Several indexes');
const WHEELS = section('cibuildwheel');

/** Steps that were followed. */
interface Meal {
  readonly last: Followed;
  /** The last step's. */
  readonly log: string;
  /** Where the token shows in the last step, in arguments, in the workspace, and in what `docker build` made. */
  readonly leaks: readonly string[];
}

/** A job in which recipes are followed. */
interface Kitchen extends AsyncDisposable {
  readonly job: StagedJob;
  readonly engine: Engine;
  follow(steps: readonly RecipeStep[], others?: Others): Promise<Meal>;
}

const containers = await whyNoContainers();
if (containers) process.stderr.write(`Skipped: "recipes for docker and cibuildwheel". ${containers}\n`);

/** A stage with the role of the recipes, and kitchens on it. */
async function setKitchens(clients: AvailableClients) {
  const stage = await setManagedStage(clients);
  stage.standIn.world.roles.push({
    arn: 'arn:aws:iam::111122223333:role/ci',
    trust: [{ subject: '*', audience: 'sts.amazonaws.com' }],
    allow: fullAccess(stage.acme),
  });
  const { NODE_EXTRA_CA_CERTS: authority = '', ...network } = stage.standIn.clientEnvironment();
  const inside = '/etc/authority.pem';
  const image: Image = await makeImage(clients, {
    files: { [inside]: readFileSync(authority, 'utf8') },
    variables: Object.fromEntries(
      Object.entries(network).map(([name, value]) => [name, value === authority ? inside : value]),
    ),
  });
  const { requestUrl: url, requestToken: token } = stage.standIn.oidc;
  const open = async (): Promise<Kitchen> => {
    const engine = makeEngine(freshFolder(), image);
    const PATH = `${engine.bin}:${clients.bin}:/usr/bin:/bin`;
    const job = await stage.startJob({ idToken: { url, token }, machine: { PATH, AWS_EC2_METADATA_DISABLED: 'true' } });
    return {
      job,
      engine,
      follow: (steps, others = {}) => cook(job, engine, steps, others),
      [Symbol.asyncDispose]: () => job[Symbol.asyncDispose](),
    };
  };
  return { stage, open };
}

async function cook(job: StagedJob, { built }: Engine, steps: readonly RecipeStep[], others: Others): Promise<Meal> {
  const { result: results, argv } = await argvDuring(() => follow(job, steps, { others }));
  const secret = results.map(({ outputs }) => outputs['token']).find((token) => token);
  const last = results.at(-1);
  if (!secret || !last) throw new Error(results.map(({ log }) => log.join('\n')).join('\n'));
  const shows = (text: string) => findLeaks(text, secret).length > 0;
  return {
    last,
    log: last.log.join('\n'),
    leaks: [
      ...(shows(last.rawLog) ? ['log'] : []),
      ...argv.filter(shows).map((line) => `argument of ${line.split(' ').slice(0, 3).join(' ')}`),
      ...[job.workspace, built].flatMap(filesIn).filter((path) => shows(readFileSync(path, 'latin1'))),
    ],
  };
}

await describeWithPython(
  'recipes for docker and cibuildwheel',
  (clients) => {
    let stage: ManagedStage;
    let open: () => Promise<Kitchen>;
    beforeAll(async () => {
      ({ stage, open } = await setKitchens(clients));
    });
    afterAll(() => stage.standIn.close());
    const where = containers ? describe.skip : describe;

    where('docker build', () => {
      const [dockerfile = '', asUser = ''] = ONE.dockerfiles;
      const [steps = []] = ONE.steps;
      const run = /^RUN [\s\S]*/m;

      test.each([
        ['as root', dockerfile],
        ['as another user', dockerfile.replace(run, `USER 1000\n${asUser}`)],
      ])('one index, %s', async (_, text) => {
        await using kitchen = await open();
        kitchen.job.workspaceFile('requirements.txt', 'acme-backend\n');
        kitchen.job.workspaceFile('Dockerfile', text);
        const built = await kitchen.follow(steps);
        expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
        expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
        expect(filesIn(kitchen.engine.built).map((path) => path.split('/').at(-1))).toContain('acme_backend.py');
      });

      test('without the secret, nothing of the job opens the index', async () => {
        await using kitchen = await open();
        kitchen.job.workspaceFile('requirements.txt', 'acme-backend\n');
        kitchen.job.workspaceFile('Dockerfile', dockerfile.replace(run, 'RUN pip install --no-input -r requirements.txt\n'));
        const built = await kitchen.follow(steps);
        expect(built.last.outcome).toBe('failure');
        expect(built.log).toMatch(/401|No matching distribution/);
      });

      test('with uv', async () => {
        await using kitchen = await open();
        const forUv = (text: string) =>
          text.replaceAll('PIP_INDEX_URL', 'UV_DEFAULT_INDEX').replace('pip install', 'uv pip install --python python');
        kitchen.job.workspaceFile('requirements.txt', 'acme-backend\n');
        kitchen.job.workspaceFile('Dockerfile', forUv(dockerfile));
        const built = await kitchen.follow(steps.map((step) => (step.run ? { ...step, run: forUv(step.run) } : step)));
        expect(built.log).toContain('+ acme-backend==1.0.0');
        expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      });

      test('docker/build-push-action', async () => {
        await using kitchen = await open();
        kitchen.job.workspaceFile('requirements.txt', 'acme-backend\n');
        kitchen.job.workspaceFile('Dockerfile', dockerfile);
        const [pushed = []] = section('With docker/build-push-action').steps;
        const built = await kitchen.follow(pushed, {
          // It gives every line to `docker buildx build`, that of a file as its source (7.3, src/context.ts).
          'docker/build-push-action': ({ context, 'build-args': args = '', 'secret-files': secrets = '', ...rest }) => {
            expect(rest).toEqual({});
            const words = [
              ...linesOf(args).flatMap((line) => ['--build-arg', line]),
              ...linesOf(secrets).flatMap((line) => ['--secret', line.replace(/^(\w+)=/, 'id=$1,src=')]),
            ];
            return kitchen.job.run(['docker', 'build', ...words, context ?? '']);
          },
        });
        expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
        expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      });

      test.each([
        ['by arguments', 0, dockerfile.replace('ARG PIP_INDEX_URL', 'ARG PIP_INDEX_URL\nARG PIP_EXTRA_INDEX_URL')],
        ['by pip.conf', 1, dockerfile.replace(/^ARG.*\n/m, '').replace(run, SEVERAL.dockerfiles[0] ?? '')],
      ])('several indexes, %s', async (_, index, text) => {
        await using kitchen = await open();
        kitchen.job.workspaceFile('requirements.txt', 'acme-tool\n');
        kitchen.job.workspaceFile('Dockerfile', text);
        const [first, ...others] = steps.filter(({ id }) => id === 'keyring');
        expect(others).toEqual([]);
        const both = { ...first, with: { ...first?.with, repositories: `${stage.urls.team}\n${stage.urls.shared}` } };
        const built = await kitchen.follow([both, ...(SEVERAL.steps[index] ?? [])]);
        expect(built.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
        expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      });
    });

    /** A project whose build needs a private package, and whose tests another. */
    function writeProject({ job }: Kitchen, frontend: string): void {
      job.workspaceFile(
        'pyproject.toml',
        [
          '[build-system]\nrequires = ["acme-backend"]\nbuild-backend = "own_backend"\nbackend-path = ["."]',
          `[tool.cibuildwheel]\nbuild = "cp*-manylinux_*"\nbuild-frontend = "${frontend}"\nrepair-wheel-command = ""`,
          'dependency-versions = "latest"\ntest-requires = ["acme-backend"]\ntest-command = "python -c \'import acme_backend\'"\n',
        ].join('\n'),
      );
      job.workspaceFile('PKG-INFO', 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0.0\n');
      // cibuildwheel wants a wheel that is for one platform.
      job.workspaceFile(
        'own_backend.py',
        [
          'import acme_backend, os, sysconfig',
          'def build_wheel(folder, *rest):',
          '    name = acme_backend.build_wheel(folder, *rest)',
          '    platform = sysconfig.get_platform().replace("-", "_")',
          '    own = name.replace("none-any", f"none-{platform}")',
          '    os.rename(os.path.join(folder, name), os.path.join(folder, own))',
          '    return own\n',
        ].join('\n'),
      );
    }
    const [first = [], withUv = [], withoutHost = []] = WHEELS.steps;
    const keyring = first.filter(({ id }) => id === 'keyring');
    const forUv = keyring.map((step) => ({ ...step, with: { ...step.with, tools: 'uv' } }));
    const recipes: [string, RecipeStep[], string][] = [
      ['pip', first, 'build'],
      ['uv', [...forUv, ...withUv], 'build[uv]'],
      ['one file', [...keyring, ...withoutHost], 'build'],
    ];

    where('cibuildwheel builds and tests a wheel in its container', () => {
      test.each(recipes)('%s', async (_, steps, frontend) => {
        await using kitchen = await open();
        writeProject(kitchen, frontend);
        const before = filesIn(kitchen.job.workspace);
        const built = await kitchen.follow(steps, {
          'pypa/cibuildwheel': (inputs, env) => {
            expect(inputs).toEqual({});
            const { version } = kitchen.engine;
            const CIBW_BUILD = `cp${version.replace('.', '')}-manylinux_*`;
            return kitchen.job.run(['cibuildwheel', '--platform', 'linux', '--output-dir', 'wheelhouse'], {
              env: { ...env, CIBW_BUILD },
            });
          },
        });
        console.log(built.log);
        expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
        const made = filesIn(kitchen.job.workspace).filter((path) => !before.includes(path));
        expect(made).toEqual([expect.stringMatching(/wheelhouse\/demo-1\.0\.0-py3-none-linux_\w+\.whl$/)]);
      });
    });
  },
  'managers',
);

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The files under a folder, and none where it is not there. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
