/** What docs/upload-again.md says of a job that runs a second time, after some of its files have arrived. */
import { expect, test } from '@jest/globals';
import { projectTable } from '../support/demo-project.ts';
import { describeManager } from '../support/describe-manager.ts';
import type { ManagedProject } from '../support/managed-project.ts';
import { addWheel } from '../support/uploads.ts';

await describeManager(
  'an upload that runs again',
  ({ stage, both }) => {
    async function startUpload(tools: string, more: Record<string, string> = {}): Promise<ManagedProject> {
      const project = await stage.startProject({ ...both(), 'publish-to': 'team', ...more, tools });
      project.write('pyproject.toml', projectTable([], 'acme-upload'));
      return project;
    }

    test('uv publish: with UV_PUBLISH_CHECK_URL it skips the file that is there, and uploads the other', async () => {
      await using project = await startUpload('uv');
      await addWheel(project.folder, '1.0.1');
      const publish = (env: Record<string, string> = {}) => project.run(['uv', 'publish'], env);
      expect(await publish()).toMatchObject({ succeeded: true, leaks: [] });
      const refused = await publish();
      expect(refused.succeeded).toBe(false);
      expect(refused.log).toContain('409');
      await addWheel(project.folder, '1.0.2');
      const again = await publish({ UV_PUBLISH_CHECK_URL: `${stage.urls.team}simple/` });
      expect(again).toMatchObject({ succeeded: true, leaks: [] });
      expect(again.log).toContain('already exists, skipping');
      expect(project.uploads()).toEqual(['acme team 200', 'acme team 409', 'acme team 200']);
    });

    test('poetry publish --skip-existing', async () => {
      await using project = await startUpload('poetry');
      await addWheel(project.folder, '1.0.4');
      const publish = () => project.run(['poetry', 'publish', '--repository', 'team', '--skip-existing']);
      expect(await publish()).toMatchObject({ succeeded: true, leaks: [] });
      const again = await publish();
      expect(again).toMatchObject({ succeeded: true, leaks: [] });
      expect(again.log).toContain('File exists. Skipping');
    });

    test('pdm publish --skip-existing', async () => {
      await using project = await startUpload('pdm');
      await addWheel(project.folder, '1.0.5');
      const publish = () => project.run(['pdm', 'publish', '--no-build', '--skip-existing']);
      expect(await publish()).toMatchObject({ succeeded: true, leaks: [] });
      const again = await publish();
      expect(again).toMatchObject({ succeeded: true, leaks: [] });
      expect(again.log).toContain('it appears to already exist');
    });
  },
  'uv poetry pdm',
);
