/** The recipes of docs/docker.md for cibuildwheel, followed: what its options say, and whole builds in a container. */
import { describe, expect, test } from '@jest/globals';
import { describeContainerRecipes } from '../support/container-recipes.ts';
import { PKG_INFO } from '../support/demo-project.ts';
import { filesIn } from '../support/files.ts';
import { type RecipeJob, type RecipeStep, readSection, readSteps } from '../support/recipes.ts';

const [complete = [], uvSteps = [], fileSteps = []] = (
  readSection('docs/docker.md', '## cibuildwheel')['yaml'] ?? []
).map(readSteps);
const keyring = complete.filter(({ id }) => id === 'keyring');
const keyringForUv = keyring.map((step) => ({ ...step, with: { ...step.with, tools: 'uv' } }));
/** Name, steps, and the project's build-frontend. */
const RECIPES: [string, RecipeStep[], string][] = [
  ['pip', complete, 'build'],
  ['uv', [...keyringForUv, ...uvSteps], 'build[uv]'],
  ['one file', [...keyring, ...fileSteps], 'build'],
];
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
      const { environment } = await plan(complete, toml, { CIBW_ENVIRONMENT: 'C=1' });
      expect(Object.keys(environment)).toEqual(['PIP_CONFIG_FILE', 'NETRC']);
    });
  });

  describeBuilds('in a container', () => {
    /** Follows a recipe for a project whose build needs a private package; gives what it made too. */
    async function build(steps: readonly RecipeStep[], frontend: string, isTested: boolean) {
      await using job = await startBuild();
      writeProject(job, frontend, isTested);
      const before = filesIn(job.workspace);
      const { last, log, leaks } = await job.follow(steps, {
        'pypa/cibuildwheel': (inputs, own) => {
          expect(inputs).toEqual({});
          const env = { ...own, CIBW_BUILD: `cp${job.engine.version.replace('.', '')}-manylinux_*` };
          return job.run(['cibuildwheel', '--platform', 'linux', '--output-dir', 'wheelhouse'], { env });
        },
      });
      const made = filesIn(job.workspace).filter((path) => !before.includes(path));
      return { outcome: last.outcome, log, leaks, made: made.map((path) => path.slice(job.workspace.length)) };
    }

    test.each(RECIPES)('builds and tests a wheel, and leaves nothing else: %s', async (name, steps, frontend) => {
      const { log, ...result } = await build(steps, frontend, name !== 'one file');
      expect(log).toContain('- acme-backend==1.0.0');
      const wheel = expect.stringMatching(/^\/wheelhouse\/demo-1\.0\.0-py3-none-linux_\w+\.whl$/);
      expect(result).toEqual({ outcome: 'success', leaks: [], made: [wheel] });
    });

    test('without the variables of the recipe, nothing of the job gets in', async () => {
      const { outcome, log, made } = await build(
        complete.map(({ env: _, ...step }) => step),
        'build',
        false,
      );
      expect({ outcome, made }).toEqual({ outcome: 'failure', made: [] });
      expect(log).toContain('No matching distribution found for acme-backend');
    });
  });
});

/** A project whose build needs a private package, and its tests too. */
function writeProject(job: RecipeJob, frontend: string, isTested: boolean): void {
  job.workspaceFile(
    'pyproject.toml',
    [
      '[build-system]\nrequires = ["acme-backend"]\nbuild-backend = "own_backend"\nbackend-path = ["."]',
      `[tool.cibuildwheel]\nbuild-frontend = "${frontend}"\nrepair-wheel-command = ""\ndependency-versions = "latest"`,
      isTested ? 'test-requires = ["acme-backend"]\ntest-command = "python -c \'import acme_backend\'"\n' : '',
    ].join('\n'),
  );
  job.workspaceFile('PKG-INFO', PKG_INFO);
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
