/** `index-url: project`: the project's own files name the indexes, and the action gives the credentials only. */
import { expect, test } from '@jest/globals';
import { projectTable } from '../support/demo-project.ts';
import { describeManager } from '../support/describe-manager.ts';
import { TWO_IDENTITIES } from '../support/managed-project.ts';
import { pathOf } from '../support/python-clients.ts';

const PROJECT = { 'index-url': 'project' };

await describeManager("a project's own indexes", ({ clients, stage, single }) => {
  const startProject = (tools: string) => stage.startProject({ ...PROJECT, repositories: stage.urls.team, tools });
  const ofTeam = () => `name = "team"\nurl = "${stage.urls.team}simple/"\n`;
  /** acme-tool is from `team` and needs acme-lib, which is from the public index here. */
  const uvProject = () =>
    `${projectTable(['acme-tool'])}[[tool.uv.index]]\n${ofTeam()}explicit = true\n` +
    '[tool.uv.sources]\nacme-tool = { index = "team" }\n';

  test('uv: the lock file stays as it is, also with --upgrade', async () => {
    await using project = await startProject('uv');
    project.write('pyproject.toml', uvProject());
    expect(await project.run(['uv', 'lock'])).toMatchObject({ succeeded: true, leaks: [] });
    const lock = project.read('uv.lock');
    expect(lock).toContain(`registry = "${stage.urls.team}simple/"`);
    expect(lock).toMatch(/name = "acme-lib"\nversion = "99\.0\.0"\nsource = \{ registry = "https:/);
    const sync = await project.run(['uv', 'sync', '--locked']);
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    expect(sync.log).toContain('+ acme-tool==1.0.0');
    expect(await project.run(['uv', 'lock', '--upgrade'])).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.read('uv.lock')).toBe(lock);
    expect(Object.keys(project.step.exported).filter((name) => /^UV_|^PIP_/.test(name))).toEqual(['UV_PUBLISH_URL']);
    expect(project.step.log).toContain(
      'Installs use the indexes that the files of the project name (index-url: ' + 'project).',
    );
  });

  test('uv: with an index of ours, public packages move there, and the log proposes index-url: project', async () => {
    await using project = await startProject('uv');
    project.write('pyproject.toml', uvProject());
    expect(await project.run(['uv', 'lock'])).toMatchObject({ succeeded: true });
    project.job.workspaceFile('pyproject.toml', uvProject());
    const again = { repositories: `corp=${stage.urls.team}`, tools: 'uv', 'profile-name': 'acme' };
    const step = await project.job.action(again);
    expect(step.log.join('\n')).toMatch(
      /pyproject\.toml line 8 names the index corp itself; .* set index-url: project\./,
    );
    const upgrade = await project.run(['uv', 'lock', '--upgrade']);
    expect(upgrade.succeeded).toBe(false);
    expect(upgrade.log).toContain('acme-lib was not found in the package registry');
  });

  test('poetry', async () => {
    await using project = await single.startProject({ ...PROJECT, repositories: single.urls.team, tools: 'poetry' });
    const source = `[[tool.poetry.source]]\nname = "corp"\nurl = "${single.urls.team}simple/"\npriority = "explicit"\n`;
    const dependencies = ['acme-tool', 'acme-lib'].map((name) => `${name} = { source = "corp" }\n`).join('');
    const pyproject = projectTable(['acme-tool (>=1)', 'acme-lib (>=1)'], 'acme-upload');
    project.write('pyproject.toml', `${pyproject}[tool.poetry.dependencies]\n${dependencies}${source}`);
    expect(await project.run(['poetry', 'lock'])).toMatchObject({ succeeded: true, leaks: [] });
    const lock = project.read('poetry.lock');
    expect(lock).toContain(`url = "${single.urls.team}simple"`);
    const install = await project.run(['poetry', 'install', '--no-root']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Installing acme-tool (1.0.0)');
    expect(install.log).toContain('Installing acme-lib (1.0.0)');
    expect(project.read('poetry.lock')).toBe(lock);
  });

  test('pdm', async () => {
    await using project = await startProject('pdm');
    const source = `[[tool.pdm.source]]\n${ofTeam()}include_packages = ["acme-tool"]\n`;
    const others =
      `[[tool.pdm.source]]\nname = "pypi"\nurl = "https://${stage.publicHost}/simple"\n` +
      'exclude_packages = ["acme-tool"]\n';
    project.write('pyproject.toml', projectTable(['acme-tool']) + source + others);
    expect(await project.run(['pdm', 'lock', '--static-urls'])).toMatchObject({ succeeded: true, leaks: [] });
    const lock = project.read('pdm.lock');
    expect(lock).toContain(`"${stage.urls.team}simple/acme-tool/`);
    const install = await project.run(['pdm', 'install', '--no-self', '--frozen-lockfile', '-v']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Install acme-tool 1.0.0 successful');
    expect(install.log).toContain('Install acme-lib 99.0.0 successful');
    expect(project.read('pdm.lock')).toBe(lock);
  });

  test('pipenv', async () => {
    await using project = await startProject('pipenv');
    const open = `[[source]]\nname = "pypi"\nurl = "https://${stage.publicHost}/simple"\nverify_ssl = true\n`;
    const own = `[[source]]\n${ofTeam()}verify_ssl = true\n`;
    project.write(
      'Pipfile',
      `${open}${own}[packages]\nacme-tool = { version = "*", index = "team" }\nacme-lib = "*"\n`,
    );
    expect(await project.run(['pipenv', 'lock'])).toMatchObject({ succeeded: true, leaks: [] });
    const lock = project.read('Pipfile.lock');
    const sync = await project.run(['pipenv', 'sync', '--verbose'], { PIPENV_VERBOSITY: '1' });
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    expect(sync.log).toContain('Successfully installed acme-tool-1.0.0');
    expect(project.read('Pipfile.lock')).toBe(lock);
  });

  test('pip: --index-url of requirements.txt', async () => {
    await using project = await single.startProject({ ...PROJECT, repositories: single.urls.team });
    project.write('requirements.txt', `--index-url ${single.urls.team}simple/\nacme-tool\n`);
    const install = await project.run([
      clients.python,
      '-m',
      'pip',
      'install',
      '-r',
      'requirements.txt',
      '--target',
      'site',
    ]);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    expect(project.step.outputs).toMatchObject({ 'pip-config-file': '', 'index-url': '' });
    expect(JSON.stringify(project.connects())).not.toContain(single.publicHost);
  });

  test('a job with an index of its own goes on with project: pip and uv forget the first', async () => {
    await using project = await single.startProject({ repositories: single.urls.team });
    const again = { ...PROJECT, repositories: single.urls.team, 'profile-name': 'acme' };
    const step = await project.job.action(again);
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^uv still uses the index of an earlier step, because GitHub cannot unset its variable UV_DEFAULT_INDEX/,
      ),
    ]);
    const config = await project.run([clients.python, '-m', 'pip', 'config', 'list']);
    expect(config.log).toContain("global.extra-index-url=''");
    expect(config.log).not.toContain('global.index-url');
  });

  test('two identities on one host are refused before a token is asked for', async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    job.workspaceFile(
      TWO_IDENTITIES.keyringrc,
      ['team', 'shared'].map((name) => `[codeartifact name="${name}"]\nprofile_name=${name}\n`).join(''),
    );
    const calls = stage.standIn.calls.length;
    const repositories = `${stage.urls.team}\n${stage.urls.shared}`;
    const step = await job.action({ ...PROJECT, ...TWO_IDENTITIES, repositories });
    expect(step.outcome).toBe('failure');
    expect(step.annotations[0]?.message).toMatch(/^Input index-url is "project", .* shared would need another one/);
    expect(stage.standIn.calls).toHaveLength(calls);
  });
});
