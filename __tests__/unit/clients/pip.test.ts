import { describe, expect, test } from '@jest/globals';
import { pip } from '../../../src/clients/pip.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

const OURS = '/private/pip.conf';
const userFile = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });

describe('what pip is told', () => {
  test('its file, which no log shows, by a variable', () => {
    const { files, variables, notes } = pip(sampleSetup());
    expect(files?.map(({ name }) => name)).toEqual(['pip.conf']);
    expect(variables).toEqual([{ name: 'PIP_CONFIG_FILE', value: OURS }]);
    expect(notes).toEqual([]);
  });

  test('a token in a URL only where the netrc has another for the host, and why', () => {
    const opened = ['team', 'shared'].map((name) =>
      authorize(sampleRepository({ alias: name, name }), `token-${name}`),
    );
    const { files, notes } = pip(sampleSetup({ opened }));
    expect(files?.[0]?.bytes.toString().match(/token-\w+/g)).toEqual(['token-shared']);
    expect(notes).toEqual([
      'The URL of shared in pip.conf carries its token, because an earlier repository of the same host has another identity ' +
        'or domain, and a netrc knows one token a host; where pip builds from source, the URL is an argument of a process.',
    ]);
  });

  test('without a main index, its own', () => {
    const { files } = pip(sampleSetup({ main: { kind: 'client-default' } }));
    expect(files?.[0]?.bytes.toString()).not.toContain('\nindex-url');
  });
});

test('what gets in the way: variables, and the shared files', () => {
  const environment = {
    PIP_INDEX_URL: 'https://never-told/',
    PIP_NO_INDEX: '',
    PIP_EXTRA_INDEX_URL: 'x',
    PIP_CERT: 'x',
  };
  const pipSharedFiles = [userFile('/etc/pip.conf', '[install]\nindex-url = https://never-told/\n')];
  const { overrides } = pip(sampleSetup({ machine: { environment, pipSharedFiles } }));
  expect(overrides).toEqual([
    expect.stringMatching(/^The variable PIP_INDEX_URL is set and beats the pip\.conf of this action/),
    expect.stringMatching(/^The variable PIP_EXTRA_INDEX_URL is set and beats/),
    expect.stringMatching(/^pip: index-url in \[install\] of \/etc\/pip\.conf \(line 2\) beats/),
  ]);
  expect(overrides?.join()).not.toContain('never-told');
});

describe('the check', () => {
  const [check] = pip(sampleSetup()).checks ?? [];
  const files: Record<string, string> = {
    '/etc/pip.conf': '[global]\nindex-url = a\n[install]\nno-index = 1\n',
    [OURS]: '[install]\nno-index = 1\n',
  };
  const read = (path: string) => (path in files ? userFile(path, files[path] ?? '') : undefined);
  const judge = (stdout: string, exitCode = 0) => check?.judge({ stdout, stderr: '', exitCode }, read);

  test('asks what pip reads', () => {
    expect([check?.program, ...(check?.args ?? [])]).toEqual(['pip', 'config', 'debug']);
  });

  test('all as written', () => {
    const said = `env_var:\n  PIP_CONFIG_FILE='${OURS}'\nglobal:\n  /etc/xdg/pip/pip.conf, exists: False\nenv:\n  ${OURS}, exists: True\n`;
    expect(judge(said)).toEqual([]);
    expect(judge(said.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  test('everything that keeps pip from it, by its place', () => {
    const said =
      "env_var:\n  PIP_INDEX_URL='x'\n  PIP_CERT='x'\nenv:\nglobal:\n  /etc/pip.conf, exists: True\n" +
      `  /gone/pip.conf, exists: True\nuser:\n  ${OURS}, exists: False\n  see  PIP_NO_INDEX=1\nnote  /etc/pip.conf, exists: True\n  /etc/pip.conf, exists: True or so\n`;
    expect(judge(said)).toEqual([
      `pip does not read ${OURS}, which this action wrote for it.`,
      expect.stringMatching(/^The variable PIP_INDEX_URL is set/),
      expect.stringMatching(/^pip: no-index in \[install\] of \/etc\/pip\.conf \(line 4\) beats/),
    ]);
  });

  test('a pip that fails', () => {
    expect(judge('', 2)).toEqual(['pip config debug failed (exit code 2); run it in a step to see why.']);
  });
});
