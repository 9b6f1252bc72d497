import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { BUILD_SYSTEM, PKG_INFO } from '../support/demo-project.ts';
import { describeManager } from '../support/describe-manager.ts';
import { place } from '../support/files.ts';
import { type ManagedProject, TWO_IDENTITIES } from '../support/managed-project.ts';
import { pathOf } from '../support/python-clients.ts';
import { snapshot } from '../support/snapshot.ts';
import { addWheel } from '../support/uploads.ts';

const PROJECT = `${BUILD_SYSTEM}[project]
name = "demo"
version = "1.0.0"
dependencies = ["acme-tool"]
[tool.hatch.envs.default]
skip-install = true
dependencies = ["acme-tool"]
[tool.hatch.envs.fast]
installer = "uv"
skip-install = true
dependencies = ["acme-tool"]
`;

await describeManager('hatch', ({ clients, stage, single, both }) => {
  const url = (name: 'team' | 'shared') => stage.urls[name];

  /** `hatch publish` goes through no proxy. */
  const publish = (project: ManagedProject, words: readonly string[] = [], environment: Record<string, string> = {}) =>
    project.run(['hatch', '-v', 'publish', ...words], {
      PYTHONPATH: fileURLToPath(new URL('../support/python-path', import.meta.url)),
      STAND_IN_HOSTS: new URL(stage.urls.team).host,
      STAND_IN_PORT: `${stage.standIn.securePort}`,
      ...environment,
    });

  /**
   * The `SSL_CERT_FILE` that trusts the public authorities alone. Without one hatch has Windows judge, which answers in
   * its own words and language.
   */
  function publicAuthorities({ job }: ManagedProject): string {
    if (process.platform !== 'win32') return '';
    const file = join(job.folder, 'public.pem');
    place(file, rootCertificates.join('\n'));
    return file;
  }

  test('fills and locks its environments with pip, or uv if the project says so, from an extra index too', async () => {
    await using project = await stage.startProject({ ...both(), credentials: 'url' });
    project.write('pyproject.toml', PROJECT);
    const pip = await project.run(['hatch', '-v', 'env', 'create']);
    expect(pip).toMatchObject({ succeeded: true, leaks: [] });
    expect(pip.log).toContain('Successfully installed acme-lib-1.0.0 acme-tool-1.0.0');
    const uv = await project.run(['hatch', '-v', 'env', 'create', 'fast']);
    expect(uv).toMatchObject({ succeeded: true, leaks: [] });
    expect(uv.log).toContain('+ acme-tool==1.0.0');
    for (const environment of ['default', 'fast']) {
      const file = `pylock.${environment}.toml`;
      const lock = await project.run(['hatch', '-v', '-e', environment, 'dep', 'lock', '--export', file]);
      expect(lock).toMatchObject({ succeeded: true, leaks: [] });
      expect(project.read(file)).toContain(`url = "${stage.urls.team}simple/acme-tool/`);
    }
  });

  test('with one private index, a higher version on the public one is not even looked at', async () => {
    await using project = await single.startProject({ repositories: single.urls.team, tools: 'hatch' });
    project.write('pyproject.toml', PROJECT);
    for (const environment of ['default', 'fast']) {
      const made = await project.run(['hatch', '-v', 'env', 'create', environment]);
      expect(made).toMatchObject({ succeeded: true, leaks: [] });
      expect(made.log).toMatch(/acme-tool(==|-)1\.0\.0/);
    }
    expect(JSON.stringify(project.connects())).not.toContain(single.publicHost);
  });

  test('builds with uv, publishes to publish-to and, by its URL, to any other; certificates are verified', async () => {
    await using project = await stage.startProject({ ...both(), 'publish-to': 'shared' });
    project.write('pyproject.toml', PROJECT);
    project.write('PKG-INFO', PKG_INFO);
    const build = await project.run(['hatch', '-v', 'build', '-t', 'wheel']);
    expect(build).toMatchObject({ succeeded: true, leaks: [] });
    expect(build.log).toContain('+ acme-backend==1.0.0');
    const from = stage.standIn.connects.length;
    const unknown = await publish(project, [], { SSL_CERT_FILE: publicAuthorities(project) });
    expect(unknown).toMatchObject({ succeeded: false, leaks: [] });
    expect(unknown.log).toContain('CERTIFICATE_VERIFY_FAILED');
    expect(await publish(project)).toMatchObject({ succeeded: true, leaks: [] });
    expect(await publish(project, ['-r', url('team')])).toMatchObject({ succeeded: true, leaks: [] });
    const again = await publish(project);
    expect(again).toMatchObject({ succeeded: false, leaks: [] });
    expect(again.log).toContain('409 Conflict');
    expect(project.uploads()).toEqual(['acme shared 200', 'acme team 200', 'acme shared 409']);
    // Nothing went through the proxy: hatch publish knows none.
    expect(stage.standIn.connects.slice(from)).toEqual([]);
  });

  test('with two identities on one host, each with its own token; nowhere where none is chosen', async () => {
    await using project = await stage.startProject({ ...both(), ...TWO_IDENTITIES });
    await addWheel(project.folder, '3.0.0');
    expect(project.tokens).toHaveLength(2);
    const undecided = await publish(project);
    expect(undecided).toMatchObject({ succeeded: false, leaks: [] });
    expect(undecided.log).toContain('choose-one-with-publish-to');
    expect(project.uploads()).toEqual([]);
    expect(await publish(project, ['-r', url('team')])).toMatchObject({ succeeded: true, leaks: [] });
    expect(await publish(project, ['-r', url('shared')])).toMatchObject({ succeeded: true, leaks: [] });
    expect(project.uploads()).toEqual(['acme team 200', 'acme shared 200']);
  });

  test('preflight: all is seen, without a call', async () => {
    const from = stage.standIn.connects.length;
    await using project = await stage.startProject({ ...both(), preflight: 'true' });
    expect(project.step.log.join('\n')).toMatch(
      /preflight: hatch publish .*pypi\/shared\/ .*: sees what this action wrote\./,
    );
    const hosts = stage.standIn.connects.slice(from).map(({ target }) => target.split('.')[0]);
    expect(new Set(hosts)).toEqual(new Set(['codeartifact']));
  });

  test("a user's own .pypirc: a percent sign in a password does no harm; what does is named", async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    const action = async (section: string) => {
      job.homeFile('.pypirc', `[own]\n${section}\n`);
      const home = snapshot(job.home, ['.config']);
      const step = await job.action({ ...both(), 'profile-name': 'acme', preflight: 'true' });
      return { step, message: step.annotations[0]?.message, same: () => snapshot(job.home, ['.config']), home };
    };
    const urlWithPercent = await action('repository = https://me:never%40shown@index.example/');
    expect(urlWithPercent.message).toContain('a URL in it has a percent sign');
    expect(urlWithPercent.step.rawLog).not.toContain('shown@');
    expect(urlWithPercent.same()).toEqual(urlWithPercent.home);
    const sameUrl = await action(`repository = ${url('shared')}\nusername = aws\npassword = of-yesterday`);
    expect(sameUrl.message).toContain('~/.pypirc line 1: the section own has the URL of shared too and comes first');
    expect(sameUrl.same()).toEqual(sameUrl.home);
    const password = await action('repository = https://index.example/\nusername = me\npassword = a%b');
    expect(password.step.outcome).toBe('success');
  });
});
