import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { uvCheck } from '../../../src/clients/uv-check.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import type { MainIndex } from '../../../src/repositories/default-index.ts';
import { saying, userFile } from '../../support/client-changes.ts';
import { CLIENT_DEFAULT, PROJECT, SHARED, TEAM } from '../../support/sample-indexes.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

const WORKSPACE_FILE = join('/w', 'uv.toml');

interface Shown {
  readonly name?: string;
  readonly url: string;
  readonly explicit?: boolean;
  readonly isDefault?: boolean;
}

/** What matters of uv's settings as uv 0.13.9 shows them; more stands between these lines. */
function settings(shown: readonly Shown[], rest = 'index_strategy: FirstIndex,\n'): string {
  const indexes = shown.map(
    ({ name, url, explicit = false, isDefault = false }) =>
      '                Index {\n' +
      (name === undefined
        ? ''
        : '                    name: Some(\n                        IndexName(\n' +
          `                            "${name}",\n`) +
      `                    url: Url(\n                            given: Some(\n` +
      `                                "${url}",\n                            ),\n                    ),\n` +
      `                    explicit: ${explicit},\n                    default: ${isDefault},\n                },\n`,
  );
  return (
    '    settings: PipSettings {\n        index_locations: IndexLocations {\n            indexes: [\n' +
    `${indexes.join('')}            ],\n            flat_index: [\n                Index {\n` +
    '                            given: Some("https://flat.example/"),\n' +
    `            ],\n            no_index: false,\n        },\n        ${rest}`
  );
}

const OURS: Shown[] = [{ url: TEAM.indexUrl }, { url: SHARED.indexUrl, isDefault: true }];

function judge(
  stdout: string,
  {
    main,
    environment = {},
    files = {},
    exitCode = 0,
  }: Partial<{
    main: MainIndex;
    environment: Environment;
    files: Record<string, string>;
    exitCode: number;
  }> = {},
): readonly string[] {
  const authorized = [TEAM, SHARED].map((repository) => authorize(repository, 't', 'me'));
  const { indexes } = sampleSetup({ authorized, ...(main === undefined ? {} : { main }) });
  const read = (path: string) => (path in files ? userFile(files[path] ?? '', path) : undefined);
  return uvCheck(indexes, sampleMachine({ environment, home: '/h' })).judge(saying(stdout, exitCode), read);
}

test('asks for the settings, and lists nothing', () => {
  const { program, args, readsWorkspace } = uvCheck(sampleSetup().indexes, sampleMachine());
  expect([program, ...args].join(' ')).toBe('uv --directory /w pip list --show-settings');
  expect(readsWorkspace).toBe(true);
});

test('all as written', () => {
  expect(judge(settings(OURS))).toEqual([]);
  expect(judge(settings([...OURS, { url: 'https://x.example/', explicit: true }]))).toEqual([]);
});

test("uv's own default, which it shows without the URL of a file", () => {
  const shown = settings([...OURS, { url: 'https://x/', isDefault: true }]);
  expect(judge(shown.replace(/given: Some\(\s*"https:\/\/x\/",\s*\)/, 'given: None'))).toEqual([]);
});

test('a uv that fails', () => {
  expect(judge('', { exitCode: 2 })).toEqual([
    'uv pip list --show-settings failed (exit code 2); run it in a step to see why.',
  ]);
});

test('an index of ours that uv does not see', () => {
  const missing = (name: string) =>
    `uv does not see the index ${name}, which this action set in UV_INDEX or UV_DEFAULT_INDEX; check what uv on the ` +
    `PATH is.`;
  expect(judge(settings(OURS.slice(1)))).toEqual([missing('team')]);
  expect(judge('nothing of the kind')).toEqual(['team', 'shared'].map(missing));
  const main: MainIndex = { kind: 'foreign', url: 'https://f.example/' };
  expect(judge(settings([{ url: main.url, isDefault: true }]), { main })).toEqual(['team', 'shared'].map(missing));
});

