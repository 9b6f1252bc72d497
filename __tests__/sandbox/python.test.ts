import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { EOL, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type SampleWorld, sampleWorld } from '../../sandbox/aws/sample-world.ts';
import { type StandIn, startStandIn } from '../../sandbox/aws/stand-in.ts';
import { type Domain, fullAccess, type Identity, newSession, repositoryHost } from '../../sandbox/aws/world.ts';
import { makePackages, writePackages } from '../../sandbox/packages/make-packages.ts';
import { type Outcome, runProgram } from '../../sandbox/programs/run-program.ts';
import { makeEmptyEnvironment } from '../../sandbox/python/environments.ts';
import { describeWithPython } from '../support/python-clients.ts';

await describeWithPython('real Python clients through the proxy', (clients) => {
  let sample: SampleWorld;
  let standIn: StandIn;
  /** HOME of the clients; also their only place for temporary things. */
  let home: string;
  let environment: Record<string, string>;

  beforeEach(async () => {
    sample = await sampleWorld();
    standIn = await startStandIn(sample.world);
    home = await mkdtemp(join(tmpdir(), 'clients-'));
    // Nothing of the machine's own settings: no index, no certificates, no keys.
    environment = { PATH: clients.bin, HOME: home, USERPROFILE: home, ...standIn.clientEnvironment() };
  });

  afterEach(async () => {
    await standIn.close();
    await rm(home, { recursive: true, force: true });
  });

  describe('boto3', () => {
    test('right keys get a token', async () => {
      const { status, stdout, stderr } = await boto3(sample.acme, sample.acmeUser);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^eyJ2ZXIi/);
    });

    test('temporary keys get a token', async () => {
      const session = newSession(
        'arn:aws:sts::111122223333:assumed-role/dev/one',
        fullAccess(sample.acme),
        Date.now() + 1e6,
      );
      sample.world.identities.push(session);
      expect(await boto3(sample.acme, session)).toMatchObject({ status: 0, stderr: '' });
    });

    test('a wrong secret is refused', async () => {
      const wrong = { ...sample.acmeUser, secretAccessKey: sample.labsUser.secretAccessKey };
      const { status, stderr } = await boto3(sample.acme, wrong);
      expect(status).toBe(1);
      expect(stderr).toContain(
        'An error occurred (InvalidSignatureException) when calling the GetAuthorizationToken operation',
      );
    });

    test('an identity of another account is refused', async () => {
      const { stderr } = await boto3(sample.labs, sample.acmeUser);
      expect(stderr).toMatch(
        /AccessDeniedException.*no identity-based policy allows the codeartifact:GetAuthorizationToken action/,
      );
    });
  });

  describe('pip', () => {
    let python: string;

    beforeEach(async () => {
      python = await makeEmptyEnvironment(clients.python, join(home, 'venv'));
    });

    test('installs from an index and an extra index', async () => {
      await writeNetrc([[sample.acme, await token(sample.acme, sample.acmeUser)]]);
      const outcome = await pipInstall('acme-tool', [sample.urls.team, sample.urls.shared]);
      expect(outcome).toMatchObject({ status: 0 });
      const versions = 'import acme_tool, acme_lib; print(acme_tool.__version__, acme_lib.__version__)';
      expect(await runProgram(python, ['-c', versions])).toMatchObject({ status: 0, stdout: `1.0.0 1.0.0${EOL}` });
      expect(standIn.calls.every(({ status, principal }) => status !== 401 && principal === sample.acmeUser.arn)).toBe(
        true,
      );
    });

    test('builds a source distribution whose build needs a package of the index', async () => {
      await writeNetrc([[sample.acme, await token(sample.acme, sample.acmeUser)]]);
      const outcome = await pipInstall('acme-sdist', [sample.urls.team, sample.urls.shared]);
      expect(outcome).toMatchObject({ status: 0 });
      expect(downloads()).toEqual(['acme_sdist-1.0.0.tar.gz', 'acme_backend-1.0.0-py3-none-any.whl']);
      const version = 'import acme_sdist; print(acme_sdist.__version__)';
      expect(await runProgram(python, ['-c', version])).toMatchObject({ stdout: `1.0.0${EOL}` });
    });

    test('without the extra index the dependency is missing', async () => {
      await writeNetrc([[sample.acme, await token(sample.acme, sample.acmeUser)]]);
      const outcome = await pipInstall('acme-tool', [sample.urls.team]);
      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toContain('No matching distribution found for acme-lib');
    });

    test("another domain's token opens nothing", async () => {
      await writeNetrc([[sample.acme, await token(sample.labs, sample.labsUser)]]);
      expect(await pipInstall('acme-lib', [sample.urls.shared])).toMatchObject({ status: 1 });
      expect(standIn.calls.at(-1)).toMatchObject({ operation: 'ListFiles', authorization: 'basic', status: 401 });
    });

    test('an expired token opens nothing', async () => {
      await writeNetrc([[sample.acme, await token(sample.acme, sample.acmeUser)]]);
      standIn.expireTokens();
      expect(await pipInstall('acme-lib', [sample.urls.shared])).toMatchObject({ status: 1 });
      expect(standIn.calls.at(-1)).toMatchObject({ operation: 'ListFiles', authorization: 'basic', status: 401 });
    });

    test('the authority is what makes it trust the stand-in', async () => {
      delete environment['PIP_CERT'];
      delete environment['REQUESTS_CA_BUNDLE'];
      delete environment['SSL_CERT_FILE'];
      const outcome = await pipInstall('acme-lib', [sample.urls.shared]);
      // On Windows pip lets the system judge, which says so in its own words and language.
      const refusal = process.platform === 'win32' ? 'SSLCertVerificationError' : 'CERTIFICATE_VERIFY_FAILED';
      expect(`${outcome.stdout}${outcome.stderr}`).toContain(refusal);
      expect(standIn.calls).toEqual([]);
    });

    function pipInstall(what: string, [index = '', ...extra]: string[]): Promise<Outcome> {
      const indexes = [
        '--index-url',
        `${index}simple/`,
        ...extra.flatMap((url) => ['--extra-index-url', `${url}simple/`]),
      ];
      const options = ['--no-input', '--no-cache-dir', '--retries', '0'];
      const all = ['-m', 'pip', '--python', python, 'install', ...options, ...indexes, what];
      return runProgram(clients.python, all, { env: environment, cwd: home });
    }
  });

  describe('twine', () => {
    let files: string[];

    beforeEach(async () => {
      files = await writePackages(join(home, 'dist'), await makePackages([{ name: 'acme-upload', version: '1.2.3' }]));
    });

    test('uploads, and pip installs what was uploaded', async () => {
      await writePypirc(await token(sample.acme, sample.acmeUser));
      expect(await upload()).toMatchObject({ status: 0 });
      expect(standIn.calls.at(-1)).toMatchObject({
        operation: 'Upload',
        parameters: { project: 'acme-upload', version: '1.2.3', file: 'acme_upload-1.2.3-py3-none-any.whl' },
        status: 200,
      });
      await writeNetrc([[sample.acme, await token(sample.acme, sample.acmeUser)]]);
      const python = await makeEmptyEnvironment(clients.python, join(home, 'venv'));
      const options = ['--no-input', '--no-cache-dir', '--index-url', `${sample.urls.team}simple/`];
      const install = ['-m', 'pip', '--python', python, 'install', ...options, 'acme-upload'];
      expect(await runProgram(clients.python, install, { env: environment })).toMatchObject({ status: 0 });
    });

    test('the same file twice: 409', async () => {
      await writePypirc(await token(sample.acme, sample.acmeUser));
      await upload();
      const again = await upload();
      expect(again.status).toBe(1);
      expect(again.stdout).toContain('409');
    });

    test('an identity that may read only: 403', async () => {
      await writePypirc(await token(sample.acme, sample.acmeUser));
      sample.acmeUser.allow = sample.acmeUser.allow.filter(
        ({ action }) => action !== 'codeartifact:PublishPackageVersion',
      );
      expect((await upload()).stdout).toContain('403');
    });

    test("another domain's token, and an expired one: 401", async () => {
      await writePypirc(await token(sample.labs, sample.labsUser));
      expect((await upload()).stdout).toContain('401');
      await writePypirc(await token(sample.acme, sample.acmeUser));
      standIn.expireTokens();
      expect((await upload()).stdout).toContain('401');
      expect(sample.acme.repositories[0]?.packages).toHaveLength(2);
    });

    function upload(): Promise<Outcome> {
      const args = ['upload', '--non-interactive', '--disable-progress-bar', '--repository', 'team', ...files];
      return runProgram(clients.program('twine'), args, { env: environment });
    }
  });

  test('Python verifies the certificates strictly, as it does by default since 3.13', async () => {
    const script = `
import socket, ssl, sys
host, proxy, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sock = socket.create_connection(("127.0.0.1", proxy))
sock.sendall(f"CONNECT {host}:443 HTTP/1.1\\r\\n\\r\\n".encode())
assert b" 200 " in sock.recv(1000)
context = ssl.create_default_context(cafile=file)
context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
print(context.wrap_socket(sock, server_hostname=host).getpeercert()["subjectAltName"])
`;
    const host = repositoryHost(sample.acme);
    const outcome = await runProgram(clients.python, [
      '-c',
      script,
      host,
      new URL(standIn.proxyUrl).port,
      standIn.caFile,
    ]);
    expect(outcome).toMatchObject({ status: 0, stdout: `(('DNS', '${host}'),)${EOL}` });
  });

  test('equal packages have equal bytes', async () => {
    const specs = [
      { name: 'a', version: '1' },
      { name: 'b', version: '1', kind: 'sdist' as const, buildRequires: [], buildBackend: 'x' },
    ];
    const made = await makePackages(specs);
    expect((await makePackages(specs.toReversed())).reverse()).toEqual(made);
    const gzipTime = made[1]?.content.readUInt32LE(4);
    expect(gzipTime).toBe(0);
  });

  function boto3(domain: Domain, { accessKeyId, secretAccessKey, sessionToken }: Identity): Promise<Outcome> {
    const script = `
import boto3, sys
client = boto3.client("codeartifact", region_name=sys.argv[3])
try:
    print(client.get_authorization_token(domain=sys.argv[1], domainOwner=sys.argv[2])["authorizationToken"])
except Exception as error:
    sys.exit(str(error))
`;
    const env = {
      ...environment,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
    };
    return runProgram(clients.python, ['-c', script, domain.name, domain.owner, domain.region], { env });
  }

  async function token(domain: Domain, identity: Identity): Promise<string> {
    return (await boto3(domain, identity)).stdout.trim();
  }

  async function writeNetrc(entries: [Domain, string][]): Promise<void> {
    const lines = entries.map(([domain, secret]) => `machine ${repositoryHost(domain)} login aws password ${secret}\n`);
    environment['NETRC'] = join(home, 'netrc');
    await writeFile(environment['NETRC'], lines.join(''), { mode: 0o600 });
  }

  async function writePypirc(password: string): Promise<void> {
    const section = ['[team]', `repository = ${sample.urls.team}`, 'username = aws', `password = ${password}`];
    const text = ['[distutils]', 'index-servers = team', ...section, ''].join('\n');
    await writeFile(join(home, '.pypirc'), text, { mode: 0o600 });
  }

  function downloads(): (string | undefined)[] {
    return standIn.calls
      .filter(({ operation }) => operation === 'Download')
      .map(({ parameters }) => parameters['file']);
  }
});
