import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ARGV_IS_VISIBLE } from '../support/argv.ts';
import { interpreterIn } from '../support/client-folders.ts';
import { describeManager } from '../support/describe-manager.ts';
import { type ManagedProject, TWO_IDENTITIES } from '../support/managed-project.ts';

await describeManager(
  'pip-tools',
  ({ stage, single, both }) => {
    /** What pip-sync installs into: it takes all else out of it, and needs pip there. Outside of the project. */
    async function makeTarget({ job, run }: ManagedProject): Promise<string> {
      const folder = join(job.temp, 'environment');
      expect(await run(['virtualenv', folder])).toMatchObject({ succeeded: true });
      return interpreterIn(folder);
    }

    test('pip-compile pins private packages, one after building it, and pip-sync installs them', async () => {
      await using project = await stage.startProject(both());
      project.write('requirements.in', 'acme-tool\nacme-built\n');
      const compile = await project.run(['pip-compile', '--verbose', '--generate-hashes']);
      expect(compile).toMatchObject({ succeeded: true, leaks: [] });
      const lines = project.read('requirements.txt').split('\n');
      expect(lines).toContain(`--index-url ${stage.urls.team}simple/`);
      expect(lines).toContain(`--extra-index-url ${stage.urls.shared}simple/`);
      for (const name of ['acme-built', 'acme-lib', 'acme-tool']) expect(lines).toContain(`${name}==1.0.0 \\`);
      const sync = await project.run(['pip-sync', '--verbose', '--python-executable', await makeTarget(project)]);
      expect(sync).toMatchObject({ succeeded: true, leaks: [] });
      expect(sync.log).toContain('Successfully installed acme-built-1.0.0 acme-lib-1.0.0 acme-tool-1.0.0');
    });

    test('with credentials: url, pip-compile writes the token; --no-emit-index-url keeps it from that', async () => {
      await using project = await stage.startProject({ ...both(), credentials: 'url' });
      const written = (name: string) => join(project.folder, name);
      project.write('requirements.in', 'acme-tool\n');
      const without = ['pip-compile', '--no-emit-index-url', '--output-file', 'without.txt'];
      expect(await project.run(without)).toMatchObject({ succeeded: true, leaks: [] });
      project.write('pyproject.toml', '[tool.pip-tools]\nemit-index-url = false\n');
      expect(await project.run(['pip-compile', '-o', 'set.txt'])).toMatchObject({ succeeded: true, leaks: [] });
      const asItIs = await project.run(['pip-compile', '--emit-index-url', '--output-file', 'with.txt']);
      expect(asItIs).toMatchObject({ succeeded: true, leaks: ['log', written('with.txt')] });
      expect(project.read('with.txt')).toContain('--index-url https://aws:eyJ');
      // pip-sync has the URLs from pip.conf and gives them to pip, whatever the file says.
      const sync = await project.run(['pip-sync', '--python-executable', await makeTarget(project), 'without.txt']);
      expect(sync.succeeded).toBe(true);
      if (ARGV_IS_VISIBLE) expect(sync.leaks).toContainEqual(expect.stringMatching(/^argument of .*python -m pip$/));
    });

    test('with two identities on one host, it does so for the second one, which the log says', async () => {
      await using project = await stage.startProject({ ...both(), ...TWO_IDENTITIES });
      const note = /pip: the URL of shared in pip\.conf has its token in it.*pip-compile.*--no-emit-index-url/;
      expect(project.step.log.join('\n')).toMatch(note);
      project.write('requirements.in', 'acme-tool\n');
      const compile = await project.run(['pip-compile']);
      expect(compile.leaks).toContain(join(project.folder, 'requirements.txt'));
      const without = ['pip-compile', '--no-emit-index-url', '--output-file', 'without.txt'];
      expect((await project.run(without)).leaks).not.toContain(join(project.folder, 'without.txt'));
    });

    test('with one private index, a higher version on the public one is not even looked at', async () => {
      await using project = await single.startProject({ repositories: single.urls.team, tools: 'pip' });
      project.write('requirements.in', 'acme-tool\n');
      const compile = await project.run(['pip-compile']);
      expect(compile).toMatchObject({ succeeded: true, leaks: [] });
      expect(project.read('requirements.txt')).toMatch(/^acme-lib==1\.0\.0$/m);
      expect(project.read('requirements.txt')).toMatch(/^acme-tool==1\.0\.0$/m);
      expect(JSON.stringify(project.connects())).not.toContain(single.publicHost);
    });

    test('beside the public index, the higher version is pinned', async () => {
      await using project = await stage.startProject({ ...both(), 'index-url': 'client-default' });
      project.write('requirements.in', 'acme-tool\n');
      await project.run(['pip-compile']);
      expect(project.read('requirements.txt')).toMatch(/^acme-tool==99\.0\.0$/m);
    });
  },
  'pip',
);
