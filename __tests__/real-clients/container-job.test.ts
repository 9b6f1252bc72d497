/**
 * A job in a container (`container:`): the action, its post, later steps, and an action that runs in a container of its
 * own. HOME, RUNNER_TEMP, workspace and user are as the runner sets them (2.336): the folders of the machine are
 * mounted at fixed places, RUNNER_TEMP at another one in the containers of actions, HOME at the same.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { describeContainerRecipes } from '../support/container-recipes.ts';
import { makeEngine } from '../support/containers.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { ACTION } from '../support/stage.ts';

type Variables = Record<string, string>;

/** Of HOME, of the runner's files, of the checkout. */
const [HOME, TEMP, WORKSPACE] = ['/github/home', '/__w/_temp', '/__w/repo/repo'];

await describeContainerRecipes('container jobs', ({ stage, describeBuilds, image }) => {
  /** A machine with the runner's folders, and its container engine. */
  function startContainerJob() {
    const folder = freshFolder();
    const [temp, workspace] = ['_temp', 'repo'].map((name) => join(folder, name)) as [string, string];
    const home = join(temp, '_github_home');
    for (const path of [home, workspace, join(temp, '_runner_file_commands')]) mkdirSync(path, { recursive: true });
    const engine = makeEngine(freshFolder(), image());
    const docker = join(engine.bin, 'docker');

    async function run(mounts: Variables, variables: Variables, words: readonly string[]) {
      const options = [
        ...Object.entries(mounts).flatMap(([source, target]) => ['--volume', `${source}:${target}`]),
        ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ];
      await runProgram(docker, ['create', '--name', 'container', ...options, 'image', ...words]);
      const { status, stdout, stderr } = await runProgram(docker, ['start', '--attach', 'container']);
      return { status, log: stdout + stderr };
    }

    const jobMounts = { [temp]: TEMP, [home]: HOME, [workspace]: WORKSPACE };
    const jobVariables = { HOME, RUNNER_TEMP: TEMP, GITHUB_WORKSPACE: WORKSPACE, GITHUB_ACTIONS: 'true' };
    const commands = join(temp, '_runner_file_commands');
    const commandFile = (name: string) => {
      writeFileSync(join(commands, name), '');
      return `${TEMP}/_runner_file_commands/${name}`;
    };
    const read = (name: string): Variables => {
      const lines = readFileSync(join(commands, name), 'utf8').split('\n');
      return Object.fromEntries(lines.filter((line) => line !== '').map((line) => line.split(/=(.*)/s)));
    };

    return {
      temp,
      home,
      /** main or post of the action. */
      async action(entry: 'main' | 'post', variables: Variables) {
        const files = { GITHUB_ENV: commandFile('env'), GITHUB_STATE: commandFile('state') };
        const mounts = { ...jobMounts, [dirname(node24Path())]: '/__e/node24', [ACTION]: '/__w/_actions/keyring' };
        const output = { GITHUB_OUTPUT: commandFile('output'), GITHUB_STEP_SUMMARY: commandFile('summary') };
        const words = ['/__e/node24/node', `/__w/_actions/keyring/dist/${entry}/index.js`];
        const result = await run(mounts, { ...jobVariables, ...files, ...output, ...variables }, words);
        return { ...result, exported: read('env'), state: read('state') };
      },
      /** `run:` */
      step: (variables: Variables, words: readonly string[]) =>
        run(jobMounts, { ...jobVariables, ...variables }, words),
      /** An action with `using: docker`: no value of a variable is translated here. */
      containerAction: (variables: Variables, words: readonly string[]) =>
        run(
          { [temp]: '/github/runner_temp', [home]: HOME, [workspace]: '/github/workspace' },
          { ...variables, HOME, RUNNER_TEMP: '/github/runner_temp', GITHUB_WORKSPACE: '/github/workspace' },
          words,
        ),
    };
  }

  const inputs = (): Variables => {
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    const declared = Object.entries<{ default?: string }>(
      parse(readFileSync(join(ACTION, 'action.yml'), 'utf8')).inputs,
    );
    const given = {
      ...Object.fromEntries(declared.map(([name, { default: value = '' }]) => [name, value])),
      repositories: `${stage.urls.team}\n${stage.urls.shared}`,
      'aws-access-key-id': accessKeyId,
      'aws-secret-access-key': secretAccessKey,
    };
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
  };

  const INSTALL = ['pip', 'install', 'acme-tool'];

  describeBuilds('with HOME as the runner sets it', () => {
    test('later steps and container actions install, and post leaves nothing', async () => {
      const job = startContainerJob();
      const main = await job.action('main', inputs());
      expect(main).toMatchObject({ status: 0 });
      const path = main.exported['PIP_CONFIG_FILE'] ?? '';
      expect(path).toMatch(/^\/github\/home\/codeartifact-keyring-[0-9a-f]{32}\/pip\.conf$/);
      for (const run of [job.step, job.containerAction]) {
        const { log, status } = await run(main.exported, INSTALL);
        expect(log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
        expect(status).toBe(0);
      }
      const state = Object.fromEntries(Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]));
      const post = await job.action('post', { ...main.exported, ...state, HOME: '/root' });
      expect(post.log).toContain(`Removed ${dirname(path)}`);
      expect(readdirSync(job.home)).toEqual([]);
      expect(readdirSync(job.temp).toSorted()).toEqual(['_github_home', '_runner_file_commands']);
    });
  });

  describeBuilds('with a HOME of its own', () => {
    test('later steps install, and container actions stop at the private index', async () => {
      const job = startContainerJob();
      const main = await job.action('main', { ...inputs(), HOME: '/root' });
      expect(main.exported['PIP_CONFIG_FILE']).toMatch(/^\/__w\/_temp\/codeartifact-keyring-/);
      expect((await job.step({ ...main.exported, HOME: '/root' }, INSTALL)).status).toBe(0);
      const from = stage.standIn.connects.length;
      const { log, status } = await job.containerAction(main.exported, INSTALL);
      expect(log).toContain('No matching distribution found for acme-tool');
      expect(status).not.toBe(0);
      expect(JSON.stringify(stage.standIn.connects.slice(from))).not.toContain(stage.publicHost);
    });
  });
});
