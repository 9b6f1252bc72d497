/** The recipes of docs/docker.md for builds, as tests that an engine runs. */
import { expect, test } from '@jest/globals';
import { filesIn } from './files.ts';
import { type Outcome, type RecipeJob, type RecipeStage, type RecipeStep, readSection, readSteps } from './recipes.ts';

/** A job that has `docker` on its PATH. */
export interface BuildJob extends RecipeJob {
  /** What the last `docker build` left. */
  readonly built: string;
}

/** What came of a build, and the names of the files of the image. */
export type Built = Outcome & { readonly files: readonly string[] };

/** An engine that builds. */
export interface Builds {
  /** As a shared stage gives it. */
  readonly stage: RecipeStage;
  startBuild(): Promise<BuildJob>;
  /** How uv installs into the Python of the image: a virtual environment needs no `--system`, and cannot have it. */
  readonly uvInstall: string;
  /** What a Dockerfile of the documents needs to be built here. */
  adapt(dockerfile: string): string;
}

const section = (heading: string) => {
  const { yaml = [], dockerfile = [] } = readSection('docs/docker.md', `## ${heading}`);
  return { recipes: yaml.map(readSteps), dockerfiles: dockerfile };
};
const one = section('One index');
const several = section('Several indexes');
const [pushSteps = []] = section('With docker/build-push-action').recipes;
const RUN = /^RUN [\s\S]*/m;

/** The recipe for one index: its steps, its Dockerfile, and the one for a user that is not root. */
export const ONE_INDEX = {
  steps: one.recipes[0] ?? [],
  dockerfile: one.dockerfiles[0] ?? '',
  asUser: (one.dockerfiles[0] ?? '').replace(RUN, `USER 1000\n${one.dockerfiles[1] ?? ''}`),
};

/** The Dockerfile that takes its indexes from the pip.conf. */
const BY_PIP_CONF = ONE_INDEX.dockerfile.replace(/^ARG.*\n/m, '').replace(RUN, several.dockerfiles[0] ?? '');

/** What `docker build` and the program of a step have in common. */
const keyring = (inputs: Record<string, string>) =>
  ONE_INDEX.steps
    .filter(({ id }) => id === 'keyring')
    .map((step) => ({ ...step, with: { ...step.with, ...inputs } as Record<string, string> }));

