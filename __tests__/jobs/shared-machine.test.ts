import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kept, modeOf } from '../support/permission-bits.ts';
import { PIP_FILE } from '../support/pip-file.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

const KILL_AT = fileURLToPath(new URL('../support/kill-at.cjs', import.meta.url));
const OWN = '# mine\r\n[distutils]\r\nindex-servers =\r\n    own\r\n\r\n[own]\r\nrepository = https://own.example.com/';

let stage: Stage;
let home: string;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** A HOME that several jobs share, with a .pypirc of the user's. */
function sharedHome(): string {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  writeFileSync(join(home, '.pypirc'), OWN);
  chmodSync(join(home, '.pypirc'), 0o664);
  return home;
}

const pypirc = () => readFileSync(join(home, '.pypirc'), 'latin1');

function expectOwn(): void {
  expect(pypirc()).toBe(OWN);
  expect(modeOf(join(home, '.pypirc'))).toBe(kept(0o664));
  expect(readdirSync(home).filter((name) => name.includes('codeartifact-keyring'))).toEqual([]);
}

test('20 jobs at once, every fourth killed on its way: all keep what they need', async () => {
  sharedHome();
  const jobs = await Promise.all(Array.from({ length: 20 }, () => stage.startJob({ home })));
  const lived = await Promise.all(
    jobs.map(async (job, index) => {
      const killed = index % 4 === 3;
      const repositories = index % 2 === 0 ? stage.urls.team : `own-${index}=${stage.urls.shared}`;
      const step = await job.action(
        { repositories, 'profile-name': 'acme', tools: 'twine' },
        killed ? { env: { NODE_OPTIONS: `--require=${KILL_AT}`, KILL_AT: String(8 + index) } } : {},
      );
      return step.outcome === 'success' ? index : undefined;
    }),
  );
  const alive = lived.filter((index) => index !== undefined);
  expect(alive.length).toBeGreaterThanOrEqual(15);
  for (const index of alive)
    expect(pypirc()).toMatch(index % 2 === 0 ? /^\[team\]$/m : new RegExp(`^\\[own-${index}\\]$`, 'm'));
  expect(modeOf(join(home, '.pypirc'))).toBe(kept(0o600));
  // Half of them leave, in no order: the others keep theirs.
  const [first, second] = [jobs.slice(0, 10), jobs.slice(10)];
  await Promise.all(first.map((job) => job.finish()));
  for (const index of alive.filter((one) => one >= 10)) {
    expect(pypirc()).toMatch(index % 2 === 0 ? /^\[team\]$/m : new RegExp(`^\\[own-${index}\\]$`, 'm'));
  }
  await Promise.all(second.toReversed().map((job) => job.finish()));
  expectOwn();
  await Promise.all(jobs.map((job) => job.remove()));
}, 120_000);

test('a job that died and left all behind is cleaned up by the next one, once its tokens are void', async () => {
  sharedHome();
  await using dead = await stage.startJob({ home });
  await dead.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  // The machine went down in the middle of a second write: a half-made file and a lock are left, and no post ever runs.
  writeFileSync(join(home, `.pypirc.codeartifact-keyring.${'0'.repeat(32)}`), 'password = left behind');
  writeFileSync(join(home, '.pypirc.codeartifact-keyring.lock'), 'somebody\n');
  writeFileSync(join(home, '.pypirc'), pypirc().replace(/@20\d\d-/g, '@2020-'));
  await using next = await stage.startJob({ home });
  const step = await next.action({ repositories: `other=${stage.urls.shared}`, 'profile-name': 'acme' });
  expect(step.outcome).toBe('success');
  expect(pypirc()).not.toContain('[team]');
  await next.finish();
  expectOwn();
}, 60_000);

/** Sections of a job that died, whose tokens have ended, and a file that it was about to put into place. */
async function leaveBehind(): Promise<void> {
  sharedHome();
  const dead = await stage.startJob({ home });
  await dead.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  await dead.remove();
  writeFileSync(join(home, '.pypirc'), pypirc().replace(/@20\d\d-/g, '@2020-'));
  writeFileSync(join(home, `.pypirc.codeartifact-keyring.${'0'.repeat(32)}`), 'password = left behind');
  expect(pypirc()).toContain('[team]');
}

describe('what a job left that died goes with the next run of any tools', () => {
  test('in its main', async () => {
    await leaveBehind();
    await using next = await stage.startJob({ home });
    const step = await next.action({ repositories: stage.urls.team, 'profile-name': 'acme', tools: 'pip' });
    expect(step.outcome).toBe('success');
    const path = join(home, '.pypirc');
    expect(step.log).toContain(
      `Removed from ${path} what earlier runs of this action left there, which ended without clean-up.`,
    );
    expectOwn();
    await next.finish();
    expectOwn();
  });

  test('in its post, where main failed, or is to leave its own files', async () => {
    for (const inputs of [{ tools: 'npm' }, { tools: 'pip', 'clean-up': 'false' }]) {
      await leaveBehind();
      await using next = await stage.startJob({ home });
      await next.action({ repositories: stage.urls.team, 'profile-name': 'acme', ...inputs });
      const [post] = await next.finish();
      expect(post?.outcome).toBe('success');
      expectOwn();
    }
  });

  test('but not what a living one has', async () => {
    sharedHome();
    await using living = await stage.startJob({ home });
    await living.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    const before = pypirc();
    await using next = await stage.startJob({ home });
    await next.action({ repositories: stage.urls.team, 'profile-name': 'acme', tools: 'pip' });
    await next.finish();
    expect(pypirc()).toBe(before);
    await living.finish();
    expectOwn();
  });

  test('a file that cannot be changed is told, and nothing fails', async () => {
    await leaveBehind();
    mkdirSync(join(home, '.pypirc.codeartifact-keyring.lock'));
    await using next = await stage.startJob({ home });
    const step = await next.action({ repositories: stage.urls.team, 'profile-name': 'acme', tools: 'pip' });
    expect(step.outcome).toBe('success');
    expect(step.annotations.map(({ message }) => message).join()).toContain(
      'Earlier runs of this action ended without clean-up',
    );
    expect((await next.finish())[0]?.outcome).toBe('success');
  });
});

