import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Variable } from '../../../src/clients/changes.ts';
import { lookAtWorkspace } from '../../../src/clients/workspace-look.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';

const HOST = 'acme-111122223333.d.codeartifact.us-east-1.amazonaws.com';
const NETRC = [{ name: 'netrc', bytes: Buffer.from('') }];
const TOKEN: Variable = { name: 'CODEARTIFACT_AUTH_TOKEN', value: 'x', secret: true };

interface Asked {
  readonly files?: typeof NETRC;
  readonly variables?: readonly Variable[];
  readonly environment?: Record<string, string>;
}

/** What is found in files at the top of the workspace. */
function look(workspace: Record<string, string>, { files = NETRC, variables = [], environment = {} }: Asked = {}) {
  const disk = sampleDisk(Object.fromEntries(Object.entries(workspace).map(([name, text]) => [`/w/${name}`, text])));
  return lookAtWorkspace({ files, variables }, [HOST, 'other.example'], sampleMachine({ environment }), disk).problems;
}

const at = (name: string, line?: number) => join('/w', name) + (line === undefined ? '' : ` line ${line}`);
const plain = (place: string, host = HOST) =>
  `${place} uses http:// for ${host}, so anyone on the network can read its token; write https://.`;
const trusts = (place: string) =>
  `${place} changes which certificates are trusted for ${HOST}, so whoever has one can read its token; remove that.`;
const elsewhere = (place: string, name = TOKEN.name) =>
  `${place} could send the token in ${name} to another host; write its host out, or remove it.`;

describe('plain http to a host of ours', () => {
  test.each([
    ['requirements.txt', `-i http://${HOST}/simple/`],
    ['requirements-dev.in', `x @ http://${HOST}/x.whl`],
    ['Requirements.TXT', `-i http://${HOST}/simple/`],
    ['dev-requirements.txt', `--find-links=HTTP://${HOST.toUpperCase()}/`],
    ['constraints.txt', `http://me@${HOST}.:80/x.whl`],
    ['setup.cfg', `index_url = http://${HOST}/simple/`],
    ['uv.toml', `index = [{ url = "http://${HOST}/" }]`],
    ['poetry.toml', `repositories.x.url = "http://${HOST}/"`],
    ['pdm.toml', `pypi.x.url = "http://${HOST}/"`],
    ['hatch.toml', `envs.x.env-vars.PIP_INDEX_URL = "http://${HOST}/"`],
    ['pyproject.toml', `tool.uv.extra-index-url = ["http://${HOST}/"]`],
    ['Pipfile', `source = [{ url = "http://${HOST}/simple" }]`],
    ['Pipfile.lock', `{"url": "http://${HOST}/simple"}`],
    ['uv.lock', `source = { registry = "http://${HOST}/simple" }`],
    ['poetry.lock', `url = "http://${HOST}/simple"`],
    ['pdm.lock', `url = "http://${HOST}/simple"`],
    ['pylock.toml', `url = "http://${HOST}/simple"`],
    ['pylock.dev.toml', `url = "http://${HOST}/simple"`],
  ])('%s: %s', (name, line) => {
    const comment = name === 'Pipfile.lock' ? '\n' : '# a comment\n';
    expect(look({ [name]: comment + line })).toEqual([plain(at(name, 2))]);
    expect(look({ [name]: comment + line.replace(/http:/i, 'https:') })).toEqual([]);
    expect(look({ [name]: comment + line.replace(/\/\/(?:me@)?/, '$&x') })).toEqual([]);
    expect(look({ [`sub/${name}`]: comment + line })).toEqual([]);
  });

  test('with a host or a scheme that the client puts together', () => {
    const environment = { HOST, LONG: 'x'.repeat(2_000) };
    expect(look({ 'requirements.txt': `-i http://\${HOST}/simple/` }, { environment })).toEqual([
      plain(at('requirements.txt', 1)),
    ]);
    expect(look({ 'requirements.txt': `-i http://\${OTHER}/\${LONG}/` }, { environment })).toEqual([]);
    const many = `-i http://\${HOST}/${`\${HOST}`.repeat(10_000)}`;
    expect(look({ 'requirements.txt': many }, { environment })).toEqual([]);
    expect(look({ 'requirements.txt': `x @ http://${'a'.repeat(1_100)}@${HOST}/x.whl` })).toEqual([
      plain(at('requirements.txt', 1)),
    ]);
    expect(look({ 'uv.toml': `a = "ht\\u0074p://${HOST}/"\n` })).toEqual([plain(at('uv.toml'))]);
    expect(look({ 'pdm.toml': `a = 'http://x.example\\@${HOST}/'\n` })).toEqual([plain(at('pdm.toml', 1))]);
    expect(look({ 'pdm.toml': `a = ["http://${HOST}", "http://${HOST}/x"\n` })).toEqual([plain(at('pdm.toml', 1))]);
  });

  test('is no matter where no client has tokens by the host', () => {
    const workspace = { 'requirements.txt': `-i http://${HOST}/\n--trusted-host ${HOST}` };
    expect(look(workspace, { files: [] })).toEqual([]);
    expect(look(workspace, { files: [{ name: 'pip.conf', bytes: Buffer.from('') }] })).toHaveLength(2);
  });

  test('in several files and places', () => {
    const one = (host: string) => `-i http://${host}/\n`;
    expect(look({ 'requirements.txt': one(HOST) + one('other.example'), 'requirements.in': one(HOST) })).toEqual([
      plain(at('requirements.in', 1)),
      plain(at('requirements.txt', 1)),
      plain(at('requirements.txt', 2), 'other.example'),
    ]);
    expect(look({ 'requirements.txt': one(HOST).repeat(100) })).toHaveLength(5);
  });
});

