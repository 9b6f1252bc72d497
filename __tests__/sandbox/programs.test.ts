/** What `npm run demo`, `npm run stand-in` and `npm run act` tell the person who calls them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { pythonCommand } from '../../sandbox/programs/python-command.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { describeUnless, NO_SHELL } from '../support/test-unless.ts';

const pathOf = (name: string) => fileURLToPath(new URL(`../../sandbox/${name}`, import.meta.url));
const node = (name: string, args: string[] = [], env: Record<string, string> = {}) =>
  runProgram(process.execPath, [pathOf(name), ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  });

const python = await pythonCommand();

describeUnless(python.available ? undefined : python.reason)('the demo', () => {
  test('without the public PyPI it uses what the machine has, and says what it leaves out', async () => {
    const { status, stdout, stderr } = await node('demo.ts', ['--offline'], { PATH: '/usr/bin:/bin' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^So this demo uses pip [\d.]+, which comes with Python, and /m);
    expect(stdout).toContain('ok: pip installs from all three repositories');
    expect(stdout).toMatch(/there is no twine here|ok: twine upload -r research uploads/);
    expect(stdout).toMatch(/^The whole demo passed/m);
    // The summary and the log as a person reads them: no tags, no commands of the runner, no secret.
    expect(stdout).not.toMatch(/<\/?(?:td|code|h3)|^##\[|eyJ/m);
  });
});

test('without Python the demo says so in words, without a stack', async () => {
  const { status, stderr } = await node('demo.ts', ['--offline'], { WITHOUT_PYTHON: '1' });
  expect(status).toBe(1);
  expect(stderr.trim()).toBe(
    'The demo needs pip, and there is none: The public PyPI is not asked, because of --offline. The variable ' +
      'WITHOUT_PYTHON is set.',
  );
});

describeUnless(NO_SHELL)('the stand-in', () => {
  test('tells how to use it; its variables lead there, and it ends when it is told to', async () => {
    const child = spawn(process.execPath, [pathOf('serve-stand-in.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    while (!text.includes('npm run act')) await once(child.stdout, 'data');
    const [, script = ''] = /^ {2}(\. \S+)$/m.exec(text) ?? [];
    const ask = 'curl --silent --show-error --fail -H "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN"';
    const command = `${script} && ${ask} --cacert "$SSL_CERT_FILE" "$ACTIONS_ID_TOKEN_REQUEST_URL"`;
    const { stdout, stderr } = await runProgram('sh', ['-c', command]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ count: expect.any(Number), value: expect.stringMatching(/^eyJ/) });
    child.kill('SIGINT');
    await once(child, 'exit');
  });
});

function fileOf(text: string): string {
  const path = join(freshFolder(), 'ci.yml');
  writeFileSync(path, text);
  return path;
}

describe('a workflow against the stand-in', () => {
  test.each([
    [[], 'Usage: npm run act -- WORKFLOW'],
    [['/no/such.yml'], 'There is no file /no/such.yml.'],
    [['--evnt', 'push'], "Unknown option '--evnt'.\n\nUsage: npm run act -- WORKFLOW"],
    [[fileOf('on: push\njobs: { a: { uses: ./.github/workflows/b.yml } }\n')], 'The job a calls another workflow'],
    [[fileOf('on: push\njobs: { a: { container: x, steps: [] } }\n')], 'The job a needs Docker (container:)'],
    [[fileOf('on: [release]\njobs: { a: { steps: [] } }\n'), '--event', 'push'], 'not run on push, but on release.'],
    [[fileOf('on: push\njobs: {}\n  a: [\n')], 'ci.yml is no YAML: '],
  ])('%j: what is wrong, in words', async (args, message) => {
    const { status, stderr } = await node('act/run-workflow.ts', args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

await describeWithPython(
  'a workflow of your own against the stand-in',
  () => {
    const workflow = (role: string) => `on: push
permissions: { contents: read, id-token: write }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
      - uses: codeartifact-keyring/action@v0
        with:
          repositories: https://mine-123456789012.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/
${role}      - run: pip download --dest packages acme-tool
`;

    async function run(text: string, files: Record<string, string> = {}) {
      const project = freshFolder();
      mkdirSync(join(project, '.github/workflows'), { recursive: true });
      writeFileSync(join(project, '.github/workflows/ci.yml'), text);
      for (const [name, content] of Object.entries(files)) writeFileSync(join(project, name), content);
      return node('act/run-workflow.ts', ['.github/workflows/ci.yml'], { INIT_CWD: project });
    }

    test('its repository and role are there', async () => {
      const { status, stdout } = await run(
        workflow('          role-to-assume: arn:aws:iam::123456789012:role/ci/reader\n'),
      );
      expect(stdout).toContain('Successfully downloaded acme-tool acme-lib');
      expect(stdout).toContain('This was the stand-in for AWS, with mine/internal.');
      expect(stdout).toMatch(/ \| {3}internal +role reader of account 123456789012 +installs, first; uploads/);
      expect(stdout).not.toMatch(/<\/?table|⚙ {2}\*{3}|docker/);
      expect(stdout).not.toContain('eyJ');
      expect(status).toBe(0);
    });

    test('also those of its keyringrc.cfg', async () => {
      const keyringrc = '[codeartifact account="123456789012"]\nrole_arn = arn:aws:iam::123456789012:role/ci\n';
      const { status, stdout } = await run(workflow(''), { 'keyringrc.cfg': keyringrc });
      expect({ status, log: status === 0 ? '' : stdout }).toEqual({ status: 0, log: '' });
    });

    test('without id-token: write there is no OIDC token, on whatever event the workflow runs', async () => {
      const role = '          role-to-assume: arn:aws:iam::123456789012:role/ci\n';
      const { status, stdout } = await run(
        workflow(role).replace('push', '{ release: { types: [published] } }').replace(', id-token: write', ''),
      );
      expect(stdout).toContain('Give the job permissions: { contents: read, id-token: write }');
      expect(stdout).toContain("Left out, since this machine's own programs are used: actions/setup-python@v7.");
      expect(status).not.toBe(0);
    });

    test('a job that fails is a failure', async () => {
      const { status, stdout } = await run(workflow(''));
      expect(stdout).toContain('there are no AWS credentials');
      expect(status).not.toBe(0);
    });
  },
  'act',
);
