import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeManager } from '../support/describe-manager.ts';
import { type ManagedProject, TWO_IDENTITIES } from '../support/managed-project.ts';
import { pathOf } from '../support/python-clients.ts';
import { snapshot } from '../support/snapshot.ts';

await describeManager('pipenv', ({ clients, stage, single, both }) => {
  const source = (name: string, url: string) => `[[source]]\nname = "${name}"\nurl = "${url}"\nverify_ssl = true\n`;
  const publicSource = () => source('pypi', `https://${stage.publicHost}/simple`);

  /** The URLs of the sources that Pipfile.lock names. */
  const lockedSources = (project: ManagedProject): string[] =>
    JSON.parse(project.read('Pipfile.lock'))._meta.sources.map(({ url }: { url: string }) => url);

  test('locks and installs from the main index, and from an extra one that the Pipfile names', async () => {
    await using project = await stage.startProject(both());
    const extra = source('shared', `${stage.urls.shared}simple/`);
    const packages = '[packages]\nacme-tool = "*"\nacme-lib = {version = "*", index = "shared"}\n';
    project.write('Pipfile', publicSource() + extra + packages);
    const lock = await project.run(['pipenv', 'lock', '--verbose']);
    expect(lock).toMatchObject({ succeeded: true, leaks: [] });
    expect(lockedSources(project)).toEqual([`https://${stage.publicHost}/simple`, `${stage.urls.shared}simple/`]);
    const sync = await project.run(['pipenv', 'sync', '--verbose'], { PIPENV_VERBOSITY: '1' });
    expect(sync).toMatchObject({ succeeded: true, leaks: [] });
    for (const name of ['acme-tool', 'acme-lib']) expect(sync.log).toContain(`Successfully installed ${name}-1.0.0`);
  });

  test('with one private index, a higher version on the public one is not even looked at', async () => {
    await using project = await single.startProject({ repositories: single.urls.team, tools: 'pipenv' });
    project.write('Pipfile', `${publicSource()}[packages]\nacme-tool = "*"\n`);
    const install = await project.run(['pipenv', 'install', '--verbose']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(install.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    expect(JSON.stringify(project.connects())).not.toContain(single.publicHost);
  });

  test('without a [[source]] it writes the URL of the main index into Pipfile and its lock, and no token', async () => {
    // pip, which pipenv asks for its indexes, has the token of the second one in its own file here.
    await using project = await single.startProject({
      ...both(single),
      ...TWO_IDENTITIES,
      tools: 'pip pipenv',
    });
    expect(project.tokens).toHaveLength(2);
    const install = await project.run(['pipenv', 'install', 'acme-tool']);
    expect(install).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.read('Pipfile')).toContain(`url = "${single.urls.team}simple/"`);
    expect(lockedSources(project)).toEqual([`${single.urls.team}simple/`]);
    const requirements = await project.run(['pipenv', 'requirements']);
    expect(requirements).toMatchObject({ succeeded: true, leaks: [] });
    expect(requirements.log).toContain(`-i ${single.urls.team}simple/\n`);
  });

  test('of two identities on one host, the first one counts; another as the main index is refused', async () => {
    await using job = await single.startJob({ machine: { PATH: pathOf(clients) } });
    const sections = ['team', 'shared'].map((name) => `[codeartifact name="${name}"]\ntoken_duration=900\n`);
    job.workspaceFile('keyringrc.cfg', `${sections[0]}profile_name=acme\n${sections[1]}profile_name=other\n`);
    const { accessKeyId, secretAccessKey } = single.acmeUser;
    const profile = (name: string) =>
      `[${name}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
    job.homeFile('.aws/credentials', profile('acme') + profile('other'));
    const first = await job.action(both(single));
    expect(first.outcome).toBe('success');
    expect(first.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^pipenv: shared cannot be used, because an earlier repository of its host/),
    );
    expect(Object.values(first.exported).join()).not.toContain('eyJ');
    const second = await job.action({ ...both(single), 'index-url': 'shared' });
    expect(second.outcome).toBe('failure');
    expect(second.annotations[0]?.message).toContain('list shared first in the input repositories');
    expect(second.exported).toEqual({});
  });

  test('preflight: all is seen, without a call, and nothing is changed', async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    job.workspaceFile('Pipfile', `${publicSource()}[packages]\n`);
    const [from, home, workspace] = [stage.standIn.connects.length, snapshot(job.home), snapshot(job.workspace)];
    const step = await job.action({ ...both(), 'profile-name': 'acme', preflight: 'true' });
    expect(step.log.join('\n')).toContain('preflight: pipenv --support: sees what this action wrote.');
    expect(snapshot(job.home)).toEqual(home);
    expect(snapshot(job.workspace)).toEqual(workspace);
    const hosts = stage.standIn.connects.slice(from).map(({ target }) => target.split('.')[0]);
    expect([...new Set(hosts)]).toEqual(['codeartifact']);
  });

  test("preflight: the project's .env and a variable in the way are named", async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    job.workspaceFile('Pipfile', `${publicSource()}[packages]\n`);
    job.workspaceFile('.env', 'DEBUG=1\nPIPENV_PYPI_MIRROR=https://me:never-shown-1@index.example/simple\n');
    const inputs = { ...both(), 'profile-name': 'acme', preflight: 'true' };
    const step = await job.action(inputs, {
      env: { PIP_INDEX_URL: 'https://me:never-shown-2@index.example/simple' },
    });
    expect(step.outcome).toBe('failure');
    const message = step.annotations[0]?.message ?? '';
    expect(message).toMatch(/^2 problems/);
    expect(message).toContain('The variable PIP_INDEX_URL is set, which makes pipenv look there too');
    expect(message).toContain(
      `PIPENV_PYPI_MIRROR of the project's .env (${join(job.workspace, '.env')} line 2) overrides what this action ` +
        'sets',
    );
    expect(message).not.toContain('never-shown');
    expect(existsSync(join(job.workspace, 'Pipfile.lock'))).toBe(false);
  });
});
