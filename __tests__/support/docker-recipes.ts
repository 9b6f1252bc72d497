import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type DockerEngine, findDocker, startDocker } from '../../sandbox/docker/engine.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { pythonFolder } from './container-image.ts';
import type { BuildJob, Builds } from './docker-builds.ts';
import { place } from './files.ts';
import { freshFolder } from './fresh-folder.ts';
import { type AvailableClients, describeWithPython } from './python-clients.ts';
import { type RecipeStage, setRecipeStage } from './recipes.ts';
import { sharedStage } from './shared-stage.ts';

/** What the tests in the Docker Engine work with. */
export interface DockerRecipes extends Builds {
  readonly clients: AvailableClients;
  readonly stage: RecipeStage;
  /** Runs there as soon as the tests do. */
  readonly engine: DockerEngine;
  startBuild(): Promise<BuildJob & { readonly version: string }>;
}

/** The image of the recipes. It is made here, so no registry is asked. */
const IMAGE = 'python:3.13-slim';

/** What stands for the image of manylinux. */
export const MANYLINUX = 'manylinux';

/**
 * As {@link describeWithPython}, for tests in the real Docker Engine: one daemon for all of them. Where it cannot be
 * had, they are skipped by name and the reason is printed.
 */
export async function describeWithDocker(name: string, body: (recipes: DockerRecipes) => void): Promise<void> {
  const base = await findDocker();
  await describeWithPython(
    name,
    (clients) => {
      const stage = sharedStage(() => setRecipeStage(clients));
      const engine = {} as DockerEngine;
      let version = '';
      beforeAll(async () => {
        Object.assign(engine, await startDocker());
        version = await makeImages(engine, base.available ? base.archive : '', clients, stage);
      }, 300_000);
      afterAll(async () => engine[Symbol.asyncDispose]?.(), 60_000);
      body({
        ...{ clients, stage, engine, uvInstall: 'uv pip install --system' },
        // The front end of the syntax line is an image of a registry; the engine has one built in.
        adapt: (dockerfile) => dockerfile.replace(/^# syntax=.*\n/, ''),
        startBuild: async () => {
          const folder = freshFolder();
          const built = join(folder, 'built');
          mkdirSync(built);
          const bin = await engine.program(join(folder, 'bin'), built);
          return Object.assign(await stage.startRecipeJob(bin), { built, version });
        },
      });
    },
    'managers',
    base.available ? undefined : base.reason,
  );
}

/** pip, and what an image of manylinux and a build of cibuildwheel have beside it. */
const PACKAGES = [
  ...['pip', 'build', 'pyproject_hooks', 'packaging'],
  ...['virtualenv', 'distlib', 'filelock', 'platformdirs', 'python_discovery'],
];

/** Where the certificate of the stand-in's authority is, in every image. */
export const AUTHORITY = '/etc/authority.pem';

/**
 * Makes the images, with pip and uv of the given clients, from which the stand-in can be reached.
 * @returns the version of their Python, such as `3.13`
 */
async function makeImages(
  engine: DockerEngine,
  archive: string,
  clients: AvailableClients,
  stage: RecipeStage,
): Promise<string> {
  const expectSuccess = async (args: readonly string[]) => {
    const { status, stderr } = await engine.docker(args);
    if (status !== 0) throw new Error(`docker ${args.join(' ')} fails: ${stderr}`);
  };
  await expectSuccess(['import', archive, 'tree']);
  const say = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = (
    await engine.docker(['run', '--rm', '--network', 'none', 'tree', 'python3', '-c', say])
  ).stdout.trim();
  const context = freshFolder();
  const { NODE_EXTRA_CA_CERTS: authority = '', ...network } = stage.standIn.clientEnvironment();
  place(join(context, 'authority.pem'), readFileSync(authority, 'utf8'));
  const ask = ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'];
  const packages = (await runProgram(clients.python, ask)).stdout.trim();
  for (const name of readdirSync(packages).filter((each) => PACKAGES.includes(each.split('-')[0] ?? ''))) {
    cpSync(join(packages, name), join(context, 'packages', name), { recursive: true });
  }
  mkdirSync(join(context, 'bin'));
  cpSync(clients.program('uv'), join(context, 'bin', 'uv'), { dereference: true });
  place(join(context, 'bin', 'pip'), '#!/bin/sh\nexec python3 -m pip "$@"\n', { mode: 0o755 });
  const variables = [
    // Else pip's own bytecode would be in every image, and be looked through for tokens.
    ['PYTHONDONTWRITEBYTECODE', '1'],
    ['PATH', '/usr/local/bin:/usr/bin:/bin'],
    ...Object.entries(network).map(([name, value]) => [name, value === authority ? AUTHORITY : value]),
  ];
  place(
    join(context, 'Dockerfile'),
    [
      'FROM tree',
      `COPY authority.pem ${AUTHORITY}`,
      'COPY packages /usr/lib/python3/dist-packages',
      'COPY bin /usr/local/bin',
      // As the images of Python have it: pip may install, and `python` is there.
      'RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && ln -s /usr/bin/python3 /usr/local/bin/python',
      'RUN useradd --create-home --uid 1000 app',
      ...variables.map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
      '',
    ].join('\n'),
  );
  await expectSuccess(['build', '--network', 'host', '--tag', 'base', '--tag', IMAGE, context]);
  // As the images of manylinux have it; cibuildwheel has a Python of its own for its questions.
  const manylinux = freshFolder();
  const python = pythonFolder(version);
  place(
    join(manylinux, 'Dockerfile'),
    [
      'FROM base',
      `RUN python3 -m venv --without-pip --system-site-packages ${python} && ln -s ${python} /opt/python/cp39-cp39 \\`,
      ` && printf '#!/bin/sh\\nexec ${python}/bin/python -m pip "$@"\\n' > ${python}/bin/pip \\`,
      ` && chmod 755 ${python}/bin/pip`,
      '',
    ].join('\n'),
  );
  await expectSuccess(['build', '--network', 'host', '--tag', MANYLINUX, manylinux]);
  return version;
}
