import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { snapshot } from '../support/snapshot.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

const ROLE = 'arn:aws:iam::111122223333:role/ci';
const FILE = [
  '[codeartifact account="111122223333"]',
  `role_arn = ${ROLE}`,
  '[codeartifact domain="acme" name="shared"]',
  'profile_name = acme',
  '[codeartifact domain="acme-labs" name="other"]',
  '',
].join('\n');
const PLAN = fileURLToPath(new URL('../../scripts/plan/plan.ts', import.meta.url));
const RUNNERS_OWN = ['_runner_file_commands', '_github_workflow'];

/** A credential process that would be found out by what it writes. */
const PROCESS = '[profile acme]\ncredential_process = touch started\n';

const inputs = () => ({
  repositories: [stage.urls.team, stage.urls.shared, stage.urls.research].join('\n'),
  'publish-to': 'team',
  tools: 'pip twine uv',
  plan: 'true',
});

describe('plan: true', () => {
  test('calls nothing, starts nothing, writes nothing, sets nothing and leaves nothing for post', async () => {
    await using job = await stage.startJob({
      idToken: { url: stage.standIn.oidc.requestUrl, token: stage.standIn.oidc.requestToken },
      machine: { AWS_CONFIG_FILE: '~/config' },
    });
    job.workspaceFile('keyringrc.cfg', FILE);
    job.homeFile('config', PROCESS);
    job.homeFile('.aws/credentials', '');
    const look = () => [snapshot(job.home), snapshot(job.temp, RUNNERS_OWN), snapshot(job.workspace)];
    const before = look();
    const calls = stage.standIn.calls.length;
    const step = await job.action({ ...inputs(), preflight: 'true' });
    expect(step).toMatchObject({ outcome: 'success', exported: {}, annotations: [], state: {} });
    expect(step.log.at(-1)).toBe('This is a plan: nothing is called, written or set (plan: true).');
    const [post] = await job.finish();
    expect(post).toMatchObject({ outcome: 'success', annotations: [] });
    expect(post?.log.join('\n')).toContain('Nothing to clean up.');
    expect(look()).toEqual(before);
    expect(stage.standIn.calls.length).toBe(calls);
  });

  test('says the section, the runner-up and the identity in the log, the outputs and the summary', async () => {
    await using job = await stage.startJob();
    job.workspaceFile('keyringrc.cfg', FILE);
    const step = await job.action(inputs());
    expect(step.outputs).toMatchObject({
      configured: 'false',
      'index-url': `${stage.urls.team}simple/`,
      'repository-url': stage.urls.team,
    });
    expect(Object.keys(step.outputs).toSorted()).toEqual(
      ['configured', 'index-url', 'plan', 'repositories', 'repository-url'].toSorted(),
    );
    expect(JSON.parse(step.outputs['repositories'] ?? '')).toMatchObject([
      { name: 'team', section: 'codeartifact account="111122223333"', score: 1, identityFrom: 'section' },
      {
        name: 'shared',
        section: 'codeartifact domain="acme" name="shared"',
        score: 2,
        why: 'domain and name match; 2 of 2 qualifiers',
        runnerUp: { section: 'codeartifact account="111122223333"', score: 1 },
        identity: 'profile acme ([codeartifact domain="acme" name="shared"])',
      },
      {
        name: 'research',
        section: 'codeartifact',
        score: 0,
        why: expect.stringMatching(/^no section applies/),
        runnerUp: { section: 'codeartifact domain="acme-labs" name="other"', score: 1 },
        identityFrom: 'environment',
      },
    ]);
    const log = step.log.join('\n');
    for (const text of [log, step.summary.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))]) {
      expect(text).toContain('account matches; 1 of 1 qualifier');
      expect(text).toContain('[codeartifact account="111122223333"] (line 1): account matches; 1 of 1 qualifier');
      expect(text).toContain('domain matches, name does not; 1 of 2 qualifiers');
      expect(text).toContain(`role ${ROLE} ([codeartifact account="111122223333"])`);
      expect(text).toContain('sets PIP_CONFIG_FILE=$RUNNER_TEMP/codeartifact-keyring-*/pip.conf');
      expect(text).toContain(`adds [team] to ~/.pypirc: ${stage.urls.team}`);
      expect(text).not.toContain('nonenone');
    }
    expect(log).toContain(
      `This job has no OIDC token. With id-token: write, and without role-chaining, a job assumes ${ROLE}`,
    );
    expect(step.summary).toContain('CodeArtifact: a plan, nothing is configured');
    expect((await job.action({ ...inputs(), summary: 'false' })).summary).toBe('');
  });

  test('is what npm run plan says without a runner', async () => {
    const { requestUrl: url, requestToken: token } = stage.standIn.oidc;
    await using job = await stage.startJob({ idToken: { url, token } });
    job.workspaceFile('keyringrc.cfg', FILE);
    job.homeFile('.aws/credentials', '');
    const { repositories, tools, 'publish-to': publishTo } = inputs();
    const { outputs } = await job.action(inputs());
    const { stdout } = await runProgram(
      node24Path(),
      [PLAN, 'keyringrc.cfg', ...repositories.split('\n'), '--tools', tools, '--publish-to', publishTo, '--json'],
      { env: { INIT_CWD: job.workspace } },
    );
    const { repositories: chosen, clients } = JSON.parse(stdout);
    expect(chosen).toEqual(JSON.parse(outputs['repositories'] ?? ''));
    expect(clients).toEqual(JSON.parse(outputs['plan'] ?? ''));
  });

  test('says nothing of a missing OIDC token where there is one, or no role', async () => {
    const { requestUrl: url, requestToken: token } = stage.standIn.oidc;
    await using able = await stage.startJob({ idToken: { url, token } });
    able.workspaceFile('keyringrc.cfg', FILE);
    const step = await able.action(inputs());
    expect(step.log.join('\n')).not.toContain('no OIDC token');
    expect(step.log.join('\n')).toContain("with GitHub's OIDC token");
    await using other = await stage.startJob();
    expect((await other.action(inputs())).log.join('\n')).not.toContain('no OIDC token');
  });

  test('fails as a run does, with all problems of inputs, file and machine', async () => {
    await using job = await stage.startJob();
    job.workspaceFile('keyringrc.cfg', '[codeartifact acount="1"]\n');
    job.homeFile('.pypirc', '[team]\nrepository = https://pypi.example.com/\n');
    const plan = await job.action({ ...inputs(), verify: 'off' });
    const run = await job.action({ ...inputs(), verify: 'off', plan: 'false' });
    expect(plan.outcome).toBe('failure');
    expect(plan.annotations).toEqual(run.annotations);
    expect(plan.outputs).toEqual({});
  });

  test('warns of what overrides the settings on this machine', async () => {
    await using job = await stage.startJob({ env: { TWINE_USERNAME: 'me' } });
    const step = await job.action({ ...inputs(), tools: 'twine' });
    expect(step.annotations).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^The variable TWINE_USERNAME is set, which/) }),
    ]);
  });

  test('no secret of the inputs, the file or the machine shows', async () => {
    await using job = await stage.startJob({
      env: { RENOVATE_HOST_RULES: '[{"matchHost":"x","password":"passw0rd1"}]' },
    });
    job.workspaceFile(
      'keyringrc.cfg',
      '[codeartifact]\naws_access_key_id = AKIAOFTHEFILE0\naws_secret_access_key = s3cret/of/file\n',
    );
    job.homeFile('.netrc', 'machine other.example login me password passw0rd2\n');
    const step = await job.action({ ...inputs(), tools: 'pip renovate' });
    expect(step.outcome).toBe('success');
    // The runner itself shows the variables at the top.
    const log = step.log.slice(step.log.indexOf('##[endgroup]'));
    const said = [log, step.summary, step.outputs].map((it) => JSON.stringify(it)).join('\n');
    expect(said).toContain('RENOVATE_HOST_RULES');
    expect(said).not.toMatch(/passw0rd|s3cret|AKIAOFTHEFILE0/);
  });
});
