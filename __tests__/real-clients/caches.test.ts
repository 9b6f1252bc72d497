/** What the caches of clients keep of requests with a token, by what an index says of its answers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectTable } from '../support/demo-project.ts';
import { filesIn } from '../support/files.ts';
import { findLeaks } from '../support/leaks.ts';
import { setManagedStage } from '../support/managed-project.ts';
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

    test.each<[string, Record<string, string>, string[]]>([
      ['nothing', {}, []],
      ['that it is private', { 'cache-control': 'private, max-age=600', etag: '"1"' }, []],
      ['that it is public', { 'cache-control': 'public, max-age=600' }, ['pdm']],
      ['that it is to be asked again', { 'cache-control': 'must-revalidate', etag: '"1"' }, ['pdm']],
      ['that it depends on who asks', { vary: 'Authorization', etag: '"1"' }, ['pip', 'pipenv', 'pypoetry']],
      ['that it is not to be kept', { vary: 'Authorization', 'cache-control': 'no-store' }, []],
    ])('of an index that says %s', async (_, headers, keeping) => {
      stage.standIn.world.indexHeaders = headers;
      await using project = await stage.startProject({
        repositories: stage.urls.team,
        tools: Object.keys(CLIENTS).join(' '),
      });
      const source = `[[tool.poetry.source]]\nname = "team"\nurl = "${stage.urls.team}simple/"\n`;
      project.write('pyproject.toml', projectTable(['acme-tool']) + source);
      project.write('Pipfile', '[packages]\nacme-tool = "*"\n');
      const env = { PIP_NO_CACHE_DIR: '', VIRTUALENV_NO_PERIODIC_UPDATE: '1' };
      for (const words of Object.values(CLIENTS)) {
        const { outcome } = await project.job.run([...words], { env, workingDirectory: project.folder });
        expect([words[0], outcome]).toEqual([words[0], 'success']);
      }
      const cache = join(project.job.home, '.cache');
      const kept = filesIn(cache).filter((path) =>
        project.tokens.some((token) => findLeaks(readFileSync(path, 'latin1'), token).length > 0),
      );
      const folders = kept.map((path) => path.slice(cache.length + 1).split('/')[0]);
      expect([...new Set(folders)].toSorted()).toEqual(keeping);
      // Post does not know them.
      await project.job.finish();
      expect(kept.filter((path) => !existsSync(path))).toEqual([]);
    });
  },
  'managers',
  onWindows('The caches are looked for where Linux and macOS have them.'),
);
