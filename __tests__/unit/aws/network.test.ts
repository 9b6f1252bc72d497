import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { createAuthority } from '../../../sandbox/aws/certificates.ts';
import type { Verify } from '../../../src/access/setting-values.ts';
import { checkNetwork, clientSettings, trustedAuthorities } from '../../../src/aws/network.ts';
import { CONNECTION_TIMEOUT, REQUEST_TIMEOUT } from '../../../src/machine/agents.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { printedBy } from '../../support/step-output.ts';

const handlerOf = (verify: Verify, environment: Environment, workspace = '/w') =>
  clientSettings(verify, sampleMachine({ environment, workspace })).requestHandler;

test('certificates that nobody verifies draw a warning', () => {
  const warningsWith = (value: string | undefined) =>
    checkNetwork(sampleMachine({ environment: { NODE_TLS_REJECT_UNAUTHORIZED: value } })).warnings;
  for (const value of [undefined, '', '1']) expect(warningsWith(value)).toEqual([]);
  expect(warningsWith('0')).toEqual([
    expect.stringMatching(/^The variable NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is verified/),
  ]);
});

describe('proxies', () => {
  const check = (environment: Environment, platform: NodeJS.Platform = 'linux') =>
    printedBy(() => problemsOf(() => checkNetwork(sampleMachine({ environment, platform }))));

  test('all that is wrong is told at once', () => {
    const wrong = { HTTPS_PROXY: 'proxy.example', https_proxy: 'http://a%zz:b%zz@proxy.example' };
    expect(check(wrong).result).toEqual([
      expect.stringMatching(/^The variable HTTPS_PROXY is not an http:/),
      expect.stringMatching(/^The variable https_proxy has a "%" in its password/),
      expect.stringMatching(/^The variable https_proxy has a "%" in its user name/),
    ]);
  });

  test('Windows does not tell letter cases apart', () => {
    expect(check({ Https_Proxy: 'proxy.example' }, 'win32').result).toHaveLength(1);
    expect(check({ Https_Proxy: 'proxy.example' }, 'linux').result).toEqual([]);
  });

  test.each([
    {},
    { HTTPS_PROXY: '', https_proxy: '' },
    { HTTPS_PROXY: 'http://proxy.example:3128' },
    { https_proxy: 'https://proxy.example' },
    { HTTPS_PROXY: 'HTTP://proxy.example:3128/' },
    { HTTP_PROXY: 'proxy.example:3128', NO_PROXY: '*' },
  ])('%j is fine', (environment) => {
    expect(check(environment)).toMatchObject({ result: [], masks: [] });
  });

  test.each([
    'proxy.example',
    'proxy.example:3128',
    '//proxy.example',
    'socks5://proxy.example',
    'http:proxy.example',
    'http://',
    'http://proxy.example:port',
    'u:without-scheme@proxy.example:3128',
    ' http://proxy.example',
  ])('%j is no proxy', (url) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) {
      expect(check({ [name]: url }).result).toEqual([
        `The variable ${name} is not an http:// or https:// URL; write it as http://HOST:PORT.`,
      ]);
    }
  });

  test('the password is masked, as it is written and as it is meant', () => {
    const { result, masks } = check({ HTTPS_PROXY: 'http://user:one%2Ftwo%20three@proxy.example:3128' });
    expect(result).toEqual([]);
    expect(masks).toEqual(expect.arrayContaining(['one%2Ftwo%20three', 'one/two three']));
    expect(masks.join()).not.toContain('user');
    const lower = check({ https_proxy: 'http://user:lower-case-variable@proxy.example' });
    expect(lower.masks).toContain('lower-case-variable');
  });

  test('a password with a bare percent sign, on which Node would fail, is masked and told', () => {
    for (const password of ['percent-100%', 'percent%zz', 'percent%e9']) {
      const { result, lines, masks } = check({ HTTPS_PROXY: `http://user:${password}@proxy.example` });
      expect(masks).toContain(password);
      expect(result).toEqual([
        'The variable HTTPS_PROXY has a "%" in its password that escapes nothing; write a % as %25.',
      ]);
      expect(lines.every((line) => line.startsWith('::add-mask::'))).toBe(true);
    }
    expect(check({ HTTPS_PROXY: 'http://us%er:percent-user@proxy.example' })).toMatchObject({
      result: [expect.stringMatching(/in its user name that escapes nothing/)],
      masks: expect.arrayContaining(['percent-user']),
    });
  });
});

