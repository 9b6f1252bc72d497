/** The recipes of docs/docker.md for cibuildwheel, as whole builds in the containers of an engine. */
import { expect, test } from '@jest/globals';
import { PKG_INFO } from './demo-project.ts';
import { filesIn } from './files.ts';
import { type RecipeJob, type RecipeStep, readSection, readSteps } from './recipes.ts';

const [complete = [], uvSteps = [], fileSteps = []] = (
  readSection('docs/docker.md', '## cibuildwheel')['yaml'] ?? []
).map(readSteps);
const keyring = complete.filter(({ id }) => id === 'keyring');
const keyringForUv = keyring.map((step) => ({ ...step, with: { ...step.with, tools: 'uv' } }));

/** The first recipe. */
export const COMPLETE: readonly RecipeStep[] = complete;

/** Name, steps, and the project's build-frontend. */
export const RECIPES: [string, RecipeStep[], string][] = [
  ['pip', complete, 'build'],
  ['uv', [...keyringForUv, ...uvSteps], 'build[uv]'],
  ['one file', [...keyring, ...fileSteps], 'build'],
];

/** An engine that cibuildwheel can use. */
export interface Wheels {
  /** A job that has `docker` on its PATH, and the version of the Python in the image, such as `3.13`. */
  startBuild(): Promise<RecipeJob & { readonly version: string }>;
  /** Variables for cibuildwheel beside those of the recipe. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The tests; inside of a `describe`. */
export function testWheels({ startBuild, variables }: Wheels): void {
  /** Follows a recipe for a project whose build needs a private package; gives what it made too. */
  async function build(steps: readonly RecipeStep[], frontend: string, isTested: boolean) {
    await using job = await startBuild();
    writeProject(job, frontend, isTested);
    const before = filesIn(job.workspace);
    const { last, log, leaks } = await job.follow(steps, {
      'pypa/cibuildwheel': (inputs, own) => {
        expect(inputs).toEqual({});
        const env = { ...own, ...variables, CIBW_BUILD: `cp${job.version.replace('.', '')}-manylinux_*` };
        return job.run(['cibuildwheel', '--platform', 'linux', '--output-dir', 'wheelhouse'], { env });
      },
    });
    const made = filesIn(job.workspace).filter((path) => !before.includes(path));
    return { outcome: last.outcome, log, leaks, made: made.map((path) => path.slice(job.workspace.length)) };
  }

  test.each(RECIPES)('builds and tests a wheel, and leaves nothing else: %s', async (name, steps, frontend) => {
    const { log, ...result } = await build(steps, frontend, name !== 'one file');
    const wheel = expect.stringMatching(/^\/wheelhouse\/demo-1\.0\.0-py3-none-linux_\w+\.whl$/);
    expect({ ...result, log: result.outcome === 'success' ? '' : log }).toEqual({
      ...{ outcome: 'success', leaks: [], made: [wheel], log: '' },
    });
    expect(log).toContain('- acme-backend==1.0.0');
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
}

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
