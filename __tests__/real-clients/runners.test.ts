/** What runs pip or uv by itself, in a job in which the action has run, and without any further setting. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BUILD_SYSTEM, PKG_INFO } from '../support/demo-project.ts';
import { findLeaks } from '../support/leaks.ts';
import { type ManagedProject, setManagedStage } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';

/** What each of them does with pip, and what with uv. */
const TOOLS = ['pip', 'uv'] as const;

await describeWithPython(
  'runners',
  (clients) => {
    const stage = sharedStage(() => setManagedStage(clients));

    /** A project that needs a private package to be built. */
    async function startProject(tools: string): Promise<ManagedProject> {
      const repositories = `${stage.urls.team}\n${stage.urls.shared}`;
      const project = await stage.startProject({ repositories, tools });
      project.write('pyproject.toml', `[project]\nname = "demo"\nversion = "1.0.0"\n${BUILD_SYSTEM}`);
      project.write('PKG-INFO', PKG_INFO);
      project.write(
        'demo.py',
        'import acme_lib, acme_tool\nprint("versions", acme_lib.__version__, acme_tool.__version__)\n',
      );
      return project;
    }

    describe('tox', () => {
      test.each(TOOLS)('builds and installs the project and its dependencies with %s', async (tool) => {
        await using project = await startProject(tool);
        // tox-uv is installed here, which takes the place of virtualenv and pip unless told otherwise.
        const runner = tool === 'pip' ? 'runner = virtualenv\n' : '';
        project.write('tox.ini', `[testenv]\npackage = wheel\n${runner}deps = acme-tool\ncommands = python -m demo\n`);
        const folder = join(project.job.temp, 'tox');
        const run = await project.run(['tox', '-vv', '--workdir', folder]);
        expect(run).toMatchObject({ succeeded: true, leaks: [] });
        expect(run.log).toContain('versions 1.0.0 1.0.0');
        expect(run.log).toMatch(
          tool === 'pip' ? /install_deps> python.*-m pip install/ : /install_deps>.*uv pip install/,
        );
        const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
          /log.\d.*\.log$/.test(name),
        );
        expect(logs).not.toEqual([]);
        for (const name of logs) {
          const text = readFileSync(join(folder, name), 'latin1');
          expect({ name, leaks: project.tokens.flatMap((token) => findLeaks(text, token)) }).toEqual({
            name,
            leaks: [],
          });
        }
      });
    });

    describe('nox', () => {
      test.each(TOOLS)('installs the project and its dependencies with %s', async (tool) => {
        await using project = await startProject(tool);
        const backend = tool === 'pip' ? 'virtualenv' : 'uv';
        project.write(
          'noxfile.py',
          `import nox\n\n@nox.session(venv_backend="${backend}")\ndef tests(session):\n` +
            '    session.install("acme-tool", ".")\n    session.run("python", "-m", "demo")\n',
        );
        const run = await project.run(['nox', '--verbose', '--envdir', join(project.job.temp, 'nox')]);
        expect(run).toMatchObject({ succeeded: true, leaks: [] });
        expect(run.log).toContain('versions 1.0.0 1.0.0');
        expect(run.log).toContain(`nox > ${tool === 'pip' ? 'python -m pip' : 'uv pip'} install acme-tool .`);
      });
    });

    test('what runs uv does not see what pip has been told: it takes the public package', async () => {
      await using project = await startProject('pip');
      project.write('tox.ini', '[testenv]\nskip_install = true\ndeps = acme-tool\ncommands = python -c pass\n');
      const run = await project.run(['tox', '--workdir', join(project.job.temp, 'tox')]);
      expect(run.log).toContain('acme-tool==99.0.0');
    });

    describe('python -m build', () => {
      test.each(TOOLS)('installs a private build requirement with %s', async (tool) => {
        await using project = await startProject(tool);
        const run = await project.run(['python', '-m', 'build', '--wheel', '--installer', tool, '-vv']);
        expect(run).toMatchObject({ succeeded: true, leaks: [] });
        expect(run.log).toContain('- acme-backend==1.0.0');
        expect(run.log).toContain('Successfully built demo-1.0.0-py3-none-any.whl');
      });
    });
  },
  'managers',
);