test('certificates of our hosts', () => {
  expect(look({ 'requirements.txt': `--trusted-host x.example\n--trusted-host ${HOST}:443\n` })).toEqual([
    trusts(at('requirements.txt', 2)),
  ]);
  const source = (host: string) => `[[source]]\nurl = "https://${host}/simple"\nverify_ssl = false\n`;
  expect(look({ Pipfile: source('x.example') + source(HOST) })).toEqual([trusts(at('Pipfile', 5))]);
});

describe('a token in a variable', () => {
  const variables = [TOKEN, { name: 'OTHER', value: 'x' }];
  const environment = { SERVER: 'https://github.example', LONG: 'x'.repeat(2_000) };

  test.each([
    `-i https://aws:\${CODEARTIFACT_AUTH_TOKEN}@x.example/simple/`,
    '-i https://x.example/$CODEARTIFACT_AUTH_TOKEN/',
    `-i https://\${CODEARTIFACT_AUTH_TOKEN}.x.example/`,
    `-i http://aws:\${CODEARTIFACT_AUTH_TOKEN}@${HOST}/`,
    `-i https://${HOST}/ x @ https://x.example/{env:CODEARTIFACT_AUTH_TOKEN}/x.whl`,
    '-i https://{env:CODEARTIFACT_AUTH_TOKEN:none}@x.example/',
    // No URL to Node.js; pip asks the DNS for that host.
    `-i https://aws:\${CODEARTIFACT_AUTH_TOKEN}@${HOST}|x.example/`,
    `-i "https://${HOST} @x.example/\${CODEARTIFACT_AUTH_TOKEN}"`,
    `-i https://${HOST},@x.example/\${CODEARTIFACT_AUTH_TOKEN}`,
    `-i https:/x.example/\${CODEARTIFACT_AUTH_TOKEN}`,
    `-i https://x.example/ \${CODEARTIFACT_AUTH_TOKEN}`,
    `-i https://${HOST}\\u002Fx@x.example/\${CODEARTIFACT_AUTH_TOKEN}`,
    `-i \${SERVER}.x.example/\${CODEARTIFACT_AUTH_TOKEN}/`,
    `-i {env:UNSET:https://x.example}/{env:CODEARTIFACT_AUTH_TOKEN}/`,
    `-i https://${HOST}/,https://x.example/\${CODEARTIFACT_AUTH_TOKEN}/`,
  ])('goes elsewhere: %s', (line) => {
    expect(look({ 'requirements.txt': `\n${line}\n` }, { files: [], variables, environment })).toEqual([
      elsewhere(at('requirements.txt', 2)),
    ]);
    expect(look({ 'requirements.txt': line }, { files: [] })).toEqual([]);
  });

  test.each([
    `-i https://aws:\${CODEARTIFACT_AUTH_TOKEN}@${HOST}/simple/`,
    `-i https://\${OTHER}@x.example/`,
    '-i https://$CODEARTIFACT_AUTH_TOKENS@x.example/',
    '-i https://x.example/CODEARTIFACT_AUTH_TOKEN/',
    `\${CODEARTIFACT_AUTH_TOKEN} # https://x.example/`,
    `-i https://x.example/\${LONG}`,
  ])('goes nowhere else: %s', (line) => {
    expect(look({ 'requirements.txt': line }, { variables, environment })).toEqual([]);
  });

  test.each([
    ['# a \\\n', 2],
    ['a # b \\\n', 1],
    ['a # b \\ \n', 1],
    ['# a\f', 1],
    ['# a\u0085', 1],
    ['-i https://y.example/\uFEFF#x ', 1],
  ])('where clients see a line that others do not: behind %j', (before, line) => {
    const text = `${before}-i https://x.example/\${CODEARTIFACT_AUTH_TOKEN}/\n`;
    expect(look({ 'requirements.txt': text }, { variables })).toEqual([elsewhere(at('requirements.txt', line))]);
    expect(look({ 'requirements.txt': text.split('').join('\0') }, { variables })).toHaveLength(1);
  });

  test('in TOML, and each variable by its name', () => {
    const both = [TOKEN, { name: 'FLIT_PASSWORD', value: 'x', secret: true }];
    const text = `[[source]]\nurl = "https://$FLIT_PASSWORD:\${CODEARTIFACT_AUTH_TOKEN}@x.example/"\n`;
    expect(look({ Pipfile: text }, { variables: both })).toEqual([
      elsewhere(at('Pipfile', 2)),
      elsewhere(at('Pipfile', 2), 'FLIT_PASSWORD'),
    ]);
    const odd = `tool.pdm.source = [{ url = "https://${HOST}\\\\@x.example/\${CODEARTIFACT_AUTH_TOKEN}/" }]\n`;
    expect(look({ 'pyproject.toml': odd }, { variables })).toEqual([elsewhere(at('pyproject.toml'))]);
  });
});

