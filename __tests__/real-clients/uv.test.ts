import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectTable } from '../support/demo-project.ts';
import { describeManager } from '../support/describe-manager.ts';
import { TWO_IDENTITIES } from '../support/managed-project.ts';
import { pathOf } from '../support/python-clients.ts';
import { addWheel } from '../support/uploads.ts';

const PROJECT = projectTable(['acme-tool']);

/** For Python: `env -u NAME COMMAND`, which not every machine has. */
const WITHOUT = 'import os, subprocess, sys; del os.environ[sys.argv[1]]; sys.exit(subprocess.call(sys.argv[2:]))';

await describeManager('uv', ({ clients, stage, single, both }) => {
  test('locks and installs a private package, and one that it needs from an extra index', async () => {
    await using project = await stage.startProject(both());
    project.write('pyproject.toml', PROJECT);
    const lock = await project.run(['uv', 'lock', '--verbose']);
    expect(lock).toMatchObject({ succeeded: true, leaks: [] });
    const sync = await project.run(['uv', 'sync', '--locked', '--verbose']);
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    expect(sync.log).toContain('+ acme-tool==1.0.0');
    expect(project.read('uv.lock')).toContain(`registry = "${stage.urls.team}simple/"`);
    const pip = await project.run(['uv', 'pip', 'install', '--reinstall', 'acme-tool']);
    expect(pip).toMatchObject({ succeeded: true, leaks: [] });
  });

  test('with one private index, a higher version on the public one is not even looked at', async () => {
    await using project = await single.startProject({ repositories: single.urls.team, tools: 'uv' });
    project.write('pyproject.toml', PROJECT);
    const sync = await project.run(['uv', 'sync']);
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    expect(sync.log).toContain('+ acme-tool==1.0.0');
    expect(sync.log).toContain('+ acme-lib==1.0.0');
    expect(JSON.stringify(project.connects())).not.toContain(single.publicHost);
  });

  test('beside the public index, the private one is asked first', async () => {
    await using project = await stage.startProject({ ...both(), 'index-url': 'client-default' });
    project.write('pyproject.toml', PROJECT);
    const sync = await project.run(['uv', 'sync']);
    expect(sync.log).toContain('+ acme-tool==1.0.0');
    expect(sync.log).toContain('+ acme-lib==1.0.0');
  });

  test('publishes to publish-to', async () => {
    await using project = await stage.startProject({ ...both(), 'publish-to': 'shared' });
    await addWheel(project.folder, '1.0.0');
    const publish = await project.run(['uv', 'publish', '--verbose']);
    expect(publish).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme shared 200']);
  });

  test('publishes to an index of the project by name once the variable is gone, and to ours by URL', async () => {
    await using project = await stage.startProject({ ...both(), 'publish-to': 'team' });
    const index =
      `name = "own"\nurl = "${stage.urls.shared}simple/"\n` + `publish-url = "${stage.urls.shared}"\nexplicit = true\n`;
    project.write('pyproject.toml', `${PROJECT}[[tool.uv.index]]\n${index}`);
    await addWheel(project.folder, '4.0.0');
    const refused = await project.run(['uv', 'publish', '--index', 'own']);
    expect(refused.log).toContain('cannot be used with');
    const byName = ['uv', 'publish', '--index', 'own'];
    const named = await project.run([clients.python, '-c', WITHOUT, 'UV_PUBLISH_URL', ...byName]);
    expect(named).toMatchObject({ succeeded: true, leaks: [] });
    const byUrl = await project.run(['uv', 'publish', '--publish-url', stage.urls.team]);
    expect(byUrl).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme shared 200', 'acme team 200']);
  });

  test('uv add records the index without credentials', async () => {
    await using project = await stage.startProject(both());
    project.write('pyproject.toml', projectTable());
    const added = await project.run(['uv', 'add', 'acme-tool']);
    expect(added).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.read('pyproject.toml')).toContain(`url = "${stage.urls.team}simple/"`);
  });

  test('publishes nowhere where several are listed and none is chosen', async () => {
    await using project = await stage.startProject(both());
    await addWheel(project.folder, '2.0.0');
    const publish = await project.run(['uv', 'publish']);
    expect(publish.succeeded).toBe(false);
    expect(publish.log).toContain('choose-one-with-publish-to');
    expect(project.uploads()).toEqual([]);
  });

  test('preflight: all is seen', async () => {
    await using project = await stage.startProject({ ...both(), preflight: 'true' });
    expect(project.step.log.join('\n')).toContain(
      `preflight: uv --directory ${project.job.workspace} pip list --show-settings: sees what this action wrote.`,
    );
  });

  test('preflight: what gets in the way is named by its place', async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    const step = async (pyproject: string, env: Record<string, string> = {}) => {
      job.workspaceFile('pyproject.toml', `[project]\nname = "demo"\nversion = "1"\n${pyproject}`);
      return job.action({ ...both(), 'profile-name': 'acme', preflight: 'true' }, { env });
    };
    const file = join(job.workspace, 'pyproject.toml');
    const own = '[[tool.uv.index]]\nname = "corp"\nurl = "https://me:never-shown-1@corp.example/simple/"\n';
    const shadowed = await step(`${own}[tool.uv]\nindex-strategy = "unsafe-best-match"\n`);
    expect(shadowed.outcome).toBe('failure');
    const [error] = shadowed.annotations;
    expect(error?.message).toMatch(/^2 problems/);
    expect(error?.message).toContain(`corp.example (${file} line 6) is searched before`);
    expect(error?.message).toContain(`index-strategy (${file} line 8) takes the highest`);
    expect(shadowed.rawLog).not.toContain('never-shown-1');
    const explicit = await step(`${own}explicit = true\n`);
    expect(explicit.outcome).toBe('success');
    const variable = await step('', { UV_EXTRA_INDEX_URL: 'https://x.example/' });
    expect(variable.outcome).toBe('failure');
    expect(variable.annotations.map(({ message }) => message).join()).toContain(
      'The variable UV_EXTRA_INDEX_URL is set',
    );
  });

  test('with two identities on one host, each index with its own token', async () => {
    await using project = await stage.startProject({
      ...both(),
      ...TWO_IDENTITIES,
      'publish-to': 'shared',
    });
    project.write('pyproject.toml', PROJECT);
    const variables = Object.keys(project.step.exported).filter((name) => /^UV_INDEX_.*_PASSWORD$/.test(name));
    expect(variables).toEqual(
      ['TEAM', 'SHARED'].map((name) => expect.stringMatching(`^UV_INDEX_${name}_[0-9A-F]{32}_`)),
    );
    const sync = await project.run(['uv', 'sync', '--verbose']);
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    // An index of the project gets the token by its URL, whatever its name.
    const own = `[[tool.uv.index]]\nname = "own"\nurl = "${stage.urls.shared}simple/"\nexplicit = true\n`;
    const sources = '[tool.uv.sources]\nacme-lib = { index = "own" }\n';
    project.write('pyproject.toml', projectTable(['acme-tool', 'acme-lib']) + own + sources);
    expect(await project.run(['uv', 'sync', '--no-cache', '--reinstall'])).toMatchObject({
      succeeded: true,
      leaks: [],
    });
    await addWheel(project.folder, '3.0.0');
    expect(await project.run(['uv', 'publish'])).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme shared 200']);
  });
});
