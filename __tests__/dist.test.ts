/**
 * What is shipped: the committed bundles. Each way in which they are made smaller or faster has a test that fails when an
 * update of a dependency takes the ground from under it.
 */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshFolder } from './support/fresh-folder.ts';
import { type Stage, setStage } from './support/stage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const sources = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => read(join(folder, name)));

describe.each(['main', 'post'])('dist/%s', (entry) => {
  const bundle = read(`dist/${entry}/index.js`);

  test('is one file of at most 700 kB, with the licences of what is in it', () => {
    expect(readdirSync(join(ROOT, 'dist', entry)).sort()).toEqual(['index.js', 'licenses.txt', 'package.json']);
    expect(Buffer.byteLength(bundle)).toBeLessThan(700_000);
    expect(read(`dist/${entry}/licenses.txt`)).toContain('@actions/core');
  });

  test('holds no undici', () => {
    expect(['UND_ERR_', 'MockAgent', 'RetryAgent'].filter((sign) => bundle.includes(sign))).toEqual([]);
  });

  test('has the modules that run at start in parentheses, so that V8 compiles them once', () => {
    const marked = bundle.match(/[{,]\d+:\(/g)?.length ?? 0;
    expect(marked).toBeGreaterThanOrEqual(entry === 'main' ? 30 : 5);
  });
});

test('dist/main holds the stubs in their place', () => {
  const bundle = read('dist/main/index.js');
  for (const name of ['undici', 'CBOR'])
    expect([name, bundle.includes(`${name} is not part of this bundle`)]).toEqual([name, true]);
});

describe('what the stubs stand for is not reached', () => {
  test('undici: for nothing but the proxy dispatcher of @actions/http-client, which @actions/core does not ask for', () => {
    const imports = sources('node_modules/@actions/http-client/lib').flatMap(
      (text) => text.match(/^.*undici.*$/gm) ?? [],
    );
    expect(imports.filter((line) => !line.trim().startsWith('//'))).toEqual(["import { ProxyAgent } from 'undici';"]);
    expect(sources('node_modules/@actions/core/lib').join('')).not.toMatch(/undici|getAgentDispatcher/);
    expect(sources('node_modules/@actions/exec/lib').join('')).not.toMatch(/undici|http-client/);
  });

  test('CBOR: for a protocol that no client in the bundle speaks', () => {
    const protocols = read('node_modules/@aws-sdk/core/dist-cjs/submodules/protocols/index.js');
    expect(protocols.match(/require\("@smithy\/core\/cbor"\)/g)).toHaveLength(1);
    expect(protocols).toContain(
      'const { SmithyRpcV2CborProtocol, loadSmithyRpcV2CborErrorCode } = require("@smithy/core/cbor");',
    );
    const clients = [
      ...sources('node_modules/@aws-sdk/client-codeartifact/dist-cjs'),
      ...sources('node_modules/@aws-sdk/nested-clients/dist-cjs'),
    ];
    expect(clients.length).toBeGreaterThan(3);
    for (const client of clients) expect(client).not.toMatch(/RpcV2Cbor/);
  });
});

describe('the bundles alone', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.standIn.close());

  test('work in a folder without node_modules', async () => {
    const folder = freshFolder();
    cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'action.yml'), join(folder, 'action.yml'));
    await using job = await stage.startJob();
    const step = await job.uses(folder, { with: { repositories: stage.urls.team, 'profile-name': 'acme' } });
    expect(step.outcome).toBe('success');
    expect(step.stderr).toBe('');
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(post?.stderr).toBe('');
  });
});
