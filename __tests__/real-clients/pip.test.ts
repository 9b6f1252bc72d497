/** What pip and twine do not show, and what they do not take from elsewhere. That pip works: install.test.ts. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { makePackages } from '../../sandbox/packages/make-packages.ts';
import { makeEmptyEnvironment } from '../../sandbox/python/environments.ts';
import { ARGV_IS_VISIBLE } from '../support/argv.ts';
import { type ManagedProject, type ManagedRun, setManagedStage } from '../support/managed-project.ts';
import { PIP_FILE } from '../support/pip-file.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { addWheel } from '../support/uploads.ts';

await describeWithPython('pip and twine', (clients) => {
  const stage = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));
  beforeAll(async () => {
    const unbuildable = await makePackages([
      {
        name: 'acme-unbuildable',
        version: '1.0.0',
        kind: 'sdist',
        buildRequires: ['acme-missing'],
        buildBackend: 'acme_backend',
      },
    ]);
    stage.acme.repositories[0]?.packages.push(...unbuildable);
  });

  /** Installs into an environment of its own, outside of the project. */
  async function install({ job, run }: ManagedProject, ...words: string[]): Promise<ManagedRun> {
    const python = await makeEmptyEnvironment(clients.python, join(job.temp, 'environment'));
    return run(['pip', '--python', python, 'install', '--verbose', ...words]);
  }

  describe('with a higher version on the public index', () => {
    test('one private index: it is not even looked at', async () => {
      await using project = await stage.startProject({ repositories: stage.urls.team });
      expect(project.step.log.join('\n')).not.toContain('highest version');
      const installed = await install(project, 'acme-tool');
      expect(installed).toMatchObject({ succeeded: true, leaks: [] });
      expect(installed.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
      expect(JSON.stringify(project.connects())).not.toContain(stage.publicHost);
    });

    test('index-url: client-default: a warning, and the public one is installed', async () => {
      await using project = await stage.startProject({ repositories: stage.urls.team, 'index-url': 'client-default' });
      expect(project.step.annotations).toContainEqual(
        expect.objectContaining({
          level: 'warning',
          message: expect.stringContaining('pip takes the highest version'),
        }),
      );
      const installed = await install(project, 'acme-tool');
      expect(installed.log).toContain('Successfully installed acme-tool-99.0.0');
    });
  });

  describe('builds from source', () => {
    test.each(['netrc', 'url'])('that succeed and that fail, with credentials: %s', async (credentials) => {
      await using project = await stage.startProject({ repositories: stage.urls.team, credentials });
      const built = await install(project, 'acme-built');
      expect(built.succeeded).toBe(true);
      expect(built.log).toContain('Successfully installed acme-built-1.0.0');
      const failed = await install(project, 'acme-unbuildable');
      expect(failed.succeeded).toBe(false);
      if (credentials === 'netrc') {
        expect([built.leaks, failed.leaks]).toEqual([[], []]);
      } else {
        // That they are found here shows that they are looked for above.
        expect(failed.leaks).toContain('log');
        if (ARGV_IS_VISIBLE) expect(built.leaks).toContainEqual(expect.stringMatching(/^argument of .*python/));
      }
    });
  });

  test.each(['netrc', 'url'])('pip lock writes URLs without the token, with credentials: %s', async (credentials) => {
    await using project = await stage.startProject({ repositories: stage.urls.team, credentials });
    expect(await project.run(['pip', 'lock', 'acme-tool'])).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.read('pylock.toml')).toContain(`url = "${stage.urls.team}simple/acme-tool/1.0.0/acme_tool-1.0.0`);
  });

  test('pip config set writes into our file; for the environment, by a variable and before us elsewhere', async () => {
    await using project = await stage.startProject(
      { repositories: stage.urls.team, tools: 'pip' },
      { home: { [PIP_FILE]: '[global]\nretries = 7\n' } },
    );
    const python = await makeEmptyEnvironment(clients.python, join(project.job.temp, 'environment'));
    const config = async (words: string[], environment: Record<string, string> = {}) =>
      (await project.run(['pip', '--python', python, 'config', ...words], environment)).log;
    const ours = project.step.outputs['pip-config-file'] ?? '';
    // pip before 26.3 fails here.
    expect(await config(['set', 'global.timeout', '22'])).toContain(`Writing to ${ours}`);
    expect(await config(['--site', 'set', 'global.progress-bar', 'off'])).toMatch(/Writing to .*environment/);
    expect(await config(['list'])).toContain("global.progress-bar='off'");
    expect(await config(['list'], { PIP_TIMEOUT: '44' })).toContain(":env:.timeout='44'");
    expect(await config(['list'])).toContain("global.retries='7'");
  });

  test('twine shows no token when it uploads, or when it is refused', async () => {
    await using project = await stage.startProject({ repositories: stage.urls.team });
    await addWheel(project.folder, '1.0.0');
    const upload = ['twine', 'upload', '--verbose', 'dist/acme_upload-1.0.0-py3-none-any.whl'];
    expect(await project.run(upload)).toMatchObject({ succeeded: true, leaks: [] });
    expect(await project.run(upload)).toMatchObject({ succeeded: false, leaks: [] });
    stage.standIn.expireTokens();
    expect(await project.run(upload)).toMatchObject({ succeeded: false, leaks: [] });
    expect(project.uploads()).toEqual(['acme team 200', 'acme team 409', 'acme team 401']);
  });
});
