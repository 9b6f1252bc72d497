import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addWheel, type ManagedStage, setManagedStage } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';

const PROJECT =
  '[project]\nname = "demo"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["acme-tool"]\n';

await describeWithPython(
  'uv',
  (clients) => {
    let stage: ManagedStage;
    let single: ManagedStage;
    beforeAll(async () => {
      stage = await setManagedStage(clients);
      single = await setManagedStage(clients, { everythingIn: 'team' });
    });
    afterAll(async () => {
      await stage.standIn.close();
      await single.standIn.close();
    });
    const both = () => ({ repositories: `${stage.urls.team}\n${stage.urls.shared}`, tools: 'uv' });

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
      const from = single.standIn.connects.length;
      const sync = await project.run(['uv', 'sync']);
      expect(sync).toMatchObject({ succeeded: true, leaks: [] });
      expect(sync.log).toContain('+ acme-tool==1.0.0');
      expect(sync.log).toContain('+ acme-lib==1.0.0');
      expect(JSON.stringify(single.standIn.connects.slice(from))).not.toContain(single.publicHost);
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
      await addWheel(project, '1.0.0');
      const publish = await project.run(['uv', 'publish', '--verbose']);
      expect(publish).toMatchObject({ succeeded: true, leaks: [] });
      expect(project.uploads()).toEqual(['acme shared 200']);
    });

    test('publishes nowhere where several are listed and none is chosen', async () => {
      await using project = await stage.startProject(both());
      await addWheel(project, '2.0.0');
      const publish = await project.run(['uv', 'publish']);
      expect(publish.succeeded).toBe(false);
      expect(publish.log).toContain('choose-one-with-publish-to');
      expect(project.uploads()).toEqual([]);
    });

    test('with two identities on one host, each index with its own token', async () => {
      await using project = await stage.startProject({
        repositories: `${stage.urls.team}\n${stage.urls.shared}`,
        tools: 'uv',
        'profile-name': '',
        'publish-to': 'shared',
        keyringrc: 'identities.cfg',
      });
      project.write('pyproject.toml', PROJECT);
      expect(project.step.exported['UV_INDEX_SHARED_PASSWORD']).toMatch(/^eyJ/);
      const sync = await project.run(['uv', 'sync', '--verbose']);
      expect(sync).toMatchObject({ succeeded: true, leaks: [] });
      await addWheel(project, '3.0.0');
      expect(await project.run(['uv', 'publish'])).toMatchObject({ succeeded: true, leaks: [] });
      expect(project.uploads()).toEqual(['acme shared 200']);
    });
  },
  'managers',
);
