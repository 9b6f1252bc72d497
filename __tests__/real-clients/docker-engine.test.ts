/**
 * The recipes of docs/docker.md in the real Docker Engine with BuildKit: the Debian packages docker.io and debootstrap,
 * and root. One daemon for all tests.
 */
import { describe, expect, test } from '@jest/globals';
import { followBuild, ONE_INDEX, testBuilds } from '../support/docker-builds.ts';
import { testContainerJobs } from '../support/docker-jobs.ts';
import { testPublish } from '../support/docker-publish.ts';
import { describeWithDocker, MANYLINUX } from '../support/docker-recipes.ts';
import { testWheels } from '../support/docker-wheels.ts';

await describeWithDocker('docs/docker.md in the Docker Engine', (recipes) => {
  const { adapt } = recipes;
  let count = 0;

  // Each build has layers of its own, and so none of another test's from the cache.
  const apart = (dockerfile: string) => adapt(dockerfile).replace(/^FROM .*$/m, (from) => `${from}\nRUN : ${++count}`);

  describe('docker build', () => testBuilds({ ...recipes, adapt: apart }));

  describe('cibuildwheel', () => {
    const image = Object.fromEntries(
      ['X86_64', 'AARCH64'].map((machine) => [`CIBW_MANYLINUX_${machine}_IMAGE`, MANYLINUX]),
    );
    testWheels({ ...recipes, variables: image });
  });

  describe('a job in a container, under act', () => testContainerJobs(recipes));

  testPublish(recipes);

  test('the cache is kept with a new token', async () => {
    const text = apart(ONE_INDEX.dockerfile);
    const first = await followBuild(recipes, ONE_INDEX.steps, text);
    const second = await followBuild(recipes, ONE_INDEX.steps, text);
    expect(first.outputs['token']).not.toBe(second.outputs['token']);
    expect(first.log).toContain('Successfully installed acme-backend-1.0.0');
    expect(second).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
    expect(second.log).toMatch(/RUN --mount=type=secret[\s\S]* CACHED/);
    expect(second.log).not.toContain('Successfully installed');
  });
});
