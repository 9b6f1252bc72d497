/**
 * A job as it is by default, with uv on the PATH: what runs pip or uv by itself takes private packages from the private
 * index, whichever of the two it runs. The public index has a higher version of each.
 */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pythonClients } from '../../sandbox/python/environments.ts';
import { BUILD_SYSTEM, PKG_INFO } from '../support/demo-project.ts';
import { type ManagedProject, setManagedStage } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';

const managers = await pythonClients('managers');

await describeWithPython(
  'beside uv',
  (launchers) => {
    const bin = [launchers.bin, managers.available ? managers.bin : ''].join(':');
    const stage = sharedStage(() => setManagedStage({ ...launchers, bin }, { everythingIn: 'team' }));
    const startProject = (inputs: Record<string, string> = {}) =>
      stage.startProject({ repositories: stage.urls.team, ...inputs });

    const pipx = ({ job, run }: ManagedProject, ...words: string[]) => {
      const [home, bin] = ['pipx', 'pipx-bin'].map((name) => join(job.temp, name)) as [string, string];
      return run(['pipx', ...words], { PIPX_HOME: home, PIPX_BIN_DIR: bin });
    };

    /** That it succeeded, showed no token and asked the public index nothing. */
    function expectPrivate(project: ManagedProject, run: Awaited<ReturnType<ManagedProject['run']>>): void {
      expect(run).toMatchObject({ succeeded: true, leaks: [] });
      expect(JSON.stringify(project.connects())).not.toContain(stage.publicHost);
    }

    describe('pipx', () => {
      test('installs and runs with uv', async () => {
        await using project = await startProject();
        expect(project.step.annotations).toEqual([]);
        const installed = await pipx(project, 'install', '--verbose', 'acme-app');
        expectPrivate(project, installed);
        expect(installed.log).toMatch(/uv/);
        expect(installed.log).toContain('installed package acme-app 1.0.0');
        const run = await pipx(project, 'run', 'acme-app');
        expectPrivate(project, run);
        expect(run.log).toContain('acme-app 1.0.0');
      });

      test('with pip alone in tools, a warning says what uv does, and it does that', async () => {
        await using project = await startProject({ tools: 'pip twine' });
        expect(project.step.annotations.map(({ message }) => message)).toEqual([
          expect.stringMatching(
            /^Input tools names pip but not uv, and uv is installed .*Write tools: pip twine uv\.$/,
          ),
        ]);
        expect((await pipx(project, 'install', 'acme-app')).log).toContain('installed package acme-app 99.0.0');
      });
    });

    test('tox with tox-uv', async () => {
      await using project = await startProject();
      project.write('tox.ini', '[testenv]\nskip_install = true\ndeps = acme-tool\ncommands = uv pip list\n');
      const run = await project.run(['tox', '-vv', '--workdir', join(project.job.temp, 'tox')]);
      expectPrivate(project, run);
      expect(run.log).toMatch(/install_deps>.*uv pip install/);
      expect(run.log).toMatch(/acme-tool==1\.0\.0/);
    });

    test('nox with its uv backend', async () => {
      await using project = await startProject();
      project.write(
        'noxfile.py',
        'import nox\n\n@nox.session(venv_backend="uv")\ndef tests(session):\n    session.install("acme-tool", "-v")\n',
      );
      const run = await project.run(['nox', '--verbose', '--envdir', join(project.job.temp, 'nox')]);
      expectPrivate(project, run);
      expect(run.log).toContain('+ acme-tool==1.0.0');
    });

    test.each(['pip', 'uv'])('build --installer %s', async (installer) => {
      await using project = await startProject();
      project.write('pyproject.toml', `[project]\nname = "demo"\nversion = "1.0.0"\n${BUILD_SYSTEM}`);
      project.write('PKG-INFO', PKG_INFO);
      const run = await project.run(['pyproject-build', '--wheel', '--installer', installer]);
      expectPrivate(project, run);
    });

    test('pre-commit', async () => {
      await using project = await startProject();
      const hook = {
        ...{ id: 'acme', name: 'acme', language: 'python', always_run: true, verbose: true, pass_filenames: false },
        ...{
          entry: 'python -c "import acme_tool; print(acme_tool.__version__)"',
          additional_dependencies: ['acme-tool'],
        },
      };
      project.write('.pre-commit-config.yaml', JSON.stringify({ repos: [{ repo: 'local', hooks: [hook] }] }));
      for (const words of [
        ['init', '--quiet'],
        ['add', '.'],
      ])
        await project.run(['git', ...words]);
      const run = await project.run(['pre-commit', 'run', '--all-files'], {
        PRE_COMMIT_HOME: join(project.job.temp, 'pre-commit'),
        // Its own package is built with the setuptools that the environment has.
        ...{ PIP_NO_BUILD_ISOLATION: '0', VIRTUALENV_SETUPTOOLS: 'bundle', VIRTUALENV_NO_PERIODIC_UPDATE: '1' },
      });
      expectPrivate(project, run);
      expect(run.log).toMatch(/^1\.0\.0$/m);
    });

    test('virtualenv, with the pip that it brings', async () => {
      await using project = await startProject();
      const folder = join(project.job.temp, 'environment');
      await project.run(['virtualenv', folder], { VIRTUALENV_NO_PERIODIC_UPDATE: '1' });
      const run = await project.run([join(folder, 'bin', 'pip'), 'install', 'acme-tool']);
      expectPrivate(project, run);
      expect(run.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    });
  },
  'launchers',
  managers.available ? undefined : managers.reason,
);
