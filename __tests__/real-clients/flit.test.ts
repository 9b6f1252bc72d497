import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { interpreterIn } from '../support/client-folders.ts';
import { describeManager } from '../support/describe-manager.ts';
import { type ManagedProject, TWO_IDENTITIES } from '../support/managed-project.ts';

/** Windows does not let everyone make links. */
const WITHOUT_BUILD = process.platform === 'win32' ? '--pth-file' : '--symlink';
/** On Windows, no input at all is a terminal to Python, so flit asks. */
const NO_USER = process.platform === 'win32' ? 'EOF when reading a line' : 'Could not find username for upload.';

await describeManager('flit', ({ stage, single, both }) => {
  function writeProject(project: ManagedProject, version: string): void {
    project.write(
      'pyproject.toml',
      '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n' +
        `[project]\nname = "acme-upload"\nversion = "${version}"\ndescription = "A package"\n` +
        'dependencies = ["acme-tool"]\n',
    );
    project.write('acme_upload/__init__.py', '');
  }

  const publish = (project: ManagedProject, ...words: string[]) =>
    project.run(['flit', '--debug', 'publish', '--format', 'wheel', ...words]);

  /** Into a virtual environment of its own, with a link to the project itself: nothing is built. */
  async function install(project: ManagedProject) {
    writeProject(project, '1.0.0');
    const folder = join(project.job.folder, 'environment');
    await project.run(['virtualenv', '--quiet', folder]);
    const words = ['flit', '--debug', 'install', WITHOUT_BUILD, '--python', interpreterIn(folder)];
    return project.run(words, { FLIT_ROOT_INSTALL: '1' });
  }

  test('installs a private package, and one that it needs from an extra index', async () => {
    await using project = await stage.startProject(both());
    const installed = await install(project);
    expect(installed).toMatchObject({ succeeded: true, leaks: [] });
    expect(installed.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
  });

  test('with one private index, a higher version on the public one is not even looked at', async () => {
    await using project = await single.startProject({ repositories: single.urls.team, tools: 'flit' });
    const installed = await install(project);
    expect(installed).toMatchObject({ succeeded: true, leaks: [] });
    expect(installed.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    expect(JSON.stringify(project.connects())).not.toContain(single.publicHost);
  });

  test('publishes to publish-to, and then to no other by its name', async () => {
    await using project = await stage.startProject({ ...both(), 'publish-to': 'shared' });
    writeProject(project, '1.0.0');
    expect(await publish(project)).toMatchObject({ succeeded: true, leaks: [] });
    const other = await publish(project, '--repository', 'team');
    expect(other).toMatchObject({ succeeded: false, leaks: [] });
    expect(other.log).toContain('Use either FLIT_INDEX_URL or --repository, not both');
    expect(project.uploads()).toEqual(['acme shared 200']);
  });

  test('without publish-to, by name, and nowhere without one; each identity of a host with its own token', async () => {
    await using project = await stage.startProject({ ...both(), ...TWO_IDENTITIES });
    writeProject(project, '2.0.0');
    expect(project.tokens).toHaveLength(2);
    const unnamed = await publish(project);
    expect(unnamed).toMatchObject({ succeeded: false, leaks: [] });
    expect(unnamed.log).toContain(NO_USER);
    expect(await publish(project, '--repository', 'team')).toMatchObject({ succeeded: true, leaks: [] });
    expect(await publish(project, '--repository', 'shared')).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme team 200', 'acme shared 200']);
  });

  test('with publish-to of another identity, with its token', async () => {
    await using project = await stage.startProject({
      ...both(),
      ...TWO_IDENTITIES,
      'publish-to': 'shared',
    });
    writeProject(project, '3.0.0');
    expect(await publish(project)).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme shared 200']);
  });

  test('to a repository with the name pypi, with no token in a variable, and to the others by name', async () => {
    await using project = await stage.startProject({
      ...both(),
      repositories: `${stage.urls.team}\npypi=${stage.urls.shared}`,
      'publish-to': 'pypi',
    });
    writeProject(project, '4.0.0');
    expect(Object.keys(project.step.exported).filter((name) => name.startsWith('FLIT'))).toEqual([]);
    expect(await publish(project)).toMatchObject({ succeeded: true, leaks: [] });
    expect(await publish(project, '--repository', 'team')).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme shared 200', 'acme team 200']);
  });

  test("a user's own section pypi is not touched", async () => {
    await using job = await stage.startJob();
    const own = '[pypi]\nusername = __token__\npassword = a%b\n';
    job.homeFile('.pypirc', own);
    const repositories = `${stage.urls.team}\npypi=${stage.urls.shared}`;
    const step = await job.action({ ...both(), repositories, 'publish-to': 'pypi', 'profile-name': 'acme' });
    expect(step.outcome).toBe('failure');
    expect(step.annotations[0]?.message).toContain('the name "pypi" is already a section of your ~/.pypirc');
    expect(readFileSync(join(job.home, '.pypirc'), 'utf8')).toBe(own);
  });

  test('preflight: pip is asked; a variable that overrides .pypirc is named', async () => {
    await using project = await stage.startProject({ ...both(), preflight: 'true' });
    expect(project.step.log.join('\n')).toContain('preflight: pip config debug: sees what this action wrote.');
    const again = await project.job.action(
      { ...both(), 'profile-name': 'acme', preflight: 'true' },
      { env: { FLIT_PASSWORD: 'never-shown-1' } },
    );
    expect(again.outcome).toBe('failure');
    expect(again.annotations[0]?.message).toMatch(/^The variable FLIT_PASSWORD is set/);
  });
});
