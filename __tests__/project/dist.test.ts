/**
 * What is shipped: the committed bundles, as files. Each way in which they are made smaller or faster has a test that
 * fails when an update of a dependency takes the ground from under it. Whole jobs with them: jobs/bundles.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { esModulePaths } from '../../scripts/build/es-module-paths.ts';
import { freshFolder } from '../support/fresh-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The files of an entry, the one that is started first. */
const files = (entry: string) => [
  'index.js',
  ...readdirSync(join(ROOT, 'dist', entry)).filter((name) => /^\d+\.index\.js$/.test(name)),
];
const bundleOf = (entry: string) => files(entry).map((name) => read(`dist/${entry}/${name}`));

describe.each([
  ['main', 620_000],
  ['post', 40_000],
])('dist/%s', (entry, most) => {
  test(`has at most ${most / 1000} kB, with the licences of what is in it`, () => {
    const others = readdirSync(join(ROOT, 'dist', entry)).filter((name) => !files(entry).includes(name));
    expect(others.sort()).toEqual(['licenses.txt']);
    expect(bundleOf(entry).reduce((bytes, text) => bytes + Buffer.byteLength(text), 0)).toBeLessThan(most);
    const licences = read(`dist/${entry}/licenses.txt`);
    const { dependencies } = JSON.parse(read('package.json'));
    for (const name of Object.keys(dependencies)) expect(licences).toContain(`${name} (`);
    expect(licences).toContain('Apache License');
  });

  test('is minified whole', () => {
    for (const text of bundleOf(entry)) expect(text.length / text.split('\n').length).toBeGreaterThan(100);
  });

  test('is CommonJS, which Node.js starts faster, and as strict as the ES modules that it comes from', () => {
    expect(JSON.parse(read('dist/package.json'))).toEqual({ type: 'commonjs' });
    for (const text of bundleOf(entry)) {
      expect(text).toMatch(/^"use strict";/);
      expect(text).not.toMatch(/\bimport\.meta\b|\bimport\(/);
    }
  });

  test('has the modules that usual steps run in parentheses, so that V8 compiles them once', () => {
    const marked = bundleOf(entry).flatMap((text) => text.match(/[{,]\d+:\(\(/g) ?? []).length;
    expect(marked).toBeGreaterThanOrEqual(entry === 'main' ? 150 : 5);
  });
});

describe('the start of dist/main', () => {
  test('is a small file, behind which the rest is loaded in pieces', () => {
    expect(Buffer.byteLength(bundleOf('main')[0] ?? '')).toBeLessThan(16_000);
  });

  test('does not load the AWS SDK, TLS or HTTP before the first connections are opened', () => {
    const folder = freshFolder();
    const preload = join(folder, 'note-loaded.cjs');
    const note = join(folder, 'loaded');
    writeFileSync(
      preload,
      `require('node:diagnostics_channel').subscribe('net.client.socket', () =>
        require('node:fs').writeFileSync(${JSON.stringify(note)}, process.moduleLoadList.join('\\n')));`,
    );
    const url = 'https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/';
    spawnSync(process.execPath, ['--require', preload, join(ROOT, 'dist/main/index.js')], {
      env: { INPUT_REPOSITORIES: url, AWS_ENDPOINT_URL: 'https://127.0.0.1:9' },
    });
    const modules = readFileSync(note, 'utf8').split('\n');
    expect(modules).toContain('NativeModule net');
    expect(modules.filter((name) => /NativeModule (?:https?|tls|crypto|_http_client)$/.test(name))).toEqual([]);
  });
});

describe('what is left out of dist/main', () => {
  test.each([
    ['undici', /UND_ERR_|MockAgent|RetryAgent/],
    ['CBOR', /RpcV2Cbor|majorUnstructuredByteString/],
    ['HTTP/2, which takes time to load', /\(["'](node:)?http2["']\)/],
    ['the name of the browser', /bowser/i],
    ['operations that are never called', /DescribeDomain|PublishPackageVersion/],
  ])('%s', (_, signs) => {
    expect(bundleOf('main').filter((text) => signs.test(text))).toEqual([]);
  });
});

describe('the ES modules of the AWS SDK', () => {
  const folder = join(ROOT, 'node_modules');
  const paths = esModulePaths(folder, folder);

  test('are there for what the action imports, and what these import', () => {
    for (const name of [
      'client-codeartifact',
      'credential-providers',
      'core',
      'nested-clients/sts',
      'core/protocols',
    ]) {
      expect(paths).toHaveProperty([`@aws-sdk/${name}`]);
    }
    expect(paths).toHaveProperty(['@smithy/core/protocols']);
    for (const path of Object.values(paths)) expect([path, existsSync(path)]).toEqual([path, true]);
  });

  test('say that they have no side effects, else a bundler keeps all of them', () => {
    for (const name of [
      '@aws-sdk/client-codeartifact',
      '@aws-sdk/nested-clients',
      '@smithy/core',
      '@smithy/node-http-handler',
    ]) {
      expect([name, JSON.parse(read(`node_modules/${name}/package.json`)).sideEffects]).toEqual([name, false]);
    }
  });

  test('two versions of a package are an error, since one path cannot lead to both', () => {
    const twice = freshFolder();
    for (const path of ['@smithy', '@aws-sdk/core/node_modules/@smithy/core'])
      mkdirSync(join(twice, path), { recursive: true });
    writeFileSync(join(twice, '@aws-sdk/core/package.json'), '{}');
    expect(() => esModulePaths(twice, twice)).toThrow(
      `Two versions of the AWS SDK: ${join('@aws-sdk', 'core', 'node_modules', '@smithy')};`,
    );
  });
});

describe('what the stub stands for is not reached', () => {
  test('@actions/http-client, which brings undici: only for getIDToken of @actions/core, which nobody calls', () => {
    const importing = ['core', 'exec', 'io'].flatMap((name) =>
      readdirSync(join(ROOT, 'node_modules/@actions', name, 'lib'))
        .filter(
          (file) => file.endsWith('.js') && read(`node_modules/@actions/${name}/lib/${file}`).includes('http-client'),
        )
        .map((file) => `${name}/${file}`),
    );
    expect(importing).toEqual(['core/oidc-utils.js']);
    expect(read('node_modules/@actions/core/lib/core.js').match(/OidcClient\.\w+/g)).toEqual(['OidcClient.getIDToken']);
    for (const name of ['actions/oidc-client', 'is not part of this bundle']) {
      expect(['main', 'post'].flatMap(bundleOf).filter((text) => text.includes(name))).toEqual([]);
    }
  });

  test('@actions/exec: by @actions/core only for getDetails of its platform, which nobody calls', () => {
    const importing = readdirSync(join(ROOT, 'node_modules/@actions/core/lib')).filter(
      (file) => file.endsWith('.js') && read(`node_modules/@actions/core/lib/${file}`).includes('@actions/exec'),
    );
    expect(importing).toEqual(['platform.js']);
    const calls = read('node_modules/@actions/core/lib/platform.js').match(/exec\.\w+/g);
    expect([...new Set(calls)]).toEqual(['exec.getExecOutput']);
    expect(bundleOf('main').filter((text) => text.includes('getWindowsInfo'))).toEqual([]);
    // The check after the change, which starts programs, has the real one.
    expect(bundleOf('main').filter((text) => text.includes('ToolRunner'))).toHaveLength(1);
  });
});
