import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { USER_FOLDERS } from '../support/client-folders.ts';
import { projectTable } from '../support/demo-project.ts';
import { describeManager } from '../support/describe-manager.ts';
import { type ManagedProject, TWO_IDENTITIES } from '../support/managed-project.ts';
import { snapshot } from '../support/snapshot.ts';
import { addWheel } from '../support/uploads.ts';

const project = (...dependencies: string[]) => projectTable(dependencies, 'acme-upload');
const source = (name: string, url: string) => `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}simple/"\n`;

await describeManager('poetry', ({ stage, single, both }) => {
  const inPrivateFolder = ({ job }: ManagedProject, name: string) =>
    readFileSync(join(job.exported['POETRY_CONFIG_DIR'] ?? '', name), 'utf8');

  test('locks and installs a private package, and one that it needs from another source', async () => {
    await using demo = await stage.startProject(both());
    demo.write(
      'pyproject.toml',
      project('acme-tool') + source('team', stage.urls.team) + source('other-name', stage.urls.shared),
    );
    const lock = await demo.run(['poetry', 'lock', '-vvv']);
    expect(lock).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.read('poetry.lock')).toContain(`url = "${stage.urls.shared}simple"`);
    const install = await demo.run(['poetry', 'install', '--no-root', '-vvv']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Installing acme-tool (1.0.0)');
    expect(install.log).toContain('Installing acme-lib (1.0.0)');
  });

  test('with one primary source, a higher version on the public index is not even looked at', async () => {
    await using demo = await single.startProject({ repositories: single.urls.team, tools: 'poetry' });
    demo.write('pyproject.toml', project() + source('team', single.urls.team));
    const added = await demo.run(['poetry', 'add', 'acme-tool', 'acme-built', '-vvv']);
    expect(added).toMatchObject({ succeeded: true, leaks: [] });
    for (const name of ['acme-tool', 'acme-lib', 'acme-built']) {
      expect(added.log).toContain(`Installing ${name} (1.0.0)`);
    }
    expect(JSON.stringify(demo.connects())).not.toContain(single.publicHost);
  });

  test('publishes by name, whatever the name is made of', async () => {
    await using demo = await stage.startProject({
      repositories: `${stage.urls.team}\nMy.Repo_2=${stage.urls.shared}`,
      tools: 'poetry',
    });
    demo.write('pyproject.toml', project());
    await addWheel(demo.folder, '1.0.0');
    const dotted = await demo.run(['poetry', 'publish', '--repository', 'My.Repo_2', '-vvv']);
    expect(dotted).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.uploads()).toEqual(['acme shared 200']);
  });

  test('with two identities on one host, each repository with its own token', async () => {
    await using demo = await stage.startProject({ ...both(), ...TWO_IDENTITIES, 'publish-to': 'shared' });
    expect(demo.tokens).toHaveLength(2);
    demo.write(
      'pyproject.toml',
      project('acme-tool') + source('any-name', stage.urls.shared) + source('team', stage.urls.team),
    );
    const install = await demo.run(['poetry', 'install', '--no-root', '-vvv']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Installing acme-lib (1.0.0)');
    await addWheel(demo.folder, '2.0.0');
    expect(await demo.run(['poetry', 'publish', '-r', 'team', '-vvv'])).toMatchObject({ succeeded: true, leaks: [] });
    // Else it would go with the token of the netrc, that of team.
    const refused = await demo.run(['poetry', 'publish', '-r', 'shared']);
    expect(refused.log).toContain('Repository shared is not defined');
    const login = {
      POETRY_REPOSITORIES_SHARED_URL: stage.urls.shared,
      POETRY_HTTP_BASIC_SHARED_USERNAME: 'aws',
      POETRY_HTTP_BASIC_SHARED_PASSWORD: demo.step.outputs['token'] ?? '',
    };
    expect(await demo.run(['poetry', 'publish', '-r', 'shared'], login)).toMatchObject({ succeeded: true });
    expect(demo.uploads()).toEqual(['acme team 200', 'acme shared 200']);
    expect(demo.uploaders()).toEqual(['arn:aws:iam::111122223333:user/team', 'arn:aws:iam::111122223333:user/shared']);
  });

  const ownSettings = (password: string) => ({
    [`${USER_FOLDERS.poetry}/config.toml`]:
      `[virtualenvs]\npath = "{cache-dir}/own-place"\n[repositories.own]\nurl = "${stage.urls.research}"\n` +
      `[repositories.stale]\nurl = "${stage.urls.team}"\n`,
    [`${USER_FOLDERS.poetry}/auth.toml`]:
      `[http-basic.own]\nusername = "aws"\npassword = "${password}"\n` +
      '[http-basic.stale]\nusername = "aws"\npassword = "never-told"\n',
  });

  test("the user's own settings, index servers and passwords stay in force, but no password for our host", async () => {
    await using other = await stage.startProject({
      repositories: stage.urls.research,
      tools: 'poetry',
      'profile-name': 'labs',
    });
    const home = ownSettings(other.step.outputs['token'] ?? '');
    await using demo = await stage.startProject({ repositories: stage.urls.team, tools: 'poetry' }, { home });
    expect(demo.step.log.join('\n')).toContain(
      `poetry: http-basic.stale in ${join(demo.job.home, USER_FOLDERS.poetry, 'auth.toml')} is not used in this job.`,
    );
    demo.write(
      'pyproject.toml',
      project('acme-backend', 'own-tool') + source('team', stage.urls.team) + source('own', stage.urls.research),
    );
    const cache = join(demo.job.home, 'cache');
    const install = await demo.run(['poetry', 'install', '--no-root', '-vvv'], { POETRY_CACHE_DIR: cache });
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Installing acme-backend (1.0.0)');
    expect(install.log).toContain('Installing own-tool (1.0.0)');
    expect(existsSync(join(cache, 'own-place'))).toBe(true);
    await addWheel(demo.folder, '3.0.0');
    expect(await demo.run(['poetry', 'publish', '-r', 'own', '-vvv'])).toMatchObject({ succeeded: true, leaks: [] });
    expect(demo.uploads()).toEqual(['acme research 200']);
  });

  test("what a later step sets, and a second use of the action, leave the user's files as they were", async () => {
    await using demo = await stage.startProject(both(), { home: ownSettings('never-told') });
    const settings = join(demo.job.home, USER_FOLDERS.poetry, '..');
    const before = snapshot(settings);
    expect(await demo.run(['poetry', 'config', 'requests.max-retries', '7'])).toMatchObject({ succeeded: true });
    expect(await demo.run(['poetry', 'config', 'http-basic.later', 'me', 'pw'])).toMatchObject({ succeeded: true });
    expect(inPrivateFolder(demo, 'config.toml')).toContain('max-retries = 7');
    expect(inPrivateFolder(demo, 'auth.toml')).toContain('later');

    const inputs = { repositories: stage.urls.shared, tools: 'poetry', 'profile-name': 'acme' };
    expect((await demo.job.action(inputs)).outcome).toBe('success');
    const config = inPrivateFolder(demo, 'config.toml');
    const user = join(demo.job.home, USER_FOLDERS.poetry, 'config.toml');
    expect(config).toContain(`In the place of ${JSON.stringify(user)}`);
    expect(config).toContain('own-place');
    const seen = await demo.run(['poetry', 'config', 'repositories']);
    expect(seen.log).toContain(
      `{'shared': {'url': '${stage.urls.shared}'}, 'own': {'url': '${stage.urls.research}'}, ` +
        `'stale': {'url': '${stage.urls.team}'}}`,
    );
    await demo.job.finish();
    expect(snapshot(settings)).toEqual(before);
    expect(demo.job.env['POETRY_CONFIG_DIR']).toBe('');
  });

  test('preflight: all is seen', async () => {
    await using demo = await stage.startProject({ ...both(), preflight: 'true' });
    expect(demo.step.log.join('\n')).toContain(
      'preflight: poetry --no-plugins config repositories: sees what this action wrote.',
    );
  });

  test('preflight: what gets in the way is named by its place', async () => {
    const problems = async (env: Record<string, string>, workspace: Record<string, string>) => {
      const inputs = { ...both(), ...TWO_IDENTITIES, preflight: 'true' };
      const home = {
        [`${USER_FOLDERS.poetry}/auth.toml`]: '[http-basic.old]\nusername = "me"\npassword = "never-told"\n',
      };
      return stage.startProject(inputs, { env, home, workspace }).then(
        () => 'none',
        (error: Error) => error.message,
      );
    };
    const [variable, files] = await Promise.all([
      problems({ POETRY_REPOSITORIES_OTHER_URL: 'https://x.example/' }, {}),
      problems(
        {},
        {
          'poetry.toml':
            '[repositories]\nteam.url = "https://x.example/"\n[http-basic.team]\nusername = "never-told"\n' +
            '[certificates.old]\ncert = false\n',
          'pyproject.toml': project() + source('old', stage.urls.team),
        },
      ),
    ]);
    expect(variable).toContain('The variable POETRY_REPOSITORIES_OTHER_URL is set, which overrides');
    expect(variable).not.toContain('problems');
    expect(files).toMatch(/^4 problems/);
    expect(files).toMatch(/poetry: repositories\.team \(\S+[/\\]poetry\.toml line 2\) overrides/);
    expect(files).toMatch(/poetry: http-basic\.team \(\S+[/\\]poetry\.toml line 3\) overrides/);
    expect(files).toMatch(/poetry: certificates\.old\.cert \(\S+[/\\]poetry\.toml line 6\) changes which certificates/);
    expect(files).toMatch(
      /source old \(\S+[/\\]pyproject\.toml line 7\) has a password of its own \(http-basic\.old of \S+auth\.toml\)/,
    );
    expect(files).not.toContain('never-told');
  });

  test('warns of a variable that hides the index servers of the files', async () => {
    await using demo = await stage.startProject(both(), { env: { POETRY_REPOSITORIES_OTHER_URL: '' } });
    expect(demo.step.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message:
          'The variable POETRY_REPOSITORIES_OTHER_URL is set, which overrides what this action sets for poetry; ' +
          'unset it.',
      }),
    );
  });
});
