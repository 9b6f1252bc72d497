/**
 * Where the variables of the action reach and its files do not, as in a container action or for another user, every
 * client stops: it never goes on with the public index, which has a higher version of each private name here.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { BUILD_SYSTEM, projectTable } from '../support/demo-project.ts';
import { type ManagedProject, setManagedStage, TWO_IDENTITIES } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { describeUnless, testUnless } from '../support/test-unless.ts';

/** What a client is told to do, and what it says without the files. */
interface Case {
  /** The input `tools`. */
  readonly tools: string;
  readonly files: (indexUrl: string) => Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly says: RegExp;
  /** What it says where the files are there and may not be read, if that is something else. */
  readonly denied?: RegExp;
}

const PROJECT = projectTable(['acme-tool']);
const FLIT = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n';
const NOT_FOUND = /No matching distribution found for acme-tool/;

const CASES: Readonly<Record<string, Case>> = {
  pip: { tools: 'pip', files: () => ({}), words: ['pip', 'download', 'acme-tool'], says: NOT_FOUND },
  'pip-compile': {
    tools: 'pip',
    files: () => ({ 'requirements.in': 'acme-tool\n' }),
    words: ['pip-compile'],
    says: /No matching distribution found for acme-tool|Could not find a version that matches acme-tool/,
  },
  'python -m build': {
    tools: 'pip',
    files: () => ({ 'pyproject.toml': `${projectTable()}${BUILD_SYSTEM}` }),
    words: ['python', '-m', 'build', '--wheel'],
    says: /No matching distribution found for acme-backend/,
  },
  flit: {
    tools: 'flit',
    files: () => ({
      'pyproject.toml': `${PROJECT}dynamic = ["description"]\n${FLIT}`,
      'demo.py': '"""Demo"""\n',
    }),
    words: ['env', 'FLIT_ROOT_INSTALL=1', 'flit', 'install', '--only-deps', '--python', 'python'],
    says: NOT_FOUND,
  },
  uv: {
    tools: 'uv',
    files: () => ({}),
    words: ['uv', 'pip', 'install', '--target', 'there', 'acme-tool'],
    says: /401 Unauthorized/,
  },
  hatch: {
    tools: 'hatch',
    files: () => ({
      'pyproject.toml': `${PROJECT}[tool.hatch.envs.default]\nskip-install = true\ndependencies = ["acme-tool"]\n`,
    }),
    words: ['hatch', 'env', 'create'],
    says: NOT_FOUND,
  },
  poetry: {
    tools: 'poetry',
    files: (url) => ({ 'pyproject.toml': `${PROJECT}[[tool.poetry.source]]\nname = "team"\nurl = "${url}"\n` }),
    words: ['poetry', 'lock'],
    says: /Authorization error accessing .*acme-tool/,
    denied: /Permission denied: .*config\.toml/,
  },
  pdm: {
    tools: 'pdm',
    files: () => ({ 'pyproject.toml': PROJECT }),
    words: ['pdm', 'lock'],
    says: /Unable to find candidates for acme-tool/,
    denied: /Permission denied: .*pdm\.toml/,
  },
  pipenv: {
    tools: 'pipenv',
    files: () => ({ Pipfile: '[packages]\nacme-tool = "*"\n' }),
    words: ['pipenv', 'lock'],
    says: NOT_FOUND,
  },
};

/** Starts a program as nobody, whose id is the same on every Linux. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

/** Why the tests cannot start this program as another user. */
function whyNoOtherUser(program: string): string | undefined {
  const [file, ...args] = NOBODY;
  const words = ['-c', 'import sys; print(sys.version, sys.prefix)'];
  const [ours, theirs] = [spawnSync(program, words), spawnSync(file, [...args, program, ...words])];
  if (theirs.status === 0 && ours.stdout.equals(theirs.stdout)) return undefined;
  return 'The tests do not run as root, setpriv is not installed, or nobody else may start the Python of the clients.';
}

const sudo = await runProgram('sudo', ['-n', 'true']).catch(() => ({ status: 1 }));
const noSudo = sudo.status === 0 ? undefined : 'sudo is not installed, or asks for a password.';

