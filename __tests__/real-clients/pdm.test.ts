import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { machineFolder, USER_FOLDERS, userFolders } from '../support/client-folders.ts';
import { projectTable } from '../support/demo-project.ts';
import { describeManager } from '../support/describe-manager.ts';
import { place } from '../support/files.ts';
import { type ManagedProject, TWO_IDENTITIES } from '../support/managed-project.ts';
import { pathOf } from '../support/python-clients.ts';
import { snapshot } from '../support/snapshot.ts';
import { addWheel } from '../support/uploads.ts';

const project = (...dependencies: string[]) => projectTable(dependencies);
const source = (name: string, url: string) => `[[tool.pdm.source]]\nname = "${name}"\nurl = "${url}"\n`;
/** What pdm has beside its settings on Windows. */
const OWN_FOLDERS = process.platform === 'win32' ? ['pdm/Cache', 'pdm/Logs'] : [];
const USER_FILE = `${USER_FOLDERS.pdm}/config.toml`;

await describeManager('pdm', ({ clients, stage, single, both }) => {
  const privateFile = ({ job }: ManagedProject) => readFileSync(job.exported['PDM_CONFIG_FILE'] ?? '', 'utf8');

  test('locks and installs a private package, and one that it needs from an extra index', async () => {
    await using demo = await stage.startProject(both());
    demo.write('pyproject.toml', project('acme-tool'));
    const lock = await demo.run(['pdm', 'lock', '--static-urls', '-v']);
    expect(lock).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.read('pdm.lock')).toContain(`"${stage.urls.shared}simple/acme-lib/`);
    const sync = await demo.run(['pdm', 'sync', '--no-self', '-v']);
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    expect(sync.log).toContain('Install acme-tool 1.0.0 successful');
    expect(sync.log).toContain('Install acme-lib 1.0.0 successful');
  });

  test('with one private index, a higher version on the public one is not even looked at', async () => {
    await using demo = await single.startProject({ repositories: single.urls.team, tools: 'pdm' });
    demo.write('pyproject.toml', project());
    const added = await demo.run(['pdm', 'add', 'acme-tool', 'acme-built', '--no-self', '-v']);
    expect(added).toMatchObject({ succeeded: true, leaks: [] });
    for (const name of ['acme-tool', 'acme-lib', 'acme-built']) {
      expect(added.log).toContain(`Install ${name} 1.0.0 successful`);
    }
    const byUv = await demo.run(['pdm', 'lock', '-v'], { PDM_USE_UV: 'true' });
    expect(byUv).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.read('pdm.lock')).not.toContain('99.0.0');
    expect(JSON.stringify(demo.connects())).not.toContain(single.publicHost);
  });

  test('publishes to publish-to', async () => {
    await using demo = await stage.startProject({ ...both(), 'publish-to': 'shared' });
    demo.write('pyproject.toml', project());
    await addWheel(demo.folder, '1.0.0');
    expect(await demo.run(['pdm', 'publish', '--no-build', '-v'])).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.uploads()).toEqual(['acme shared 200']);
  });

  test('publishes nowhere where several are listed and none is chosen', async () => {
    await using demo = await stage.startProject(both());
    demo.write('pyproject.toml', project());
    await addWheel(demo.folder, '2.0.0');
    const publish = await demo.run(['pdm', 'publish', '--no-build']);
    expect(publish.succeeded).toBe(false);
    expect(publish.log).toContain('Missing repository config of choose-one-with-publish-to');
    expect(demo.uploads()).toEqual([]);
    expect(demo.connects()).toEqual([]);
  });

  test('with two identities on one host, each repository with its own token, also when it is named', async () => {
    await using demo = await stage.startProject({ ...both(), ...TWO_IDENTITIES, 'publish-to': 'shared' });
    expect(demo.tokens).toHaveLength(2);
    demo.write('pyproject.toml', project('acme-tool'));
    const install = await demo.run(['pdm', 'install', '--no-self', '-v']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Install acme-lib 1.0.0 successful');
    await addWheel(demo.folder, '3.0.0');
    expect(await demo.run(['pdm', 'publish', '--no-build', '-v'])).toMatchObject({ succeeded: true, leaks: [] });
    const named = await demo.run(['pdm', 'publish', '--no-build', '-v', '-r', 'team']);
    expect(named).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.uploads()).toEqual(['acme shared 200', 'acme team 200']);
    expect(demo.uploaders()).toEqual(['arn:aws:iam::111122223333:user/shared', 'arn:aws:iam::111122223333:user/team']);
  });

  test('a source that a project calls pypi gets no token, whichever index is the main one', async () => {
    await using demo = await stage.startProject({ ...both(), ...TWO_IDENTITIES, 'index-url': 'shared' });
    demo.write('pyproject.toml', project('acme-tool') + source('pypi', `https://${stage.publicHost}/simple/`));
    const from = stage.standIn.calls.length;
    expect(await demo.run(['pdm', 'lock'])).toMatchObject({ succeeded: true, leaks: [] });
    const elsewhere = stage.standIn.calls.slice(from).filter(({ host }) => host === stage.publicHost);
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test("the user's own settings, index servers and passwords stay in force, but no index of theirs", async () => {
    await using other = await stage.startProject({
      repositories: stage.urls.research,
      tools: 'pdm',
      'profile-name': 'labs',
    });
    const login = `username = "aws"\npassword = "${other.step.outputs['token']}"\n`;
    const home = {
      [USER_FILE]:
        `strategy.save = "exact"\n[pypi.mirror]\nurl = "https://${stage.publicHost}/simple/"\n[pypi.own]\n${login}` +
        `[repository.own]\nurl = "${stage.urls.research}"\n${login}`,
    };
    await using demo = await stage.startProject({ repositories: stage.urls.team, tools: 'pdm' }, { home });
    const settings = join(demo.job.home, USER_FOLDERS.pdm, '..');
    const before = snapshot(settings, OWN_FOLDERS);
    demo.write('pyproject.toml', project() + source('own', `${stage.urls.research}simple/`));
    const added = await demo.run(['pdm', 'add', '--no-self', '-v', 'acme-backend', 'own-tool']);
    expect(added).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.read('pyproject.toml')).toMatch(/"acme-backend==1\.0\.0",\s*"own-tool==1\.0\.0"/);
    expect(JSON.stringify(demo.connects())).not.toContain(stage.publicHost);
    await addWheel(demo.folder, '4.0.0');
    const publish = await demo.run(['pdm', 'publish', '--no-build', '-v', '-r', 'own']);
    expect(publish).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.uploads()).toEqual(['acme research 200']);
    expect(snapshot(settings, OWN_FOLDERS)).toEqual(before);
  });

  test("a second use of the action, and what a later step sets, leave the user's file as it was", async () => {
    const home = {
      [USER_FILE]: 'request_timeout = 7\n[repository.own]\nurl = "https://own.example/"\n',
    };
    await using demo = await stage.startProject(both(), { home });
    const user = join(demo.job.home, USER_FILE);
    expect(privateFile(demo)).toContain('[pypi.shared]');
    const inputs = { repositories: stage.urls.shared, tools: 'pdm', 'profile-name': 'acme' };
    expect((await demo.job.action(inputs)).outcome).toBe('success');
    expect(privateFile(demo)).toContain(`In the place of ${JSON.stringify(user)}`);
    const seen = await demo.run(['pdm', 'config', '--quiet']);
    expect(seen.log).toContain('request_timeout = 7');
    expect(seen.log).toContain(`repository.shared.url = ${stage.urls.shared}`);
    expect(seen.log).toContain('repository.own.url = https://own.example/');
    expect(seen.log).not.toMatch(/pypi\.shared|repository\.team/);

    expect(await demo.run(['pdm', 'config', 'strategy.save', 'wildcard'])).toMatchObject({ succeeded: true });
    expect(privateFile(demo)).toContain('wildcard');
    await demo.job.finish();
    expect(readFileSync(user, 'utf8')).toBe(home[USER_FILE]);
    // What the post of an earlier step would see.
    const after = await demo.job.run(['pdm', 'config', 'request_timeout'], {
      env: userFolders(demo.job.home),
      workingDirectory: demo.folder,
    });
    expect(after.outcome).toBe('success');
    expect(after.log).toContain('7');
  });

  test('preflight: all is seen', async () => {
    await using demo = await stage.startProject({ ...both(), preflight: 'true' });
    expect(demo.step.log.join('\n')).toContain('preflight: pdm config --quiet: sees what this action wrote.');
  });

  test('preflight: what gets in the way is named by its place', async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    const folder = join(job.home, 'machine');
    // On Windows the folder has the name of the author too, and pdm is its own.
    const machineFile = join(folder, ...(process.platform === 'win32' ? ['pdm'] : []), 'pdm', 'config.toml');
    place(machineFile, '[pypi.mirror]\nurl = "https://x.example/simple"\n');
    job.workspaceFile(
      'pdm.toml',
      '[pypi]\nignore_stored_index = true\n[repository.team]\nurl = "https://x.example/"\npassword = "never-told"\n',
    );
    job.workspaceFile(
      'pyproject.toml',
      project() +
        source('pypi', `https://${stage.publicHost}/simple`) +
        source('shared', `${stage.urls.shared}simple`) +
        source('team', 'https://x.example/simple'),
    );
    const inputs = { ...both(), 'profile-name': 'acme', preflight: 'true' };
    const env = { ...machineFolder(folder), PDM_PUBLISH_PASSWORD: 'never-told' };
    const from = stage.standIn.connects.length;
    const step = await job.action(inputs, { env });
    expect(step.outcome).toBe('failure');
    const message = step.annotations.find(({ level }) => level === 'error')?.message ?? '';
    expect(message).toMatch(/^5 problems/);
    expect(message).toContain('The variable PDM_PUBLISH_PASSWORD is set');
    expect(message).toContain(`pypi.mirror (${machineFile} line 1) conflicts with`);
    expect(message).toContain(`pypi.ignore_stored_index (${join(job.workspace, 'pdm.toml')} line 2) conflicts`);
    expect(message).toContain(`repository.team (${join(job.workspace, 'pdm.toml')} line 3) conflicts`);
    expect(message).toContain(
      `the source pypi (${join(job.workspace, 'pyproject.toml')} line 7) replaces the main index`,
    );
    expect(step.rawLog).not.toContain('never-told');
    expect(JSON.stringify(stage.standIn.connects.slice(from))).not.toContain(stage.publicHost);
  });
});