test('two live jobs with one name for two repositories: the second is told', async () => {
  sharedHome();
  await using first = await stage.startJob({ home });
  await using second = await stage.startJob({ home });
  await first.action({ repositories: `to=${stage.urls.team}`, 'profile-name': 'acme' });
  const step = await second.action({ repositories: `to=${stage.urls.shared}`, 'profile-name': 'acme' });
  const message = step.annotations.find(({ level }) => level === 'error')?.message ?? '';
  expect(message).toContain(`my-to=${stage.urls.shared}`);
  await first.finish();
  await second.finish();
  expectOwn();
});

/** What the later steps of a job see. */
function seen(job: StagedJob) {
  const { PIP_CONFIG_FILE = '', NETRC = '', TWINE_REPOSITORY } = job.env;
  return {
    PIP_CONFIG_FILE,
    NETRC,
    TWINE_REPOSITORY,
    netrc: readFileSync(NETRC, 'latin1'),
    conf: readFileSync(PIP_CONFIG_FILE, 'latin1'),
  };
}

test('a second step refreshes in place: same files, same variables, new tokens; cleaned up once', async () => {
  sharedHome();
  writeFileSync(join(home, '.netrc'), 'machine example.com login me password mine\n');
  await using job = await stage.startJob({ home });
  const inputs = {
    repositories: `${stage.urls.team}\n${stage.urls.shared}`,
    'profile-name': 'acme',
    'publish-to': 'team',
  };
  await job.action(inputs);
  const before = seen(job);
  const step = await job.action(inputs);
  expect(step.outcome).toBe('success');
  const after = seen(job);
  expect({ ...after, netrc: '' }).toEqual({ ...before, netrc: '' });
  expect(after.netrc).not.toBe(before.netrc);
  expect(after.netrc.match(/^machine acme-/gm)).toHaveLength(1);
  expect(after.netrc).toContain('machine example.com login me password mine');
  expect(pypirc()).toContain(step.outputs['token']);
  expect(pypirc().match(/^password = /gm)).toHaveLength(2);
  expect(step.log.join('\n')).not.toContain('is not used in this job');
  const [second, first] = await job.finish();
  expect([first?.outcome, second?.outcome]).toEqual(['success', 'success']);
  expect(readdirSync(job.temp).filter((name) => name.startsWith('codeartifact-keyring-'))).toEqual([]);
  expect(job.exported).toMatchObject({ PIP_CONFIG_FILE: '', NETRC: join(home, '.netrc'), TWINE_REPOSITORY: '' });
  rmSync(join(home, '.netrc'));
  expectOwn();
});

test('a second step that fails leaves what the first one wrote', async () => {
  sharedHome();
  await using job = await stage.startJob({ home });
  await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  const before = { ...seen(job), pypirc: pypirc() };
  const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'labs' });
  expect(step.outcome).toBe('failure');
  expect({ ...seen(job), pypirc: pypirc() }).toEqual(before);
  await job.finish();
  expectOwn();
});

test('a second step with index-url: client-default leaves pip the index that the user has', async () => {
  sharedHome();
  await using job = await stage.startJob({ home });
  job.homeFile(PIP_FILE, '[global]\nindex-url = https://mirror.example.com/simple/\ntimeout = 9\n');
  const inputs = { repositories: stage.urls.team, 'profile-name': 'acme' };
  await job.action(inputs);
  expect(seen(job).conf).not.toContain('mirror');
  await job.action({ ...inputs, 'index-url': 'client-default' });
  expect(seen(job).conf).toMatch(/^index-url = https:\/\/mirror\.example\.com\/simple\/$/m);
  expect(seen(job).conf).toMatch(/^timeout = 9$/m);
  expect(seen(job).conf).not.toMatch(/^index-url=/m);
  rmSync(join(home, PIP_FILE));
  await job.finish();
  expectOwn();
});

test('a second step with several repositories and preflight is not in its own way', async () => {
  sharedHome();
  await using job = await stage.startJob({ home });
  const inputs = {
    repositories: `${stage.urls.team}\n${stage.urls.shared}`,
    'profile-name': 'acme',
    'token-duration': '3600',
    preflight: 'true',
  };
  for (let step = 1; step <= 2; step += 1) {
    const { outcome, annotations } = await job.action(inputs);
    // A notice says that a client is not installed here.
    const warnings = annotations.filter(({ level }) => level !== 'notice');
    expect({ step, outcome, warnings }).toEqual({ step, outcome: 'success', warnings: [] });
  }
  await job.finish();
  expectOwn();
});

test('two live jobs with one name for one repository, but other identities: the second is told', async () => {
  sharedHome();
  await using first = await stage.startJob({ home });
  await using second = await stage.startJob({ home });
  stage.acme.sharedWith = [stage.labs.owner];
  stage.labsUser.allow.push({ action: '*', resource: '*' });
  await first.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
  const step = await second.action({ repositories: stage.urls.team, 'profile-name': 'labs' });
  const message = step.annotations.find(({ level }) => level === 'error')?.message ?? '';
  expect(message).toContain('with another AWS identity');
  expect(message).toContain(`my-team=${stage.urls.team}`);
  await second.finish();
  expect(pypirc()).toContain('[team]');
  await first.finish();
  expectOwn();
});
