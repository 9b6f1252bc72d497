import { beforeEach, describe, expect, test } from '@jest/globals';
import { fullAccess, repositoryUrl } from '../../sandbox/aws/world.ts';
import {
  ACCOUNT,
  acme,
  getToken,
  labs,
  OTHER_ACCOUNT,
  restart,
  standIn,
  user,
  useSmallWorld,
  wheel,
  world,
} from './small-world.ts';
import { basic, send } from './through-proxy.ts';

useSmallWorld();

describe('repositories', () => {
  let token: string;
  let page: string;

  beforeEach(async () => {
    token = (await getToken()).authorizationToken ?? '';
    page = `${repositoryUrl(acme, 'team')}simple/acme-tool/`;
  });

  test('a page lists a project as HTML, and its links lead to the files', async () => {
    const reply = await send(standIn, page, { headers: basic(token) });
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const [, link = '', digest] = /<a href="([^"#]+)#sha256=([0-9a-f]{64})">/.exec(reply.text) ?? [];
    expect(digest).toBeDefined();
    const file = await send(standIn, new URL(link, page).href, { headers: basic(token) });
    expect(file).toMatchObject({ status: 200, text: 'acme_tool 1.0.0' });
  });

  test('the client chooses between HTML and JSON', async () => {
    const json = 'application/vnd.pypi.simple.v1+json';
    const pip = `${json}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`;
    const reply = await send(standIn, page, { headers: { ...basic(token), accept: pip } });
    expect(reply.headers['content-type']).toBe(json);
    const later = { ...basic(token), accept: `text/html;q=0.5, ${json};q=0.6` };
    expect((await send(standIn, page, { headers: later })).headers['content-type']).toBe(json);
    expect(JSON.parse(reply.text)).toMatchObject({
      meta: { 'api-version': '1.1' },
      name: 'acme-tool',
      files: [{ filename: 'acme_tool-1.0.0-py3-none-any.whl' }],
    });
    expect((await send(standIn, page, { headers: { ...basic(token), accept: 'image/png' } })).status).toBe(406);
  });

  test.each([
    ['no credentials', () => ({})],
    ['a wrong token', () => basic(`${token}x`)],
    ['another user name', () => basic(token, '__token__')],
  ])('%s: 401', async (_, headers) => {
    const reply = await send(standIn, page, { headers: headers() });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toMatch(/^Basic /);
  });

  test("another domain's token: 401", async () => {
    user.allow.push(...fullAccess(labs));
    labs.sharedWith = [ACCOUNT];
    const other = await getToken({ domain: 'labs', domainOwner: OTHER_ACCOUNT }, user, 'eu-central-1');
    expect((await send(standIn, page, { headers: basic(other.authorizationToken ?? '') })).status).toBe(401);
  });

  test('an expired token: 401', async () => {
    standIn.expireTokens();
    expect((await send(standIn, page, { headers: basic(token) })).status).toBe(401);
    const fresh = (await getToken({ durationSeconds: 900 })).authorizationToken ?? '';
    standIn.advance(899);
    expect((await send(standIn, page, { headers: basic(fresh) })).status).toBe(200);
    standIn.advance(1);
    expect((await send(standIn, page, { headers: basic(fresh) })).status).toBe(401);
  });

  test('an identity that may not read: 403', async () => {
    user.allow = user.allow.filter(({ action }) => action !== 'codeartifact:*');
    const reply = await send(standIn, page, { headers: basic(token) });
    expect(reply.status).toBe(403);
    expect(reply.text).toMatch(/not authorized to perform: codeartifact:ReadFromRepository/);
  });

  test.each([
    ['a project that is not there', 'team/simple/nothing/', 404],
    ['a repository that is not there', 'none/simple/acme-tool/', 404],
    ['the list of all projects, which CodeArtifact lacks', 'team/simple/', 404],
    ['a file that is not there', 'team/simple/acme-tool/1.0.0/other.whl', 404],
    ['a name that is not normalised', 'team/simple/Acme_Tool/', 301],
    ['a missing slash', 'team/simple/acme-tool', 301],
    ['a project of an upstream repository', 'team/simple/acme-lib/', 200],
    ['a project of a repository downstream', 'shared/simple/acme-tool/', 404],
  ])('%s', async (_, path, status) => {
    const url = `${repositoryUrl(acme, '').replace(/\/$/, '')}${path}`;
    expect((await send(standIn, url, { headers: basic(token) })).status).toBe(status);
  });

  test.each([
    ['a good one', {}, 200],
    ['one that is no upload', { ':action': 'submit' }, 400],
    ["one whose name is not the file's", { name: 'acme-other' }, 400],
    ["one whose version is not the file's", { version: '3.0.1' }, 400],
    ["one whose digest is not the file's", { sha256_digest: '0'.repeat(64) }, 400],
  ])('an upload: %s', async (_, changes, status) => {
    const form = new FormData();
    const fields = { ':action': 'file_upload', name: 'Acme_New', version: '3.0.0', ...changes };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('content', new Blob(['bytes']), 'acme_new-3.0.0-py3-none-any.whl');
    const encoded = new Response(form);
    const headers = { ...basic(token), 'content-type': encoded.headers.get('content-type') ?? '' };
    const options = { method: 'POST', headers, body: await encoded.text() };
    expect((await send(standIn, repositoryUrl(acme, 'team'), options)).status).toBe(status);
    const listed = await send(standIn, `${repositoryUrl(acme, 'team')}simple/acme-new/`, { headers: basic(token) });
    expect(listed.status).toBe(status === 200 ? 200 : 404);
  });

  test('the dual-stack host serves the same repositories', async () => {
    const url = `${repositoryUrl(acme, 'team', true)}simple/acme-tool/`;
    expect(url).toContain('//acme-111122223333.codeartifact.us-east-1.on.aws/');
    expect((await send(standIn, url, { headers: basic(token) })).status).toBe(200);
  });

  test('an interface endpoint has the domain in its path', async () => {
    const host = 'vpce-0a1b-2c3d.d.codeartifact.us-east-1.vpce.amazonaws.com';
    const url = `https://${host}/pypi/d/acme-111122223333/team/simple/acme-tool/`;
    expect((await send(standIn, url, { headers: basic(token) })).status).toBe(200);
    const other = url.replace('acme-111122223333', 'labs-444455556666');
    expect((await send(standIn, other, { headers: basic(token) })).status).toBe(401);
  });

  test('a file name whose plus sign the client encodes or not', async () => {
    acme.repositories[0]?.packages.push(wheel('acme_tool', '1.0.0+local'));
    for (const sign of ['+', '%2B']) {
      const url = `${page}1.0.0${sign}local/acme_tool-1.0.0${sign}local-py3-none-any.whl`;
      expect((await send(standIn, url, { headers: basic(token) })).status).toBe(200);
    }
  });
});

test('a public index asks for nothing, and the record says what it was sent', async () => {
  world.publicIndexes = [{ host: 'index.example', packages: [wheel('acme_tool', '9.0.0')] }];
  await restart();
  const reply = await send(standIn, 'https://index.example/simple/acme-tool/', { headers: basic('secret') });
  expect(reply.text).toContain('acme_tool-9.0.0-py3-none-any.whl');
  expect(standIn.calls).toMatchObject([{ host: 'index.example', authorization: 'basic', status: 200 }]);
});
