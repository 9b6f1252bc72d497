import { describe, expect, test } from '@jest/globals';
import { type Changes, joinChanges } from '../../../src/clients/changes.ts';
import { describeClient, planOf } from '../../../src/clients/client-plan.ts';
import { RUN } from '../../support/sample-setup.ts';

const FOLDER = `/temp/codeartifact-keyring-${RUN}`;
const HIDDEN = { folder: FOLDER, run: RUN, token: /token-\d+/g };

const changes = (given: Partial<Changes>) => joinChanges([given]);
const file = (text: string) => ({ name: 'netrc', bytes: Buffer.from(text) });
const plan = (given: Partial<Changes>, ours = given, hidden = HIDDEN) =>
  planOf('pip', changes(given), changes(ours), hidden);

describe('a plan', () => {
  test('has no token, and no name that only one run has', () => {
    const { files, variables } = plan({
      files: [file('password token-1\npassword token-22\n')],
      variables: [
        { name: 'NETRC', value: `${FOLDER}/netrc` },
        { name: 'UV_INDEX', value: `team-${RUN}=https://index.example/ https://aws:token-1@index.example/` },
        { name: `UV_INDEX_TEAM_${RUN.toUpperCase()}_PASSWORD`, value: 'token-1', secret: true },
        { name: 'RULES', value: '[{"password":"of the user"},{"password":"token-1"}]', secret: true },
      ],
    });
    expect(files).toEqual([
      { path: '$RUNNER_TEMP/codeartifact-keyring-*/netrc', text: 'password ***\npassword ***\n', carriesOver: false },
    ]);
    expect(variables).toEqual([
      { name: 'NETRC', value: '$RUNNER_TEMP/codeartifact-keyring-*/netrc' },
      { name: 'UV_INDEX', value: 'team-*=https://index.example/ https://aws:***@index.example/' },
      { name: 'UV_INDEX_TEAM_*_PASSWORD', value: '***' },
      { name: 'RULES', value: '***' },
    ]);
  });

  test('is the same on Windows', () => {
    const folder = `D:\\temp\\codeartifact-keyring-${RUN}`;
    const given = { variables: [{ name: 'NETRC', value: `${folder}\\netrc` }] };
    expect(plan(given, given, { ...HIDDEN, folder }).variables).toEqual([
      { name: 'NETRC', value: '$RUNNER_TEMP/codeartifact-keyring-*/netrc' },
    ]);
  });

  test("says that the user's settings are carried over, and not what they are", () => {
    const { files } = plan({ files: [file('ours\npassword of the user\n')] }, { files: [file('ours\n')] });
    expect(files).toEqual([expect.objectContaining({ text: 'ours\n', carriesOver: true })]);
    const both = [{ ...file('index of pip'), name: 'pip.conf' }, file('ours')];
    expect(plan({ files: both }).files).toEqual([
      expect.objectContaining({ text: 'index of pip', carriesOver: false }),
      expect.objectContaining({ text: 'ours', carriesOver: false }),
    ]);
    const [alone] = plan({ files: [file('of the user')] }, {}).files;
    expect(alone).toMatchObject({ text: '', carriesOver: true });
  });

  test('has no file that only a later step of ours reads', () => {
    expect(plan({ files: [file('x'), { name: 'repositories', bytes: Buffer.from('y') }] }).files).toHaveLength(1);
  });

  test('has the name and the URL of each index server', () => {
    const server = { name: 'team', url: 'https://index.example/', token: 'token-1', expiration: new Date(0) };
    const { tool, indexServers } = plan({ indexServers: [{ ...server, identity: 'mark' }] });
    expect({ tool, indexServers }).toEqual({
      tool: 'pip',
      indexServers: [{ name: 'team', url: 'https://index.example/' }],
    });
  });
});

test('in lines: files with what they say, index servers, variables', () => {
  const text = { text: 'a\nb\n', carriesOver: false };
  const lines = describeClient({
    tool: 'pip',
    files: [
      { path: 'one', ...text },
      { path: 'two', ...text, carriesOver: true },
    ],
    indexServers: [{ name: 'team', url: 'https://index.example/' }],
    variables: [{ name: 'NETRC', value: 'one' }],
  });
  expect(lines).toEqual([
    ...['writes one:', '    a', '    b', 'writes two, with settings of your own beside:', '    a', '    b'],
    'adds [team] to ~/.pypirc: https://index.example/',
    'sets NETRC=one',
  ]);
});
