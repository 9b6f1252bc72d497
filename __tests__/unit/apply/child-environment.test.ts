import { describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../../src/apply/child-environment.ts';
import type { Variable } from '../../../src/clients/changes.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';

interface Asked {
  readonly program?: string;
  readonly readsWorkspace?: boolean;
  readonly variables?: readonly Variable[];
}

function seen(environment: Environment, { program = 'pip', readsWorkspace = false, variables = [] }: Asked = {}) {
  const machine = sampleMachine({ environment, workspace: '/checkout/repo' });
  const disk = sampleDisk({}, { '/link': '/checkout/repo' });
  const given = childEnvironment({ program, readsWorkspace }, variables, machine, disk);
  expect(Object.values(given)).not.toContain(undefined);
  return given;
}

const named = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'x']));

describe('a client gets', () => {
  test('what is set, and what later steps will have', () => {
    const environment = { HOME: '/h', LANG: 'C', CI: 'true', GITHUB_ACTIONS: 'true', NETRC: '/old', GONE: undefined };
    expect(seen(environment, { variables: [{ name: 'NETRC', value: '/private/netrc' }] })).toEqual({
      ...{ HOME: '/h', LANG: 'C', CI: 'true', GITHUB_ACTIONS: 'true' },
      NETRC: '/private/netrc',
    });
  });

  test('nothing by which this step speaks to the runner, to GitHub, or to AWS', () => {
    const step = named(
      ...['INPUT_TOKEN', 'INPUT_AWS-SECRET-ACCESS-KEY', 'input_x', 'STATE_x', 'ACTIONS_ID_TOKEN_REQUEST_URL'],
      ...['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_TOKEN'],
      ...['GITHUB_ARTIFACTS', 'GITHUB_ARTIFACTS_LIST', 'GITHUB_WORKSPACE', 'GITHUB_ACTIONS_X'],
      ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'],
    );
    expect(seen(step)).toEqual({});
  });

  test('no secret: neither a token of ours, nor what is called one, nor a password in a URL', () => {
    const others = named(
      ...['MY_TOKEN', 'npm_token', 'DB_PASSWORD', 'DB_PASSWD', 'A_SECRET_B', 'GPG_PASSPHRASE', 'X_CREDENTIALS'],
      ...['SSH_AUTH_SOCK', 'HATCH_INDEX_AUTH', 'API_KEY', 'A_KEY_ID', 'GH_PAT', 'TWINE_PASSWORD'],
    );
    const proxy = { HTTPS_PROXY: 'http://me:pw@proxy.example:1/', TWINE_REPOSITORY_URL: 'https://me:pw@x.example/' };
    expect(seen({ ...others, ...proxy, FLIT_X: 'of an earlier use' }, { variables: [secret('FLIT_X')] })).toEqual({});
    const harmless = {
      ...named('KEYBOARD', 'PIP_KEYRING_PROVIDER', 'AUTHOR', 'PATTERN', 'X_AUTHOR', 'X_KEYS', 'GH_PATH'),
      ...named('MY_AWS_REGION', 'XGITHUB_X'),
      HTTP_PROXY: 'http://p:1/',
    };
    expect(seen(harmless)).toEqual(harmless);
  });

  test('its own settings, also those that look like secrets, but no token', () => {
    const own = { PIP_INDEX_URL: 'https://me:pw@x.example/', PIP_MY_TOKEN: 'x' };
    expect(seen(own)).toEqual(own);
    expect(seen(own, { program: 'twine' })).toEqual({});
    expect(seen({}, { variables: [secret('PIP_PASSWORD')] })).toEqual({});
  });
});

describe('no variable leads a client into the workspace', () => {
  test.each([
    ['PATH', '/checkout/repo/bin:/usr/bin::.:bin:/link/bin:/checkout/repo2/bin', '/usr/bin:/checkout/repo2/bin'],
    ['PYTHONPATH', '/checkout/repo/src:/opt/lib', '/opt/lib'],
    ['PYTHONPATH', '.', ''],
    ['PYTHONPATH', 'src', ''],
    ['LD_LIBRARY_PATH', ':/opt/lib', '/opt/lib'],
    ['LD_PRELOAD', '/checkout/repo/x.so /opt/y.so', '/opt/y.so'],
    ['DYLD_INSERT_LIBRARIES', 'x.dylib', ''],
  ])('%s=%s is %j', (name, value, left) => {
    expect(seen({ [name]: value })).toEqual({ [name]: left });
  });

  test.each([
    ['PDM_CACHE_DIR', '/checkout/repo/c'],
    ['PDM_PROJECT', '/checkout/repo'],
    ['PYTHONPYCACHEPREFIX', '/checkout/repo/.pyc'],
    ['PYTHONUSERBASE', '/link/user'],
    ['PWD', '/checkout/repo/sub'],
    ['PYTEST_ADDOPTS', '--rootdir=/checkout/repo'],
    ['OPTIONS', '-p "/checkout/repo/plugins"'],
    ['XDG_CONFIG_DIRS', '/etc/xdg:/checkout/repo/xdg'],
    ['MANPATH', '/usr/man:/checkout/repo/man'],
    ['PATHS', '/usr/bin:/checkout/repo/bin'],
  ])('%s=%s is left out', (name, value) => {
    expect(seen({ [name]: value })).toEqual({});
  });

  test.each([
    ['RUNNER_WORKSPACE', '/work'],
    ['OTHER', '/checkout/repository'],
    ['RELATIVE', './x'],
    ['URL', 'https://x.example/work/x'],
  ])('%s=%s stays', (name, value) => {
    expect(seen({ [name]: value })).toEqual({ [name]: value });
  });

  test('but its own, where it runs nothing of the workspace', () => {
    const environment = {
      UV_CONFIG_FILE: '/checkout/repo/uv.toml',
      PYTHONPATH: '/checkout/repo',
      OTHER: '/checkout/repo',
    };
    const uv = { program: 'uv', readsWorkspace: true };
    expect(seen(environment, uv)).toEqual({ UV_CONFIG_FILE: '/checkout/repo/uv.toml', PYTHONPATH: '' });
    expect(seen(environment, { program: 'uv' })).toEqual({ PYTHONPATH: '' });
  });
});

test('lists have semicolons on Windows, and paths have drives', () => {
  const environment = { Path: 'C:\\w\\bin;C:\\Windows;;bin', X: 'C:\\w\\x', SYSTEMROOT: 'C:\\Windows' };
  const machine = sampleMachine({ environment, workspace: 'C:\\w', platform: 'win32' });
  expect(childEnvironment({ program: 'pip' }, [], machine, sampleDisk())).toEqual({
    Path: 'C:\\Windows',
    SYSTEMROOT: 'C:\\Windows',
  });
});

function secret(name: string): Variable {
  return { name, value: 'x', secret: true };
}
