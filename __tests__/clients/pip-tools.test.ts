import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findLeaks } from '../support/leaks.ts';
import { type ManagedStage, setManagedStage } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';

await describeWithPython(
  'pip-tools',
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
    const both = () => ({ repositories: `${stage.urls.team}\n${stage.urls.shared}`, tools: 'pip' });

    test('pip-compile pins a private package and one of an extra index, pip-sync installs them', async () => {
      await using project = await stage.startProject(both());
      project.write('requirements.in', 'acme-tool\n');
      const compile = await project.run(['pip-compile', '--verbose', '--generate-hashes']);
      expect(compile).toMatchObject({ succeeded: true, leaks: [] });
      const requirements = project.read('requirements.txt').split('\n');
      expect(requirements).toEqual(
        expect.arrayContaining([
          `--index-url ${stage.urls.team}simple/`,
          `--extra-index-url ${stage.urls.shared}simple/`,
          'acme-lib==1.0.0 \\',
          'acme-tool==1.0.0 \\',
        ]),
      );
      // pip-sync takes everything else out of the environment that it is given, and needs pip in it.
      const made = await project.run(['virtualenv', 'environment']);
      expect(made.succeeded).toBe(true);
      const python = join(project.folder, 'environment', 'bin', 'python');
      const sync = await project.run(['pip-sync', '--verbose', '--python-executable', python]);
      expect(sync).toMatchObject({ succeeded: true, leaks: [] });
      console.log(compile.log, sync.log, requirements);
    });
  },
  'managers',
);