test('what is not looked at is told', () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`requirements-${n}.txt`, '']));
  expect(look(many)).toEqual([
    '/w has more than 200 files of Python clients at its top, so not all were read; move ' + 'some into folders.',
  ]);
  const { read, ...disk } = sampleDisk({ '/w/uv.lock': '', '/w/poetry.lock': '', '/w/uv.toml': '' });
  const isTooLarge = (path: string) => path.endsWith('.lock');
  const large = {
    ...disk,
    read: (path: string) => read(path) && { path, bytes: Buffer.alloc(0), isTooLarge: isTooLarge(path) },
  };
  expect(lookAtWorkspace({ files: NETRC, variables: [] }, [HOST], sampleMachine(), large)).toEqual({
    problems: [],
    tooLarge: [at('poetry.lock'), at('uv.lock')],
  });
});

test.each([
  ...['README.md', 'requirements.md', 'requirements.txt.bak', 'constraints.inc', 'x-uv.toml', 'uv.toml.bak'],
  ...['pylock.x', 'xpylock.a.toml', 'x-uv.lock', 'uv.lock.bak', 'xPipfile', 'Pipfile.bak', 'Pipfile.lock.bak'],
  ...['x-setup.cfg', 'setup.cfg.bak'],
])('no client reads %s', (name) => {
  expect(look({ [name]: `a = "http://${HOST}/"\n` })).toEqual([]);
});

test('of the files at the top, the first 200 are looked at', () => {
  const files = (count: number) =>
    look(Object.fromEntries(Array.from({ length: count }, (_, n) => [`requirements-${n}.txt`, `-i http://${HOST}/`])));
  expect(files(200)).toHaveLength(200);
  expect(files(201)).toHaveLength(201);
  expect(files(201)[0]).toMatch(/^\/w has more than 200 files/);
});

test('what is put together has its bounds', () => {
  const url = (length: number) => `http://${HOST}/`.padEnd(length, 'x');
  const found = (text: string, URL = url(0)) =>
    look({ 'requirements.txt': text }, { environment: { URL, X: 'x' } }).length;
  expect([1024, 1025].map((length) => found(`\${URL}`, url(length)))).toEqual([1, 0]);
  expect([19, 20].map((before) => found(`${`\${X}`.repeat(before)} \${URL}`))).toEqual([1, 0]);
  expect([4096, 4097].map((length) => found(`\${URL}${' x'.repeat(2045)}`.padEnd(length, 'x')))).toEqual([1, 0]);
  expect(found('-i http://%zz/')).toBe(0);
  const secret = { variables: [TOKEN], environment: { [TOKEN.name]: url(0) } };
  expect(look({ 'requirements.txt': `\${${TOKEN.name}}` }, secret)).toEqual([]);
});
