/**
 * The recipes of docs/docker.md for builds, followed: a build has nothing of the job but what they hand over. Here by
 * what stands for an engine, so that all machines with containers run them; docker-engine.test.ts asks Docker.
 */
import { describeContainerRecipes } from '../support/container-recipes.ts';
import { testBuilds } from '../support/docker-builds.ts';

await describeContainerRecipes('docs/docker.md', ({ stage, describeBuilds, startBuild }) => {
  describeBuilds('docker build', () =>
    testBuilds({
      stage,
      uvInstall: 'uv pip install --python python',
      adapt: (dockerfile) => dockerfile,
      startBuild: async () => {
        const job = await startBuild();
        return Object.assign(job, { built: job.engine.built });
      },
    }),
  );
});
