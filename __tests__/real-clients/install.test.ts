import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sampleWorld } from '../../sandbox/aws/sample-world.ts';
import { makeEmptyEnvironment } from '../../sandbox/python/environments.ts';
import { findLeaks } from '../support/leaks.ts';
import { PIP_FILE } from '../support/pip-file.ts';
import { describeWithPython, pathOf } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { BOTH_ACCOUNTS, setStage, writeProfiles } from '../support/stage.ts';
import { addTwoUsers, TWO_PROFILES } from '../support/two-identities.ts';

await describeWithPython('pip installs', (clients) => {
  const stage = sharedStage(async () => {
    const [empty, { acme, labs }] = await Promise.all([setStage(), sampleWorld()]);
    empty.acme.repositories = acme.repositories;
    empty.labs.repositories = labs.repositories;
    return empty;
  });

  async function startJob() {
    const job = await stage.startJob({ machine: { PATH: pathOf(clients), PIP_NO_CACHE_DIR: '1' } });
    job.workspaceFile('keyringrc.cfg', BOTH_ACCOUNTS);
    const python = await makeEmptyEnvironment(clients.python, join(job.folder, 'environment'));
    const install = (...words: string[]) => job.run(['pip', '--python', python, 'install', ...words]);
    return Object.assign(job, { install });
  }

  test.each(['netrc', 'url'])(
    'from the first index and an extra one, and builds from source, with credentials: %s',
    async (credentials) => {
      await using job = await startJob();
      const step = await job.action({ repositories: Object.values(stage.urls).join('\n'), credentials });
      expect(step.outcome).toBe('success');
      const first = await job.install('-v', 'acme-tool', 'acme-sdist', 'acme-probe');
      expect(first.log.join('\n')).toContain(
        'Successfully installed acme-lib-1.0.0 acme-probe-1.0.0 acme-sdist-1.0.0 acme-tool-1.0.0',
      );
      expect(findLeaks(first.log.join('\n'), step.outputs['token'] ?? '')).toEqual([]);
      if (credentials === 'netrc') expect(findLeaks(first.rawLog, step.outputs['token'] ?? '')).toEqual([]);
    },
  );

  test('with two identities on one host, each repository with its own token', async () => {
    await using job = await startJob();
    job.homeFile('.aws/credentials', writeProfiles(addTwoUsers(stage)));
    job.workspaceFile('keyringrc.cfg', TWO_PROFILES);
    const step = await job.action({ repositories: `${stage.urls.team}\n${stage.urls.shared}` });
    expect(step.outcome).toBe('success');
    const installed = await job.install('acme-tool', 'acme-sdist');
    expect(installed.log.join('\n')).toContain(
      'Successfully installed acme-lib-1.0.0 acme-sdist-1.0.0 acme-tool-1.0.0',
    );
  });

  test("with the user's own settings in force, but for their indexes", async () => {
    await using job = await startJob();
    job.homeFile(
      PIP_FILE,
      '[global]\ntimeout = 7\nindex-url = https://127.0.0.1:9/simple/\n[install]\n' +
        'extra-index-url = https://127.0.0.1:9/\nno-deps = true\n',
    );
    job.homeFile('.netrc', 'machine example.com login me password mine', 0o600);
    const step = await job.action({ repositories: Object.values(stage.urls).join('\n') });
    expect(step.log.join('\n')).toContain('extra-index-url in [install] of');
    const installed = await job.install('acme-tool');
    // Without its dependency, as the user's own no-deps has it.
    expect(installed.log.join('\n')).toContain('Successfully installed acme-tool-1.0.0');
    const list = await job.run(['pip', 'config', 'list']);
    expect(list.stdout).toContain("global.timeout='7'");
    expect(list.stdout).not.toContain('127.0.0.1');
    expect(readFileSync(step.outputs['netrc-file'] ?? '', 'latin1')).toMatch(
      /machine example\.com login me password mine$/,
    );
  });

  test('an expired token ends in a 401 of pip, not in a hang', async () => {
    await using job = await startJob();
    await job.action({ repositories: stage.urls.team });
    stage.standIn.expireTokens();
    const installed = await job.install('--no-input', 'acme-tool');
    expect(installed.outcome).toBe('failure');
    expect(installed.log.join('\n')).toMatch(/401|No matching distribution/);
  });
});
