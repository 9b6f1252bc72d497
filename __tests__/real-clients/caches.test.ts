/** What the caches of clients keep of requests with a token, by what an index says of its answers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectTable } from '../support/demo-project.ts';
import { filesIn } from '../support/files.ts';
import { findLeaks } from '../support/leaks.ts';
import { type ManagedProject, setManagedStage } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { onWindows } from '../support/test-unless.ts';

const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  pip: ['pip', 'download', '--no-deps', '-d', 'downloads', 'acme-tool'],
  uv: ['uv', 'sync'],
  poetry: ['poetry', 'lock'],
  pdm: ['pdm', 'lock'],
  pipenv: ['pipenv', 'lock'],
};

await describeWithPython(
  'caches',
  (clients) => {
    const stage = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));

    async function startProject(): Promise<ManagedProject> {
      const tools = Object.keys(CLIENTS).join(' ');
      const project = await stage.startProject({ repositories: stage.urls.team, tools });
      const source = `[[tool.poetry.source]]\nname = "team"\nurl = "${stage.urls.team}simple/"\n`;
      project.write('pyproject.toml', projectTable(['acme-tool']) + source);
      project.write('Pipfile', '[packages]\nacme-tool = "*"\n');
      return project;
    }

    async function run({ job, folder }: ManagedProject, words: readonly string[], env: Record<string, string>) {
      const environment = { ...env, VIRTUALENV_NO_PERIODIC_UPDATE: '1' };
      const { outcome } = await job.run([...words], { env: environment, workingDirectory: folder });
      expect([words[0], outcome]).toEqual([words[0], 'success']);
    }

    const cacheOf = ({ job }: ManagedProject) => join(job.home, '.cache');
    const keepingToken = (project: ManagedProject) =>
      filesIn(cacheOf(project)).filter((path) =>
        project.tokens.some((token) => findLeaks(readFileSync(path, 'latin1'), token).length > 0),
      );

    test.each<[string, Record<string, string>, string[]]>([
      ['nothing', {}, []],
      ['that it is private', { 'cache-control': 'private, max-age=600', etag: '"1"' }, []],
      ['that it is public', { 'cache-control': 'public, max-age=600' }, ['pdm']],
      ['that it is to be asked again', { 'cache-control': 'must-revalidate', etag: '"1"' }, ['pdm']],
      ['that it depends on who asks', { vary: 'Authorization', etag: '"1"' }, ['pip', 'pipenv', 'pypoetry']],
      ['that it is not to be kept', { vary: 'Authorization', 'cache-control': 'no-store' }, []],
    ])('of an index that says %s', async (_, headers, keeping) => {
      stage.standIn.world.indexHeaders = headers;
      await using project = await startProject();
      for (const words of Object.values(CLIENTS)) await run(project, words, { PIP_NO_CACHE_DIR: '' });
      const kept = keepingToken(project);
      const folders = kept.map((path) => path.slice(cacheOf(project).length + 1).split('/')[0]);
      expect([...new Set(folders)].toSorted()).toEqual(keeping);
      // Post does not know them.
      await project.job.finish();
      expect(kept.filter((path) => !existsSync(path))).toEqual([]);
    });

    test.each([{ vary: 'Authorization' }, { 'cache-control': 'public, max-age=600' }])(
      'that are turned off keep none, whatever an index says: %j',
      async (headers) => {
        stage.standIn.world.indexHeaders = headers;
        await using project = await startProject();
        const off = { PIP_NO_CACHE_DIR: '1', PDM_CACHE_DIR: join(project.job.temp, 'pdm') };
        for (const [name, words] of Object.entries(CLIENTS)) {
          await run(project, name === 'poetry' ? [...words, '--no-cache'] : words, off);
        }
        expect(keepingToken(project)).toEqual([]);
      },
    );
  },
  'managers',
  onWindows('The caches are looked for where Linux and macOS have them.'),
);
