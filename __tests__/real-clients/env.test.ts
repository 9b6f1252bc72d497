import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeEmptyEnvironment } from '../../sandbox/python/environments.ts';
import { findLeaks } from '../support/leaks.ts';
import { type ManagedProject, setManagedStage } from '../support/managed-project.ts';
import { runScript } from '../support/node-programs.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { snapshot } from '../support/snapshot.ts';
import { BOTH_ACCOUNTS } from '../support/stage.ts';
import { NO_SHELL, testUnless } from '../support/test-unless.ts';
import { addWheel } from '../support/uploads.ts';

const NAME = 'CODEARTIFACT_AUTH_TOKEN';

await describeWithPython('env', (clients) => {
  const stage = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));

  const startProject = (more: Record<string, string> = {}): Promise<ManagedProject> =>
    stage.startProject({ repositories: stage.urls.team, tools: 'env', ...more });
  const tokenIn = ({ step }: ManagedProject) => step.exported[NAME] ?? '';
  /** HOME, and RUNNER_TEMP but for the runner's own files, without the credentials that every job starts with. */
  const filesOf = ({ job }: ManagedProject) =>
    Object.entries({ ...snapshot(job.home), ...snapshot(job.temp, ['_runner_file_commands', '_github_workflow']) })
      .filter(([name, content]) => content.startsWith('file') && name !== '.aws/credentials')
      .map(([name]) => name);

  test('is one masked variable, and no other and no file; post empties it', async () => {
    await using project = await startProject();
    const { job, step } = project;
    const token = tokenIn(project);
    expect(token).toMatch(/^eyJ/);
    expect(step.exported).toEqual({ [NAME]: token });
    expect(step.outputs).toMatchObject({ token, 'pip-config-file': '', 'netrc-file': '', 'pypirc-file': '' });
    expect(filesOf(project)).toEqual([]);
    expect(readdirSync(job.temp).filter((name) => name.startsWith('codeartifact-keyring-'))).toEqual([]);
    expect(job.masks).toContain(token);
    expect(findLeaks(step.log.join('\n') + step.summary + JSON.stringify(step.state), token)).toEqual([]);

    // The runner lists every variable before each later step.
    const later = await runScript(job, `console.log('the token is ' + process.env.${NAME})`);
    expect(later.rawLog).toContain(`the token is ${token}`);
    expect(later.log).toEqual(expect.arrayContaining([`  ${NAME}: ***`, 'the token is ***']));

    const [post] = await job.finish();
    expect(post).toMatchObject({ outcome: 'success', exported: { [NAME]: '' } });
    expect(filesOf(project)).toEqual([]);
    expect(findLeaks(job.log.join('\n'), token)).toEqual([]);
    expect(job.env[NAME]).toBe('');
  });

  testUnless(NO_SHELL)('serves the scripts that are written for it: pip and twine as AWS describes them', async () => {
    await using project = await startProject();
    const { job } = project;
    const python = await makeEmptyEnvironment(clients.python, join(job.temp, 'environment'));
    await addWheel(project.folder, '1.0.0');
    const host = new URL(stage.urls.team).host;
    const script = [
      `pip config set global.index-url "https://aws:$${NAME}@${host}/pypi/team/simple/"`,
      `pip --python ${python} install acme-tool`,
      'export TWINE_USERNAME=aws',
      `export TWINE_PASSWORD="$${NAME}"`,
      `export TWINE_REPOSITORY_URL=${stage.urls.team}`,
      `twine upload ${join(project.folder, 'dist')}/*`,
    ];
    const run = await job.run(script.join('\n'));
    expect(run.log.join('\n')).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    expect(run.outcome).toBe('success');
    expect(project.uploads()).toEqual(['acme team 200']);
    expect(findLeaks(run.log.join('\n'), tokenIn(project))).toEqual([]);
  });

  testUnless(NO_SHELL)(
    'serves a command that has it in a variable of its own, and leaves the token in no file and no argument',
    async () => {
      await using project = await startProject();
      const python = await makeEmptyEnvironment(clients.python, join(project.job.temp, 'environment'));
      const index = `https://aws:$${NAME}@${new URL(stage.urls.team).host}/pypi/team/simple/`;
      const command = `PIP_INDEX_URL="${index}" pip --python ${python} install acme-tool`;
      const run = await project.run(['bash', '-c', command]);
      expect(run).toMatchObject({ succeeded: true, leaks: [] });
      expect(run.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
      const holding = Object.values(snapshot(project.job.home)).filter((content) => content.includes(tokenIn(project)));
      expect(holding).toEqual([]);
    },
  );

  test('has the token of publish-to, and a new one after a second use; both posts leave it empty', async () => {
    const inputs = {
      repositories: `${stage.urls.team}\n${stage.urls.research}`,
      keyringrc: 'both.cfg',
      'profile-name': '',
      tools: 'env',
    };
    await using job = await stage.startJob();
    job.workspaceFile('both.cfg', BOTH_ACCOUNTS);
    const first = await job.action(inputs);
    const second = await job.action({ ...inputs, 'publish-to': 'research' });
    const third = await job.action({ ...inputs, 'publish-to': 'research' });
    expect(first.log.join('\n')).toContain(
      `env: ${NAME} has the token of team, which does not open research; choose another one with publish-to.`,
    );
    const tokens = [first, second, third].map((step) => step.exported[NAME] ?? '');
    expect(new Set(tokens).size).toBe(3);
    // What the variable was before is a token too, from the second use on.
    for (const step of [first, second, third]) expect(JSON.stringify(step.state)).not.toContain('eyJ');
    for (const [index, step] of [first, second, third].entries()) expect(step.outputs['token']).toBe(tokens[index]);
    // 404: known there, but there is no such package.
    const urls = [stage.urls.team, stage.urls.research].map((url) => `${url}simple/acme-tool/`);
    const script = `
      const authorization = 'Basic ' + Buffer.from('aws:' + process.env.TOKEN).toString('base64');
      (async () => {
        for (const url of ${JSON.stringify(urls)}) {
          console.log((await fetch(url, { headers: { authorization } })).status);
        }
      })();`;
    const answers = [];
    for (const TOKEN of tokens) {
      const { stdout } = await runScript(job, script, { env: { TOKEN, NODE_USE_ENV_PROXY: '1' } });
      answers.push(stdout.trim().split(/\r?\n/));
    }
    expect(answers).toEqual([
      ['200', '401'],
      ['401', '404'],
      ['401', '404'],
    ]);
    await job.finish();
    expect(job.env[NAME]).toBe('');
  });
});