describe('an index of a configuration file', () => {
  const other = { url: 'https://me:****@x.example/simple/' };
  const text = '[[index]]\nurl = "https://me:secret@x.example/simple/"\n';
  const told = (place: string) => [
    `uv: the index on x.example (${place}) is searched before the last one of this action; give it explicit = true, ` +
      'or remove it.',
  ];

  test.each<[string, Environment]>([
    [WORKSPACE_FILE, {}],
    [join('/w', 'pyproject.toml'), {}],
    [join('/h', '.config', 'uv', 'uv.toml'), {}],
    [join('/x', 'uv', 'uv.toml'), { XDG_CONFIG_HOME: '/x' }],
    [join('/r', 'uv', 'uv.toml'), { APPDATA: '/r', XDG_CONFIG_HOME: '/x' }],
    ['/etc/uv/uv.toml', {}],
    [join('/p', 'uv', 'uv.toml'), { PROGRAMDATA: '/p' }],
    ['/c.toml', { UV_CONFIG_FILE: '/c.toml' }],
  ])('in %s', (path, environment) => {
    expect(judge(settings([...OURS, other]), { environment, files: { [path]: text } })).toEqual(told(`${path} line 2`));
  });

  test('that is a folder', () => {
    const files = { [WORKSPACE_FILE]: '\nurl = "./wheels"\n' };
    expect(judge(settings([...OURS, { url: './wheels' }]), { files })).toEqual([
      `uv: the index on another (${WORKSPACE_FILE} line 2) is searched before the last one of this action; give it ` +
        `explicit = true, or remove it.`,
    ]);
  });

  test('in a place that cannot be found', () => {
    const files = { [WORKSPACE_FILE]: text };
    const environment = { UV_CONFIG_FILE: '/c.toml' };
    expect(judge(settings([...OURS, other]), { environment, files })).toEqual(told('in a configuration file of uv'));
  });

  test('is fine where uv keeps its default, which comes last', () => {
    expect(judge(settings([...OURS, other]), { main: CLIENT_DEFAULT })).toEqual([]);
  });
});

test('settings that change what the indexes mean, by their place', () => {
  const files = { [WORKSPACE_FILE]: 'no-index = true\nindex-strategy = "unsafe-best-match"\n' };
  const shown = settings(OURS, 'index_strategy: UnsafeBestMatch,\n').replace('no_index: false', 'no_index: true');
  expect(judge(shown, { files })).toEqual([
    `uv: index-strategy (${WORKSPACE_FILE} line 2) takes the highest version of all indexes; remove it.`,
    `uv: no-index (${WORKSPACE_FILE} line 1) turns all indexes off; remove it.`,
  ]);
});

describe('certificates that uv does not check', () => {
  const insecure = (text: string) =>
    settings(OURS, `allow_insecure_host: [\n${text}        ],\n        read_timeout: 30s,\n`);
  const host = (name: string, rest = 'port: None') =>
    `            Host {\n                scheme: None,\n                host: "${name}",\n                ${rest},\n` +
    '            },\n';
  const files = { [WORKSPACE_FILE]: `https-proxy = "http://x/"\nallow-insecure-host = ["${TEAM.host}"]\n` };
  const told = [
    `uv: allow-insecure-host (${WORKSPACE_FILE} line 2) turns the check of certificates off for ${TEAM.host}, so ` +
      `anyone on the network can read its token; remove it.`,
  ];

  test.each([
    host(TEAM.host),
    host('x.example') + host(TEAM.host.toUpperCase(), 'port: Some(\n                    443,\n                )'),
    host(`${TEAM.host}.`),
    '            Wildcard,\n',
  ])('of ours: %s', (text) => {
    expect(judge(insecure(text), { files })).toEqual(told);
  });

  test('of ours, also where the project names the indexes, which then is all that counts', () => {
    const shown = `${insecure(host(TEAM.host)).replace(TEAM.indexUrl, 'https://x/')}index_strategy: Unsafe\n`;
    expect(judge(shown, { main: PROJECT, files })).toEqual(told);
  });

  test('of others are theirs', () => {
    expect(judge(insecure(host('x.example') + host(`x${TEAM.host}`)), { files })).toEqual([]);
    expect(judge(insecure(''), { files })).toEqual([]);
  });
});
