import { describe, expect, test } from '@jest/globals';
import { hasProfile, hasStrayQuotes, profileFiles } from '../../../src/access/profile-names.ts';
import { machineWith, sampleDisk } from '../../support/sample-machine.ts';

const CONFIG = '/home/user/.aws/config';
const CREDENTIALS = '/home/user/.aws/credentials';
const has = (files: Record<string, string>, profile = 'acme', environment = {}) =>
  hasProfile(profile, machineWith(environment), sampleDisk(files));

test('the files are those of the variables, else those at home', () => {
  expect(profileFiles(machineWith({}))).toEqual([CONFIG, CREDENTIALS]);
  expect(profileFiles(machineWith({ AWS_CONFIG_FILE: '/c', AWS_SHARED_CREDENTIALS_FILE: '~/k' }))).toEqual([
    '/c',
    '/home/user/k',
  ]);
  expect(profileFiles(machineWith({ AWS_CONFIG_FILE: '' }))).toEqual([CONFIG, CREDENTIALS]);
  const others = { AWS_CONFIG_FILE: '/a~/c', AWS_SHARED_CREDENTIALS_FILE: '~other/k' };
  expect(profileFiles(machineWith(others))).toEqual(['/a~/c', '~other/k']);
});

describe('a profile', () => {
  test.each([
    [{ [CREDENTIALS]: '[acme]\n' }],
    [{ [CONFIG]: '[other]\r\n[profile acme]\r\nregion = x\r\n' }],
    [{ [CONFIG]: '[profile "acme"] # ours' }],
    [{ [CONFIG]: '[other]\n[profile  acme]\n' }],
    [{ [CONFIG]: "[ profile 'acme' ] ; ours" }],
    [{ [CONFIG]: '[default]', [CREDENTIALS]: '  [acme]' }],
  ])('is there: %j', (files) => {
    expect(has(files)).toBe(true);
  });

  test.each([
    [{}],
    [{ [CREDENTIALS]: '[acme2]\n[xacme]\n# [acme]\nkey = [acme]\n[acme] x\n' }],
    [{ [CONFIG]: '[sso-session acme]\n[services acme]\n[acme' }],
    [{ '/elsewhere': '[acme]' }],
  ])('is not there: %j', (files) => {
    expect(has(files)).toBe(false);
  });

  test('is looked for in the files that the variables name', () => {
    expect(has({ '/c': '[profile acme]' }, 'acme', { AWS_CONFIG_FILE: '/c' })).toBe(true);
    expect(has({ [CONFIG]: '[profile acme]' }, 'acme', { AWS_CONFIG_FILE: '/c' })).toBe(false);
    expect(has({ [CREDENTIALS]: '[a.b+c]' }, 'a.b+c')).toBe(true);
    expect(has({ [CREDENTIALS]: '[a.b+c]' }, 'aab+c')).toBe(false);
  });
});

describe('quotes around the name of a profile', () => {
  const areStray = (profile: string, files: Record<string, string> = {}) =>
    hasStrayQuotes(profile, machineWith({}), sampleDisk(files));

  test.each(['"acme"', "'acme'", '"my profile"', '""'])('%s: no profile is called so', (profile) => {
    expect(areStray(profile)).toBe(true);
    expect(areStray(profile, { [CREDENTIALS]: '[acme]\n# ["acme"] \'acme\' "my profile" ""\n' })).toBe(true);
  });

  test('unless a section has them too', () => {
    expect(areStray('"acme"', { [CREDENTIALS]: '[x]\r\n["acme"]\r\n' })).toBe(false);
    expect(areStray("'my profile'", { [CONFIG]: "  [profile 'my profile'] ; ours" })).toBe(false);
  });

  test.each(['acme', 'my"acme"', '"acme"2', '"acme', "acme'", `"acme'`, '"'])('%s: there are none', (profile) => {
    expect(areStray(profile)).toBe(false);
  });
});