await describeWithPython(
  'out of reach',
  (clients) => {
    const noOtherUser = whyNoOtherUser(clients.program('python'));
    const stage = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));

    /** A project whose action has run, and whose private folder is gone. */
    async function startProject(inputs: Record<string, string>): Promise<ManagedProject> {
      const project = await stage.startProject({ repositories: stage.urls.team, ...inputs });
      const { temp, folder } = project.job;
      for (const name of readdirSync(temp).filter((one) => one.startsWith('codeartifact-keyring-'))) {
        renameSync(join(temp, name), join(folder, 'elsewhere'));
      }
      return project;
    }

    test.each(Object.entries(CASES))('%s fails and says so, and asks the public index nothing', async (_, one) => {
      await using project = await startProject({ tools: one.tools });
      for (const [name, content] of Object.entries(one.files(`${stage.urls.team}simple/`)))
        project.write(name, content);
      // What it would start beside it may outlive the job.
      const run = await project.run(one.words, { VIRTUALENV_NO_PERIODIC_UPDATE: '1' });
      expect(run.log).toMatch(one.says);
      expect(run).toMatchObject({ succeeded: false, leaks: [] });
      expect(JSON.stringify(project.connects())).not.toContain(stage.publicHost);
    });

    describeUnless(noOtherUser)('a user who may not read the files', () => {
      test.each(Object.entries(CASES))('%s fails and says so, and asks the public index nothing', async (_, one) => {
        await using project = await stage.startProject({ repositories: stage.urls.team, tools: one.tools });
        for (const [name, content] of Object.entries(one.files(`${stage.urls.team}simple/`)))
          project.write(name, content);
        const { temp, folder } = project.job;
        const own = readdirSync(temp).filter((name) => name.startsWith('codeartifact-keyring-'));
        await runProgram('chmod', ['-R', 'a+rwX', folder, dirname(stage.standIn.caFile)]);
        for (const name of own) chmodSync(join(temp, name), 0o700);
        const run = await project.run([...NOBODY, ...one.words], { VIRTUALENV_NO_PERIODIC_UPDATE: '1' });
        expect(run).toMatchObject({ succeeded: false, leaks: [] });
        expect(run.log).toMatch(one.denied ?? one.says);
        expect(JSON.stringify(project.connects())).not.toContain(stage.publicHost);
      });
    });

    test('of two identities on one host, the URL with a token is in the file alone, and pip stops too', async () => {
      const repositories = `${stage.urls.team}\n${stage.urls.shared}`;
      await using project = await startProject({ ...TWO_IDENTITIES, repositories, tools: 'pip' });
      const run = await project.run(['pip', 'download', 'acme-tool']);
      expect(run).toMatchObject({ succeeded: false, log: expect.stringMatching(NOT_FOUND) });
      expect(JSON.stringify(project.connects())).not.toContain(stage.publicHost);
    });

    const DOWNLOAD = ['pip', 'download', '--no-deps', 'acme-tool'];

    test('pip --isolated ignores the variables and reads the file: it stays at the private index', async () => {
      await using project = await stage.startProject({ repositories: stage.urls.team, tools: 'pip' });
      const run = await project.run(['pip', '--isolated', ...DOWNLOAD.slice(1)]);
      expect(run).toMatchObject({ succeeded: true, log: expect.stringContaining('acme_tool-1.0.0') });
    });

    const PASSED = () =>
      ['PATH', ...Object.keys(stage.standIn.clientEnvironment())].map((name) => `${name}="$${name}"`);

    async function downloadBy(program: string): Promise<string> {
      await using project = await stage.startProject({ repositories: stage.urls.team, tools: 'pip' });
      const { log } = await project.run(['bash', '-c', [program, ...PASSED(), ...DOWNLOAD].join(' ')]);
      return log;
    }

    test('env -i drops the variables: pip goes to the public index; with two of them, it does not', async () => {
      expect(await downloadBy('env -i')).toContain('acme_tool-99.0.0');
      const handed = 'PIP_CONFIG_FILE="$PIP_CONFIG_FILE" NETRC="$NETRC"';
      expect(await downloadBy(`env -i ${handed}`)).toContain('acme_tool-1.0.0');
    });

    testUnless(noSudo)('sudo drops the variables, so pip goes to the public index; sudo -E does not', async () => {
      expect(await downloadBy('sudo env')).toContain('acme_tool-99.0.0');
      expect(await downloadBy('sudo -E env')).toContain('acme_tool-1.0.0');
    });

    test('without the variables of the action, pip does go on with the public index', async () => {
      await using project = await startProject({ tools: 'pip' });
      const run = await project.run(['pip', 'download', 'acme-tool'], { PIP_INDEX_URL: '' });
      expect(run.log).toContain('acme_tool-99.0.0');
    });
  },
  'managers',
);