describe('requestHandler', () => {
  const [pem = ''] = getCACertificates('bundled');
  const { options: plain } = handlerOf(true, {}).httpsAgent;

  test('bounds for the connection and for the answer', () => {
    expect(handlerOf(true, {})).toMatchObject({
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    });
    expect(plain.keepAlive).toBe(true);
  });

  test('verifies by default, with the authorities of the system', () => {
    expect(plain.rejectUnauthorized).not.toBe(false);
    expect(plain.secureContext).toBeUndefined();
    expect(trustedAuthorities(true, sampleMachine())).toBeUndefined();
  });

  test('does not verify where verify is off, and nowhere else', () => {
    expect(handlerOf(false, { AWS_CA_BUNDLE: '/missing' }).httpsAgent.options.rejectUnauthorized).toBe(false);
    const folder = freshFolder();
    writeFileSync(join(folder, 'ca.pem'), pem);
    const { options } = handlerOf({ caFile: join(folder, 'ca.pem') }, {}).httpsAgent;
    expect(options.rejectUnauthorized).not.toBe(false);
    expect(options.secureContext).toBeDefined();
  });

  test('trusts a CA bundle beside the authorities of the system, its path from the workspace', () => {
    const workspace = freshFolder();
    mkdirSync(join(workspace, 'certs'));
    writeFileSync(join(workspace, 'certs/ca.pem'), `# ours\n${pem}`);
    const both = [...getCACertificates('default'), `# ours\n${pem}`];
    const trusted = (verify: true | { caFile: string }, bundle?: string) =>
      trustedAuthorities(verify, sampleMachine({ environment: { AWS_CA_BUNDLE: bundle }, workspace }));
    expect(trusted({ caFile: 'certs/ca.pem' })).toEqual(both);
    expect(trusted(true, join(workspace, 'certs/ca.pem'))).toEqual(both);
    expect(trusted(true, 'certs/ca.pem')).toEqual(both);
    expect(trusted({ caFile: 'certs/ca.pem' }, '/missing')).toEqual(both);
    expect(trusted(true, '')).toBeUndefined();
  });

  test('a CA bundle is read once for all connections', async () => {
    const folder = freshFolder();
    const authority = await createAuthority(folder);
    const { httpsAgent } = handlerOf({ caFile: authority.file }, {});
    const server = createServer({
      SNICallback: (host, done) => void authority.contextFor(host).then((context) => done(null, context), done),
    }).listen(0, '127.0.0.1');
    server.on('request', (_, response) => response.end('trusted'));
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async () => {
      const [response] = await once(get({ host: 'localhost', port, agent: httpsAgent }), 'response');
      response.resume();
      return response.statusCode;
    };
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([200, 200, 200]);
    // A pool is named by all that is trusted, where that is given as text: 200 kB for each request.
    expect(Object.keys(httpsAgent.sockets).concat(Object.keys(httpsAgent.freeSockets)).join('').length).toBeLessThan(
      200,
    );
    httpsAgent.destroy();
    server.closeAllConnections();
    server.close();
  });

  test('a bundle that is missing, a folder, or not PEM', () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'der'), Buffer.from([0x30, 0x82, 1, 2]));
    writeFileSync(join(folder, 'key'), '-----BEGIN PRIVATE KEY-----\nsecret-key-text\n-----END PRIVATE KEY-----\n');
    const told = (caFile: string) => problemsOf(() => handlerOf({ caFile }, {}, folder));
    expect(told('missing.pem')).toEqual([
      `The CA bundle ${join(folder, 'missing.pem')} (verify) cannot be read (ENOENT); name a PEM file, by its path ` +
        `from the workspace.`,
    ]);
    expect(told('.')).toEqual([expect.stringMatching(/\(verify\) is not a file of at most 10 MiB; name a PEM file/)]);
    for (const name of ['der', 'key']) {
      expect(told(name)).toEqual([
        `The CA bundle ${join(folder, name)} (verify) has no PEM certificate in it; name a file with -----BEGIN ` +
          `CERTIFICATE-----.`,
      ]);
    }
    expect(problemsOf(() => handlerOf(true, { AWS_CA_BUNDLE: join(folder, 'missing') }))).toEqual([
      expect.stringMatching(/\(the variable AWS_CA_BUNDLE\) cannot be read \(ENOENT\)/),
    ]);
    expect(problemsOf(() => handlerOf({ caFile: 'nul\u0000l' }, {}, folder))).toEqual([
      expect.stringMatching(/cannot be read/),
    ]);
  });
});
