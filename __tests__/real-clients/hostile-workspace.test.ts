/** What a checkout can bring that would run where preflight asks the clients, all of it in one workspace. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { pythonClients } from '../../sandbox/python/environments.ts';
import { TOOLS } from '../../src/clients/table.ts';
import { projectTable } from '../support/demo-project.ts';
import { placeProgram } from '../support/node-programs.ts';
import { type AvailableClients, describeWithPython, pathOf } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { type StagedJob, setStage } from '../support/stage.ts';
import { onWindows } from '../support/test-unless.ts';

const LAID_OUT = onWindows('The workspace is laid out as on Linux and macOS.');

/** The clients that preflight asks; flit and env are asked nothing. */
const ASKED = TOOLS.filter((tool) => !['flit', 'renovate', 'env'].includes(tool));

/** What runs, where nothing is done about it, by the mark that it leaves; see `lay`. */
const HOLES = [
  ...['dotenv-path', 'library-absolute', 'library-relative', 'pdm-cache', 'poetry-plugin'],
  ...['program-absolute', 'program-dot', 'program-relative'],
];

/** Lays all of it out in the workspace of a job; whatever runs leaves a mark in `marks`. */
async function lay(job: StagedJob, marks: string, { python }: AvailableClients): Promise<void> {
  const mark = (name: string) => `open(${JSON.stringify(join(marks, name))}, "w").close()`;
  const program = (folder: string, name: string, hole: string) => {
    mkdirSync(join(job.workspace, folder), { recursive: true });
    placeProgram(
      join(job.workspace, folder),
      name,
      `require('fs').writeFileSync(${JSON.stringify(join(marks, hole))}, '')`,
    );
  };
  // Programs of the clients' names, and of those that the clients start.
  for (const name of ['pip', 'twine', 'python', 'python3', 'keyring', 'git']) program('.', name, 'program-dot');
  for (const name of ['uv', 'poetry']) program('bin', name, 'program-relative');
  for (const name of ['pdm', 'hatch', 'pipenv', 'python', 'python3']) program('tools', name, 'program-absolute');
  for (const name of ['python', 'python3']) program('dotenv', name, 'dotenv-path');
  job.workspaceFile('.env', `PATH=${join(job.workspace, 'dotenv')}\nPYTHONPATH=${job.workspace}\n`);
  // Modules that every Python loads.
  job.workspaceFile('sitecustomize.py', `${mark('library-absolute')}\n`);
  job.workspaceFile('usercustomize.py', `${mark('library-absolute')}\n`);
  job.workspaceFile('src/argparse.py', `${mark('library-relative')}\n`);
  // A cache of pdm, with what its plugins of this project would be.
  const { stdout } = await runProgram(python, ['-c', 'import sys; print("python%d.%d" % sys.version_info[:2])']);
  const hash = createHash('sha224').update(job.workspace).digest('hex').slice(0, 12);
  const plugins = `cache/plugins/${basename(job.workspace)}-${hash}/lib/${stdout.trim()}/site-packages`;
  job.workspaceFile(`${plugins}/strange.pth`, `import os; ${mark('pdm-cache')}\n`);
  job.workspaceFile('pdm.toml', 'cache_dir = "cache"\nlog_dir = "log"\ncheck_update = true\n');
  // A plugin of poetry.
  const METADATA = 'Metadata-Version: 2.1\nName: strange\nVersion: 1\n';
  job.workspaceFile('.poetry/plugins/strange.py', `${mark('poetry-plugin')}\n\nclass Plugin:\n    pass\n`);
  job.workspaceFile('.poetry/plugins/strange-1.dist-info/METADATA', METADATA);
  job.workspaceFile(
    '.poetry/plugins/strange-1.dist-info/entry_points.txt',
    '[poetry.application.plugin]\nstrange = strange:Plugin\n',
  );
  // Local configuration that changes what a client does.
  job.workspaceFile('poetry.toml', 'cache-dir = "cache"\n[virtualenvs]\nin-project = true\n');
  job.workspaceFile('uv.toml', 'cache-dir = "cache"\nkeyring-provider = "subprocess"\n');
  job.workspaceFile('hatch.toml', '[env]\nrequires = ["strange"]\n[publish.index]\ndisable = true\n');
  job.workspaceFile('setup.cfg', '[global]\ncommand-packages = strange\n');
  job.workspaceFile('pip.conf', `[global]\npython = ${join(job.workspace, 'python')}\n`);
  job.workspaceFile('Pipfile', '[packages]\n[scripts]\nsupport = "python"\n');
  job.workspaceFile(
    'pyproject.toml',
    `${projectTable()}[tool.pdm.options]\nconfig = ["theme.info", "red"]\n[tool.pdm.scripts]\npre_invoke = "python"\n`,
  );
}

/** twine is in a set of its own. */
const others = await pythonClients('clients');

await describeWithPython(
  'a workspace that is hostile to all clients at once',
  (clients) => {
    const stage = sharedStage(() => setStage());

    test('runs nothing where preflight asks, and would run all of it in a step', async () => {
      if (!others.available) throw new Error(others.reason);
      const PATH = pathOf(clients, others.bin);
      await using job = await stage.startJob({ machine: { PATH } });
      const marks = join(job.folder, 'marks');
      mkdirSync(marks);
      await lay(job, marks, clients);
      const marked = () => readdirSync(marks).toSorted();
      const forget = () => {
        for (const name of marked()) rmSync(join(marks, name));
      };
      const env = {
        PATH: ['', '.', 'bin', join(job.workspace, 'tools'), PATH].join(delimiter),
        PYTHONPATH: [job.workspace, 'src', ''].join(delimiter),
      };

      // What the same calls do in a step.
      for (const program of ['pip', 'uv', 'pdm']) await job.run([program, '--version'], { env });
      await job.run(['pdm', '--version'], { env: { PYTHONPATH: env.PYTHONPATH } });
      await job.run(['pdm', 'config', '--quiet']);
      await job.run(['poetry', 'config', 'repositories']);
      await job.run(['pipenv', '--support']);
      expect(marked()).toEqual(HOLES);
      forget();

      const step = await job.action(
        { repositories: stage.urls.team, tools: TOOLS.join(' '), 'profile-name': 'acme', preflight: 'true' },
        { env },
      );
      expect(marked()).toEqual([]);
      expect(step.annotations.filter(({ level }) => level === 'error')).toEqual([]);
      const log = step.log.join('\n');
      for (const tool of ASKED)
        expect(log).toMatch(new RegExp(`^preflight: ${tool} .*: sees what this action wrote\\.$`, 'm'));
      const passedOver = step.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message);
      expect(passedOver.toSorted()).toEqual(
        ['bin/poetry', 'bin/uv', 'pip', 'tools/hatch', 'tools/pdm', 'tools/pipenv', 'twine'].map((path) =>
          expect.stringContaining(`preflight: ${join(job.workspace, path)} was not asked`),
        ),
      );
    });
  },
  'managers',
  LAID_OUT,
);