/** Follows a recipe in a workspace with this Dockerfile. */
export async function followBuild(
  { startBuild, adapt }: Builds,
  recipe: readonly RecipeStep[],
  dockerfile: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Built> {
  await using job = await startBuild();
  const all = { 'requirements.txt': 'acme-backend\n', Dockerfile: adapt(dockerfile), ...files };
  for (const [name, content] of Object.entries(all)) job.workspaceFile(name, content);
  const outcome = await job.follow(recipe, { 'docker/build-push-action': buildAndPush(job) }, [job.built]);
  return { ...outcome, files: filesIn(job.built).map((path) => path.split('/').at(-1) ?? '') };
}

/** The tests; inside of a `describe`. */
export function testBuilds(builds: Builds): void {
  const { stage, uvInstall } = builds;
  const build = (...args: Parameters<typeof followBuild> extends [Builds, ...infer Rest] ? Rest : never) =>
    followBuild(builds, ...args);
  const SUCCESS = { last: { outcome: 'success' }, leaks: [] };

  test.each([
    ['as root', ONE_INDEX.dockerfile],
    ['as another user', ONE_INDEX.asUser],
  ])('one index, %s', async (_, text) => {
    const built = await build(ONE_INDEX.steps, text);
    expect(built).toMatchObject(SUCCESS);
    expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
    expect(built.files).toContain('acme_backend.py');
  });

  test('without the mount, nothing of the job opens the index', async () => {
    const text = ONE_INDEX.dockerfile.replace(RUN, 'RUN pip install --no-input -r requirements.txt\n');
    const built = await build(ONE_INDEX.steps, text);
    expect(built.last.outcome).toBe('failure');
    expect(built.log).toMatch(/401|No matching distribution/);
  });

  test('without the secret, the build fails at once', async () => {
    const steps = ONE_INDEX.steps.map((step) =>
      step.run === undefined ? step : { ...step, run: step.run.replace(/--secret \S+ /, '') },
    );
    const built = await build(steps, ONE_INDEX.dockerfile);
    expect(built.last.outcome).toBe('failure');
    expect(built.log).toMatch(/secret netrc.*not found/);
    expect(built.log).not.toContain('Looking in indexes');
  });

  test('uv', async () => {
    const forUv = (text: string) =>
      text.replaceAll('PIP_INDEX_URL', 'UV_DEFAULT_INDEX').replace('pip install', uvInstall);
    const built = await build(
      ONE_INDEX.steps.map((step) => (step.run === undefined ? step : { ...step, run: forUv(step.run) })),
      forUv(ONE_INDEX.dockerfile),
    );
    expect(built).toMatchObject({ ...SUCCESS, log: expect.stringContaining('+ acme-backend==1.0.0') });
  });

  test('docker/build-push-action', async () => {
    const built = await build(pushSteps, ONE_INDEX.dockerfile);
    expect(built).toMatchObject(SUCCESS);
    expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
  });

  test.each([
    ['arguments', 0, ONE_INDEX.dockerfile.replace('ARG PIP_INDEX_URL', 'ARG PIP_INDEX_URL\nARG PIP_EXTRA_INDEX_URL')],
    ['pip.conf', 1, BY_PIP_CONF],
  ])('several indexes, by %s', async (_, index, text) => {
    const repositories = `${stage.urls.team}\n${stage.urls.shared}`;
    const recipe = [...keyring({ repositories }), ...(several.recipes[index] ?? [])];
    const built = await build(recipe, text, { 'requirements.txt': 'acme-tool\n' });
    expect(built).toMatchObject(SUCCESS);
    expect(built.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
  });

  test('credentials: url, by the pip.conf alone', async () => {
    const recipe = [
      ...keyring({ credentials: 'url' }),
      ...(several.recipes[1] ?? []).map((step) => without(step, 'netrc', 'NETRC_FILE')),
    ];
    const built = await build(recipe, BY_PIP_CONF.replace(/--mount=type=secret,id=netrc\S* \\\n\s*/, ''));
    expect(built).toMatchObject(SUCCESS);
    expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
  });

  test('two identities on one host, by the pip.conf', async () => {
    const [{ with: inputs = {} } = {}] = keyring({});
    const role = `role_arn = ${inputs['role-to-assume']}`;
    const recipe = [
      ...keyring({ repositories: `${stage.urls.team}\n${stage.urls.shared}`, 'role-to-assume': '' }),
      ...(several.recipes[1] ?? []),
    ];
    const built = await build(recipe, BY_PIP_CONF, {
      'requirements.txt': 'acme-tool\n',
      'keyringrc.cfg': `[codeartifact name="team"]\n${role}\n[codeartifact name="shared"]\nprofile_name = acme\n`,
    });
    expect(built).toMatchObject(SUCCESS);
    expect(built.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    expect(JSON.parse(built.outputs['repositories'] ?? '').map((it: { identity: string }) => it.identity)).toEqual([
      expect.stringContaining("GitHub's OIDC token"),
      expect.stringContaining('profile acme'),
    ]);
  });
}

/** Without one of the secrets of a `docker build`. */
function without({ run = '', env = {}, ...step }: RecipeStep, id: string, variable: string): RecipeStep {
  const { [variable]: _, ...rest } = env;
  return { ...step, run: run.replace(new RegExp(`--secret id=${id},\\S+ `), ''), env: rest };
}

/**
 * docker/build-push-action: it gives every line to `docker buildx build`, that of a file as the source of a secret
 * (7.3, its context module).
 */
function buildAndPush(job: RecipeJob) {
  return ({ context = '', 'build-args': args = '', 'secret-files': files = '', ...others }: Record<string, string>) => {
    expect(others).toEqual({});
    const words = [
      ...linesOf(args).flatMap((line) => ['--build-arg', line]),
      ...linesOf(files).flatMap((line) => ['--secret', line.replace(/^(\w+)=/, 'id=$1,src=')]),
    ];
    return job.run(['docker', 'build', ...words, context]);
  };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
