import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fullAccess, newUser, repositoryArn } from '../../sandbox/aws/world.ts';
import { makePackages } from '../../sandbox/python/packages.ts';
import { makeEmptyEnvironment } from '../../sandbox/python/python.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { findLeaks } from '../support/leaks.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { type Stage, type StagedJob, setStage, writeProfiles } from '../support/stage.ts';

await describeWithPython('pip installs', (clients) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
    const [tool, sdist, lib, backend, probe] = await makePackages([
      { name: 'acme-tool', version: '1.0.0', dependencies: ['acme-lib'] },
      {
        name: 'acme-sdist',
        version: '1.0.0',
        kind: 'sdist',
        buildRequires: ['acme-backend'],
        buildBackend: 'acme_backend',
      },
      { name: 'acme-lib', version: '1.0.0' },
      { name: 'acme-backend', version: '1.0.0', modules: ['acme_backend.py'] },
      { name: 'acme-probe', version: '1.0.0' },
    ]);
    if (!tool || !sdist || !lib || !backend || !probe) throw new Error('no packages');
    stage.acme.repositories[0]?.packages.push(tool, sdist);
    stage.acme.repositories[1]?.packages.push(lib, backend);
    stage.labs.repositories[0]?.packages.push(probe);
  });
  afterAll(() => stage.standIn.close());

  async function startJob(): Promise<{ job: StagedJob; install: (...words: string[]) => Promise<StepResult> }> {
    const job = await stage.startJob({ machine: { PATH: `${clients.bin}:/usr/bin:/bin`, PIP_NO_CACHE_DIR: '1' } });
    job.workspaceFile(
      'keyringrc.cfg',
      '[codeartifact]\nprofile_name=acme\n[codeartifact domain="acme-labs"]\nprofile_name=labs\n',
    );
    const python = await makeEmptyEnvironment(clients.python, join(job.folder, 'environment'));
    return { job, install: (...words) => job.run(['pip', '--python', python, 'install', ...words]) };
  }

  test.each(['netrc', 'url'])(
    'from the first index and an extra one, and builds from source, with credentials: %s',
    async (credentials) => {
      const { job, install } = await startJob();
      await using _ = job;
      const step = await job.action({ repositories: Object.values(stage.urls).join('\n'), credentials });
      expect(step.outcome).toBe('success');
      const first = await install('-v', 'acme-tool', 'acme-sdist', 'acme-probe');
      expect(first.log.join('\n')).toContain(
        'Successfully installed acme-lib-1.0.0 acme-probe-1.0.0 acme-sdist-1.0.0 acme-tool-1.0.0',
      );
      expect(findLeaks(first.log.join('\n'), step.outputs['token'] ?? '')).toEqual([]);
      if (credentials === 'netrc') expect(findLeaks(first.rawLog, step.outputs['token'] ?? '')).toEqual([]);
    },
  );

  test('with two identities on one host, each repository with its own token', async () => {
    const rights = (repository: string) => [
      ...fullAccess(stage.acme).filter(({ action }) => /GetAuthorizationToken|GetServiceBearerToken/.test(action)),
      { action: 'codeartifact:ReadFromRepository', resource: repositoryArn(stage.acme, repository) },
    ];
    const team = newUser('arn:aws:iam::111122223333:user/team', rights('team'));
    const shared = newUser('arn:aws:iam::111122223333:user/shared', rights('shared'));
    stage.standIn.world.identities.push(team, shared);
    const { job, install } = await startJob();
    await using _ = job;
    job.homeFile('.aws/credentials', writeProfiles({ team, shared }));
    job.workspaceFile(
      'keyringrc.cfg',
      '[codeartifact name="team"]\nprofile_name=team\n[codeartifact name="shared"]\nprofile_name=shared\n',
    );
    const step = await job.action({ repositories: `${stage.urls.team}\n${stage.urls.shared}` });
    expect(step.outcome).toBe('success');
    const installed = await install('acme-tool', 'acme-sdist');
    expect(installed.log.join('\n')).toContain(
      'Successfully installed acme-lib-1.0.0 acme-sdist-1.0.0 acme-tool-1.0.0',
    );
  });

  test("with the user's own settings in force, but for his indexes", async () => {
    const { job, install } = await startJob();
    await using _ = job;
    job.homeFile(
      '.config/pip/pip.conf',
      '[global]\ntimeout = 7\nindex-url = https://127.0.0.1:9/simple/\n[install]\nextra-index-url = https://127.0.0.1:9/\nno-deps = true\n',
    );
    job.homeFile('.netrc', 'machine example.com login me password mine', 0o600);
    const step = await job.action({ repositories: Object.values(stage.urls).join('\n') });
    expect(step.log.join('\n')).toContain('extra-index-url in [install] of');
    const installed = await install('acme-tool');
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
    const { job, install } = await startJob();
    await using _ = job;
    await job.action({ repositories: stage.urls.team });
    stage.standIn.expireTokens();
    const installed = await install('--no-input', 'acme-tool');
    expect(installed.outcome).toBe('failure');
    expect(installed.log.join('\n')).toMatch(/401|No matching distribution/);
  });
});
