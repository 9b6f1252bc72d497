/** The recipes of docs/docker.md for cibuildwheel, followed: what its options say, and whole builds in a container. */
import { describe, expect, test } from '@jest/globals';
import { describeContainerRecipes } from '../support/container-recipes.ts';
import { COMPLETE, RECIPES, testWheels } from '../support/docker-wheels.ts';
import type { RecipeStep } from '../support/recipes.ts';

/** What cibuildwheel makes of its options for one wheel, as JSON. */
const PLAN = `
import json, os
from cibuildwheel.options import CommandLineArguments, compute_options
arguments = CommandLineArguments.defaults()
options = compute_options(platform="linux", command_line_arguments=arguments, env=dict(os.environ))
build = options.build_options("cp313-manylinux_x86_64")
engine = build.container_engine
print(json.dumps({
  "environment": build.environment.as_dictionary({}),
  "engine": [engine.name, engine.disable_host_mount, *engine.create_args],
}))
`;

await describeContainerRecipes('cibuildwheel', ({ stage, describeBuilds, startBuild }) => {
  describe('by its own reading of its options', () => {
    async function plan(steps: readonly RecipeStep[], toml = '', env: Record<string, string> = {}) {
      await using job = await stage.startRecipeJob();
      job.workspaceFile('pyproject.toml', toml);
      const { last, leaks, outputs } = await job.follow(steps, {
        'pypa/cibuildwheel': (inputs, own) => {
          expect(inputs).toEqual({});
          return job.run(['python', '-c', PLAN], { env: { ...env, ...own } });
        },
      });
      expect(leaks).toEqual([]);
      return { outputs, ...JSON.parse(last.rawLog.trim().split('\n').at(-1) ?? '') };
    }

    test.each(RECIPES)('%s: the files are named where the container has them', async (name, steps) => {
      const { outputs, environment, engine } = await plan(steps);
      const { 'netrc-file': netrc, 'pip-config-file': config, 'index-url': index } = outputs;
      expect(netrc).toMatch(/^\//);
      const NETRC = `/host${netrc}`;
      expect({ environment, engine }).toEqual(
        {
          pip: { environment: { PIP_CONFIG_FILE: `/host${config}`, NETRC }, engine: ['docker', false] },
          uv: { environment: { UV_DEFAULT_INDEX: `team=${index}`, NETRC }, engine: ['docker', false] },
          'one file': {
            environment: { PIP_INDEX_URL: index },
            engine: ['docker', true, `--volume=${netrc}:/root/.netrc:ro`],
          },
        }[name],
      );
    });

    test('what else is said of the environment is not added', async () => {
      const toml =
        '[tool.cibuildwheel]\nenvironment = { A = "1" }\n[tool.cibuildwheel.linux]\nenvironment = { B = "1" }\n';
      const { environment } = await plan(COMPLETE, toml, { CIBW_ENVIRONMENT: 'C=1' });
      expect(Object.keys(environment)).toEqual(['PIP_CONFIG_FILE', 'NETRC']);
    });
  });

  describeBuilds('in a container', () =>
    testWheels({
      startBuild: async () => {
        const job = await startBuild();
        return Object.assign(job, { version: job.engine.version });
      },
      variables: {},
    }),
  );
});
