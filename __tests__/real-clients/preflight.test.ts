import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { machineFolder } from '../support/client-folders.ts';
import { place } from '../support/files.ts';
import { findLeaks } from '../support/leaks.ts';
import { placeProgram } from '../support/node-programs.ts';
import { describeWithPython, pathOf } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { snapshot } from '../support/snapshot.ts';
import { setStage } from '../support/stage.ts';

await describeWithPython('preflight', (clients) => {
  const stage = sharedStage(() => setStage());
  const PATH = pathOf(clients);
  const inputs = () => ({
    repositories: Object.values(stage.urls).slice(0, 2).join('\n'),
    'profile-name': 'acme',
    preflight: 'true',
  });

  test.each(['netrc', 'url'])(
    'all is seen, with credentials: %s; and no token reaches the log',
    async (credentials) => {
      await using job = await stage.startJob({ machine: { PATH } });
      const step = await job.action({ ...inputs(), credentials });
      expect(step.outcome).toBe('success');
      const log = step.log.join('\n');
      expect(log).toContain('preflight: pip config debug: sees what this action wrote.');
      expect(log).toMatch(/preflight: twine upload .*team.*: sees what this action wrote\./);
      expect(findLeaks(step.rawLog.replace(/^::add-mask::.*$/gm, ''), step.outputs['token'] ?? '')).toEqual([]);
    },
  );

  test('what gets in the way is named by its place, nothing is left behind', async () => {
    await using job = await stage.startJob({
      machine: { PATH, XDG_CONFIG_DIRS: '' },
      env: { PIP_PYPI_URL: 'https://x/', TWINE_PASSWORD: 'never-shown-1' },
    });
    const folder = join(job.folder, 'machine');
    const file = join(folder, 'pip', process.platform === 'win32' ? 'pip.ini' : 'pip.conf');
    place(file, '[global]\ntimeout=3\n[install]\nno-index = true\n');
    const home = snapshot(job.home);
    const step = await job.action(inputs(), { env: machineFolder(folder) });
    expect(step.outcome).toBe('failure');
    const message = step.annotations.find(({ level }) => level === 'error')?.message ?? '';
    expect(message).toMatch(/^3 problems/);
    for (const part of ['PIP_PYPI_URL', 'TWINE_PASSWORD', `no-index in [install] of ${file} (line 4)`]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain('never-shown-1');
    expect(step.exported).toEqual({});
    expect(snapshot(job.home)).toEqual(home);
  });

  test('the programs get the variables of later steps, and none of this step alone and no secret', async () => {
    await using job = await stage.startJob({
      machine: { PATH: '/nowhere' },
      idToken: { url: 'https://never.example/', token: 'never-seen-by-a-program' },
    });
    const programs = join(job.folder, 'programs');
    const seen = join(job.folder, 'seen');
    mkdirSync(programs);
    const script =
      'const lines = Object.entries(process.env).map((pair) => pair.join("=") + "\\n");' +
      `require('node:fs').appendFileSync(${JSON.stringify(seen)}, lines.join(''));`;
    for (const name of ['pip', 'twine']) placeProgram(programs, name, script);
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    const keys = { 'aws-access-key-id': accessKeyId, 'aws-secret-access-key': secretAccessKey };
    const secrets = { AWS_SESSION_TOKEN: 'never-seen-1', NPM_TOKEN: 'never-seen-2' };
    const PATH = [programs, '/usr/bin', '/bin'].join(delimiter);
    await job.action({ ...inputs(), ...keys, tools: 'pip twine env' }, { env: { ...secrets, PATH } });
    const environment = readFileSync(seen, 'utf8');
    expect(environment).toContain('PIP_CONFIG_FILE=');
    expect(environment).not.toMatch(/^(INPUT|STATE|ACTIONS|AWS)_/m);
    expect(environment).not.toMatch(/^GITHUB_(?!ACTIONS=)/m);
    for (const secret of ['never-seen', secretAccessKey, 'CODEARTIFACT_AUTH_TOKEN', 'eyJ']) {
      expect(environment).not.toContain(secret);
    }
  });

  test('tools that are not installed are told, and no failure', async () => {
    await using job = await stage.startJob({ machine: { PATH: '/nowhere' } });
    const step = await job.action(inputs());
    expect(step.outcome).toBe('success');
    expect(step.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message)).toEqual([
      'preflight: pip is not installed, so it was not asked.',
      'preflight: twine is not installed, so it was not asked.',
      'preflight: uv is not installed, so it was not asked.',
    ]);
  });
});
