/**
 * Jobs with `container:` under act, in the real Docker Engine: this action, a later step, and actions that run in a
 * container of their own. act shares neither HOME nor RUNNER_TEMP between the containers, so there an action has its
 * inputs alone; container-job.test.ts has the folders as GitHub's runner does.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { makeMachine, runAct } from '../../sandbox/act/act.ts';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import { pythonClients } from '../../sandbox/python/environments.ts';
import { AUTHORITY, type DockerRecipes } from './docker-recipes.ts';
import { place } from './files.ts';
import { freshFolder } from './fresh-folder.ts';
import { findLeaks } from './leaks.ts';
import { addWheel, uploadsAmong } from './uploads.ts';

const IMAGE = 'job:latest';

const expression = (text: string) => `\${{ ${text} }}`;

/** As pypa/gh-action-pypi-publish: what it gets are its inputs. */
const PUBLISH = {
  name: 'publish',
  description: 'Uploads dist/',
  inputs: { user: { required: true }, password: { required: true }, 'repository-url': { required: true } },
  runs: {
    using: 'docker',
    image: `docker://${IMAGE}`,
    entrypoint: '/bin/sh',
    args: ['-c', 'uv publish dist/*'],
    env: {
      UV_PUBLISH_USERNAME: expression('inputs.user'),
      UV_PUBLISH_PASSWORD: expression('inputs.password'),
      UV_PUBLISH_URL: expression('inputs.repository-url'),
    },
  },
};

const INSTALL = {
  name: 'install',
  description: 'Installs with the variables of the job, and without its files',
  runs: {
    using: 'docker',
    image: `docker://${IMAGE}`,
    entrypoint: '/bin/sh',
    args: ['-c', 'pip install acme-tool'],
  },
};

/** The tests; inside of a `describe`. */
export function testContainerJobs({ engine, stage }: Pick<DockerRecipes, 'engine' | 'stage'>): void {
  beforeAll(async () => {
    const context = freshFolder();
    cpSync(node24Path(), join(context, 'node'), { dereference: true });
    place(join(context, 'Dockerfile'), 'FROM base\nCOPY node /usr/local/bin/node\n');
    expect(await engine.docker(['build', '--network', 'host', '--tag', IMAGE, context])).toMatchObject({ status: 0 });
  });

  async function run(steps: readonly object[]) {
    const act = await pythonClients('act');
    if (!act.available) throw new Error(act.reason);
    const folder = freshFolder();
    const project = join(folder, 'project');
    mkdirSync(project);
    await addWheel(project, '3.0.0');
    for (const action of [PUBLISH, INSTALL]) {
      place(join(project, 'actions', action.name, 'action.yml'), stringify(action));
    }
    const machine = await makeMachine(folder, project, act.bin, 'action');
    const keyring = {
      id: 'keyring',
      uses: './action',
      with: {
        repositories: `${stage.urls.team}\n${stage.urls.shared}`,
        'role-to-assume': 'arn:aws:iam::111122223333:role/ci',
        'publish-to': 'team',
      },
    };
    const job = {
      'runs-on': 'self-hosted',
      container: { image: IMAGE },
      steps: [{ uses: 'actions/checkout@v7' }, keyring, ...steps],
    };
    const file = join(folder, 'workflow.yml');
    writeFileSync(file, stringify({ on: 'push', jobs: { job } }));
    const { NODE_EXTRA_CA_CERTS: authority, ...network } = stage.standIn.clientEnvironment();
    const inside = Object.entries(network).map(([name, value]) => [name, value === authority ? AUTHORITY : value]);
    const [calls, connects] = [stage.standIn.calls.length, stage.standIn.connects.length];
    const outcome = await runAct(act.program('act'), machine, {
      file,
      dockerSocket: engine.socket,
      env: {
        ...Object.fromEntries(inside),
        NODE_EXTRA_CA_CERTS: AUTHORITY,
        AWS_EC2_METADATA_DISABLED: 'true',
        ACTIONS_ID_TOKEN_REQUEST_URL: stage.standIn.oidc.requestUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: stage.standIn.oidc.requestToken,
      },
    });
    const token = outcome.lines.find(({ command, name }) => command === 'set-output' && name === 'token')?.arg ?? '';
    return {
      ...outcome,
      token,
      uploads: uploadsAmong(stage.standIn.calls.slice(calls)),
      connects: JSON.stringify(stage.standIn.connects.slice(connects)),
    };
  }

  test('later steps install, a container action uploads with its inputs, and post cleans up', async () => {
    const { status, shown, token, uploads } = await run([
      { run: 'pip install acme-tool' },
      {
        uses: './actions/publish',
        with: {
          user: 'aws',
          password: expression('steps.keyring.outputs.token'),
          'repository-url': expression('steps.keyring.outputs.repository-url'),
        },
      },
    ]);
    expect({ status, shown: status === 0 ? '' : shown }).toEqual({ status: 0, shown: '' });
    expect(shown).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    expect(uploads.map(({ parameters, status: code }) => `${parameters['repository']} ${code}`)).toEqual(['team 200']);
    expect(shown).toMatch(/Removed \S+codeartifact-keyring-[0-9a-f]{32}/);
    expect(token).toMatch(/^eyJ/);
    expect(findLeaks(shown, token)).toEqual([]);
  });

  test('a container action without the files of the job stops, and never asks the public index', async () => {
    const { status, shown, connects } = await run([{ uses: './actions/install' }]);
    expect(status).not.toBe(0);
    expect(shown).toContain('No matching distribution found for acme-tool');
    expect(connects).not.toContain(stage.publicHost);
  });
}
