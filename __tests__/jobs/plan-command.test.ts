/** `npm run plan`, as a program: what it prints, and how it ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { sampleRepository } from '../support/sample-repository.ts';

const PLAN = fileURLToPath(new URL('../../scripts/plan/plan.ts', import.meta.url));
const TEAM = sampleRepository({ name: 'team' }).url;
const LABS = sampleRepository({ name: 'labs', account: '222222222222' }).url;
const ROLE = 'arn:aws:iam::111111111111:role/ci';
const FILE = [
  '[codeartifact account="111111111111"]',
  `role_arn = ${ROLE}`,
  '[codeartifact account="222222222222" name="x"]',
  '',
].join('\n');

/** Plans for a file in a new folder, where the files of a project may lie. */
async function plan(args: readonly string[], { text = FILE, env = {}, project = {} } = {}) {
  const folder = freshFolder();
  for (const [name, content] of Object.entries({ 'keyringrc.cfg': text, ...project })) {
    writeFileSync(join(folder, name), content);
  }
  return runProgram(node24Path(), [PLAN, ...args], { env: { ...env, INIT_CWD: folder } });
}

describe('npm run plan', () => {
  test('prints a table for each repository and each client', async () => {
    const { status, stdout, stderr } = await plan(['keyringrc.cfg', `mine=${TEAM}`, '--tools', 'twine']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'mine',
      `  url        ${TEAM}`,
      '  section    [codeartifact account="111111111111"] (line 1)',
      '  score      1: account matches; 1 of 1 qualifier',
      '  runner-up  none',
      `  identity   role ${ROLE} ([codeartifact account="111111111111"]) with GitHub's OIDC token`,
      '',
      'twine',
      `  adds [mine] to ~/.pypirc: ${TEAM}`,
      '  sets TWINE_REPOSITORY=mine',
      '  sets TWINE_NON_INTERACTIVE=1',
    ]);
  });

  test('has colours where they are wanted, and none in a pipe', async () => {
    const args = ['keyringrc.cfg', TEAM, '--tools', 'twine'];
    expect((await plan(args, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[1mteam\u001b[22m');
    expect((await plan(args)).stdout).not.toContain('\u001b');
  });

  test('--json prints the same for programs, and status 3 says that a repository has no identity', async () => {
    const { status, stdout, stderr } = await plan(['keyringrc.cfg', TEAM, LABS, '--json']);
    expect(status).toBe(3);
    expect(stderr).toBe(
      "labs: neither keyringrc.cfg nor an option names a role, a profile or keys; the job's own environment would " +
        'decide.\n',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'keyringrc.cfg',
      repositories: [
        { name: 'team', identityFrom: 'section', line: 1 },
        { name: 'labs', identityFrom: 'environment', runnerUp: { line: 3, score: 1 } },
      ],
      clients: [{ tool: 'pip' }, { tool: 'twine' }, { tool: 'uv' }],
      warnings: [],
    });
  });

  test('--without-oidc plans for a job without id-token: write', async () => {
    const { stdout } = await plan(['keyringrc.cfg', TEAM, '--without-oidc']);
    expect(stdout).toContain(`role ${ROLE} ([codeartifact account="111111111111"]) with the AWS SDK's default chain`);
  });

  test('nothing of this machine counts but the file and the project', async () => {
    const project = { 'pyproject.toml': `[[tool.uv.index]]\nurl = "${TEAM}simple/"\n` };
    const env = { AWS_PROFILE: 'mine', PIP_INDEX_URL: 'https://index.example/', INPUT_TOOLS: 'x', HOME: freshFolder() };
    const { status, stdout } = await plan(['keyringrc.cfg', TEAM], { text: '', env, project });
    expect(status).toBe(3);
    expect(stdout).toContain("identity   the AWS SDK's default chain");
    expect(stdout).toContain('pyproject.toml line 2 names the index team itself');
    expect(stdout).not.toContain('Warning');
  });

  test('status 1 tells all that is wrong with the file, the list and the options', async () => {
    const text = '[codeartifact acount="1"]\naws_secret_access_key = s3cret/of/file\n';
    const { status, stdout, stderr } = await plan(['keyringrc.cfg', 'x', '--tools', 'npm'], { text });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Input repositories, line 1: "x" does not begin/),
      expect.stringMatching(/^Input tools names "npm"/),
      expect.stringMatching(/^keyringrc\.cfg line 1: in the section header/),
    ]);
    expect((await plan(['none.cfg', TEAM])).stderr).toBe(
      'The file none.cfg cannot be read (ENOENT); name a keyringrc.cfg.\n',
    );
  });

  test('never shows keys of the file', async () => {
    const text = '[codeartifact]\naws_access_key_id = AKIAOFTHEFILE0\naws_secret_access_key = s3cret/of/file\n';
    for (const option of [[], ['--json']]) {
      const { status, stdout, stderr } = await plan(['keyringrc.cfg', TEAM, ...option], { text });
      expect(status).toBe(0);
      expect(stdout).toContain('the access keys of [codeartifact]');
      expect(stdout + stderr).not.toMatch(/s3cret|AKIAOFTHEFILE0|add-mask/);
    }
  });

  test('status 2 tells how it is called; --help does too', async () => {
    for (const args of [[], ['keyringrc.cfg'], ['keyringrc.cfg', TEAM, '--aws-secret-access-key', 'x']]) {
      const { status, stdout, stderr } = await plan(args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain('npm run plan -- FILE');
    }
    const { status, stdout } = await plan(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('--section-matching');
  });
});
