/** The recipe of docs/docker.md for actions that run in a container: they have their inputs, and no file of the job. */
import { expect, test } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { describeWithPython } from '../support/python-clients.ts';
import {
  type Outcome,
  type RecipeJob,
  type RecipeStep,
  readSection,
  readSteps,
  setRecipeStage,
} from '../support/recipes.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { NO_CONTAINERS } from '../support/test-unless.ts';
import { addWheel, uploadsAmong } from '../support/uploads.ts';

const [steps = []] = (readSection('docs/docker.md', '## Actions that run in a container')['yaml'] ?? []).map(readSteps);

await describeWithPython(
  'pypa/gh-action-pypi-publish',
  (clients) => {
    const stage = sharedStage(() => setRecipeStage(clients));

    /**
     * Follows the recipe with a package in `dist`; `seen` are the variables of the job that GitHub hands to the
     * container.
     */
    async function publish(recipe: readonly RecipeStep[], version: string, seen: 'none' | 'all' = 'none') {
      await using job = await stage.startRecipeJob();
      await addWheel(job.workspace, version);
      const from = stage.standIn.calls.length;
      const outcome: Outcome = await job.follow(
        recipe.filter(({ run }) => run !== 'pipx run build'),
        { 'pypa/gh-action-pypi-publish': (inputs) => upload(job, inputs, seen === 'all' ? job.exported : {}) },
      );
      return {
        ...outcome,
        uploads: uploadsAmong(stage.standIn.calls.slice(from)).map(
          ({ parameters, host, status }) => `${host} ${parameters['repository']} ${status}`,
        ),
      };
    }

    /**
     * As its entry point does: user, password and URL in three variables of `twine upload`, in an environment of its
     * own, and `twine check` before it. The entry point itself: docker-publish.ts.
     */
    async function upload(job: RecipeJob, inputs: Record<string, string>, exported: Record<string, string>) {
      const { user = '', password = '', 'repository-url': url = '', attestations, ...others } = inputs;
      expect({ attestations, others }).toEqual({ attestations: 'false', others: {} });
      const { HTTPS_PROXY = '', REQUESTS_CA_BUNDLE = '' } = stage.standIn.clientEnvironment();
      const program = {
        cwd: job.workspace,
        env: {
          ...{ ...exported, HTTPS_PROXY, REQUESTS_CA_BUNDLE, HOME: freshFolder(), PATH: '/usr/bin:/bin' },
          ...{ TWINE_USERNAME: user, TWINE_PASSWORD: password, TWINE_REPOSITORY_URL: url },
        },
      };
      const twine = (...words: string[]) => runProgram(clients.program('twine'), words, program);
      expect(await twine('check', 'dist/*')).toMatchObject({ status: 0 });
      const { status, stdout, stderr } = await twine('upload', '--verbose', '--disable-progress-bar', 'dist/*');
      const rawLog = stdout + stderr;
      return { outcome: status === 0 ? 'success' : 'failure', outputs: {}, log: rawLog.split('\n'), rawLog } as const;
    }

    test.each(['none', 'all'] as const)('uploads with the outputs alone (variables of the job: %s)', async (seen) => {
      const version = seen === 'none' ? '1.0.0' : '1.0.1';
      const published = await publish(steps, version, seen);
      expect(published).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(published.uploads).toEqual([`${new URL(stage.urls.team).host} team 200`]);
    });
  },
  'clients',
  NO_CONTAINERS,
);
