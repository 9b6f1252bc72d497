/**
 * The recipes of docs/docker.md in the real Docker Engine with BuildKit: the Debian packages docker.io and debootstrap,
 * and root. One daemon for all tests.
 */
import { describe, expect, test } from '@jest/globals';
import { followBuild, ONE_INDEX, testBuilds } from '../support/docker-builds.ts';
import { describeWithDocker } from '../support/docker-recipes.ts';

await describeWithDocker('docs/docker.md in the Docker Engine', (recipes) => {
  const { adapt } = recipes;
  let count = 0;

  // Each build has layers of its own, and so none of another test's from the cache.
  const labelled = (dockerfile: string) => adapt(dockerfile).replace(/^(FROM .*)$/m, `$1\nLABEL number=${++count}`);

  describe('docker build', () => testBuilds({ ...recipes, adapt: labelled }));

  test('the cache is kept with a new token', async () => {
    const first = await followBuild(recipes, ONE_INDEX.steps, ONE_INDEX.dockerfile);
    const second = await followBuild(recipes, ONE_INDEX.steps, ONE_INDEX.dockerfile);
    expect(first.outputs['token']).not.toBe(second.outputs['token']);
    expect(first.log).toContain('Successfully installed acme-backend-1.0.0');
    expect(second).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
    expect(second.log).toMatch(/RUN --mount=type=secret[\s\S]* CACHED/);
    expect(second.log).not.toContain('Successfully installed');
  });
});
