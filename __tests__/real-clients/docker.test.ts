/** The recipes of docs/docker.md for builds, followed: a build has nothing of the job but what they hand over. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeContainerRecipes } from '../support/container-recipes.ts';
import { filesIn } from '../support/files.ts';
import { type Outcome, type RecipeJob, type RecipeStep, readSection, readSteps } from '../support/recipes.ts';

const section = (heading: string) => {
  const { yaml = [], dockerfile = [] } = readSection('docs/docker.md', `## ${heading}`);
  return { recipes: yaml.map(readSteps), dockerfiles: dockerfile };
};
const one = section('One index');
const [steps = []] = one.recipes;
const [dockerfile = '', asUser = ''] = one.dockerfiles;
const several = section('Several indexes');
const [pushSteps = []] = section('With docker/build-push-action').recipes;
const [cdkSteps = []] = section('AWS CDK').recipes;
const RUN = /^RUN [\s\S]*/m;

await describeContainerRecipes('docs/docker.md', ({ stage, describeBuilds, startBuild }) => {
  describeBuilds('docker build', () => {
    /** Follows a recipe in a workspace with this Dockerfile, and gives the files of the image too. */
    async function build(
      recipe: readonly RecipeStep[],
      text: string,
      requirements = 'acme-backend\n',
    ): Promise<Outcome & { files: string[] }> {
      await using job = await startBuild();
      job.workspaceFile('requirements.txt', requirements);
      job.workspaceFile('Dockerfile', text);
      const outcome = await job.follow(recipe, { 'docker/build-push-action': buildAndPush(job) }, [job.engine.built]);
      return { ...outcome, files: filesIn(job.engine.built).map((path) => path.split('/').at(-1) ?? '') };
    }

    test.each([
      ['as root', dockerfile],
      ['as another user', dockerfile.replace(RUN, `USER 1000\n${asUser}`)],
    ])('one index, %s', async (_, text) => {
      const built = await build(steps, text);
      expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
      expect(built.files).toContain('acme_backend.py');
    });

    test('without the mount, nothing of the job opens the index', async () => {
      const built = await build(steps, dockerfile.replace(RUN, 'RUN pip install --no-input -r requirements.txt\n'));
      expect(built.last.outcome).toBe('failure');
      expect(built.log).toMatch(/401|No matching distribution/);
    });

    test('uv', async () => {
      const forUv = (text: string) =>
        text.replaceAll('PIP_INDEX_URL', 'UV_DEFAULT_INDEX').replace('pip install', 'uv pip install --python python');
      const built = await build(
        steps.map((step) => (step.run === undefined ? step : { ...step, run: forUv(step.run) })),
        forUv(dockerfile),
      );
      expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(built.log).toContain('+ acme-backend==1.0.0');
    });

    test('docker/build-push-action', async () => {
      const built = await build(pushSteps, dockerfile);
      expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
    });

    test('AWS CDK: pip in its container takes the token by a link at a constant path', async () => {
      await using job = await startBuild();
      // What CDK does with the bundling options: it mounts the path as it is written, and sets the variables.
      const container = ['--env PIP_INDEX_URL="$INDEX_URL" --env NETRC=/netrc', '--volume "$RUNNER_TEMP/netrc:/netrc"'];
      writeFileSync(
        join(job.engine.bin, 'npx'),
        `#!/bin/sh -e\ndocker create --name cdk ${container.join(' ')} image pip install acme-backend\n` +
          'docker start --attach cdk\n',
        { mode: 0o755 },
      );
      const built = await job.follow(cdkSteps);
      expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
    });

    test.each([
      ['arguments', 0, dockerfile.replace('ARG PIP_INDEX_URL', 'ARG PIP_INDEX_URL\nARG PIP_EXTRA_INDEX_URL')],
      ['pip.conf', 1, dockerfile.replace(/^ARG.*\n/m, '').replace(RUN, several.dockerfiles[0] ?? '')],
    ])('several indexes, by %s', async (_, index, text) => {
      const keyring = steps.filter(({ id }) => id === 'keyring');
      const repositories = `${stage.urls.team}\n${stage.urls.shared}`;
      const both = keyring.map((step) => ({ ...step, with: { ...step.with, repositories } }));
      const built = await build([...both, ...(several.recipes[index] ?? [])], text, 'acme-tool\n');
      expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(built.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    });
  });
});

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
