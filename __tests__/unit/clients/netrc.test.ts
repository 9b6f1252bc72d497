import { describe, expect, test } from '@jest/globals';
import { configure, netrcPaths } from '../../../src/clients/netrc.ts';
import { textOf, withTooLarge } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { PROJECT } from '../../support/sample-indexes.ts';
import { machineWith, sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

const ACME = sampleRepository();
const GLOBEX = sampleRepository({ alias: 'other', domain: 'globex', region: 'eu-west-1' });
const AUTHORIZED = [authorize(ACME, 'eyJ2ZXIiOjF9.a_b-c~d/e+f=='), authorize(GLOBEX, 'token-of-globex')];
const OURS = AUTHORIZED.map(
  ({ repository, token }) => `machine ${repository.host}\n  login aws\n  password ${token.value}\n`,
).join('');

/** The user's file at home, where `NETRC` names no other. */
const HOME_NETRC = '/home/user/.netrc';
const configured = (asked: SampleSetup = {}) => configure(sampleSetup({ authorized: AUTHORIZED, ...asked }));
const configuredWith = (content: string | Buffer) => configured({ files: { [HOME_NETRC]: content } });

describe('where the clients look', () => {
  test('at home, under either name', () => {
    expect(netrcPaths(sampleMachine())).toEqual(['/home/user/.netrc', '/home/user/_netrc']);
    const windowsHome = 'C:\\Users\\me';
    expect(netrcPaths(sampleMachine({ home: windowsHome, platform: 'win32' }))).toEqual([
      `${windowsHome}\\.netrc`,
      `${windowsHome}\\_netrc`,
    ]);
  });

  test('NETRC: the file that it names and no other, with ~ as Python expands it', () => {
    expect(netrcPaths(machineWith({ NETRC: '/n' }))).toEqual(['/n']);
    expect(netrcPaths(machineWith({ NETRC: '~/n' }))).toEqual(['/home/user/n']);
    expect(netrcPaths(machineWith({ NETRC: '~' }))).toEqual(['/home/user']);
    expect(netrcPaths(machineWith({ NETRC: '~\\n' }))).toEqual(['/home/user\\n']);
    expect(netrcPaths(machineWith({ NETRC: '~other/n' }))).toEqual(['~other/n']);
    expect(netrcPaths(machineWith({ NETRC: '/n~/x' }))).toEqual(['/n~/x']);
  });

  test('the first of the two that there is', () => {
    const [first, second] = ['machine first\n', 'machine second\n'];
    const textWith = (asked: SampleSetup) => textOf(configured(asked).files, 'netrc');
    expect(textWith({})).toBe(OURS);
    const onlySecond = { '/home/user/_netrc': second };
    expect(textWith({ files: onlySecond })).toBe(OURS + second);
    const both = { ...onlySecond, [HOME_NETRC]: first };
    expect(textWith({ files: both })).toBe(OURS + first);
    expect(textWith({ files: both, environment: { NETRC: '/home/user/missing' } })).toBe(OURS);
  });

  test('without NETRC, for the variable to name when the job is done', () => {
    const environment = { NETRC: '/n' };
    const neutralWith = (files: Record<string, string>) => configured({ environment, files }).variables?.[0]?.neutral;
    expect(neutralWith({ '/n': '' })).toBe(HOME_NETRC);
    expect(neutralWith({ '/home/user/_netrc': '' })).toBe('/home/user/_netrc');
  });
});

test('two identities on one host, where the project names the indexes, are refused', () => {
  const authorized = [...AUTHORIZED, authorize(sampleRepository({ alias: 'third', name: 'third' }), 'token-3')];
  expect(problemsOf(() => configured({ authorized, main: PROJECT }))).toEqual([
    'Input index-url is "project", so the tokens are in a netrc, which has one for each host; third would need ' +
      'another one, because an earlier repository of the same host has another identity or domain. Give each ' +
      'identity a job of its own.',
  ]);
  expect(textOf(configured({ main: PROJECT }).files, 'netrc')).toBe(OURS);
});

describe("the user's own", () => {
  test('is carried over, in UTF-8', () => {
    const { files, variables, warnings } = configuredWith('machine a login \u00e9 password \u{1f600}\n');
    expect(textOf(files, 'netrc')).toBe(`${OURS}machine a login \u00e9 password \u{1f600}\n`);
    expect(variables).toEqual([{ name: 'NETRC', value: '/private/netrc', neutral: HOME_NETRC }]);
    expect(warnings).toEqual([]);
  });

  // pip would end in a traceback at its first request.
  test('is left out where it is not UTF-8, or Python refuses it, with a warning that quotes nothing', () => {
    for (const content of [Buffer.from('machine a login \xe9 password hidden\n', 'latin1'), 'hidden']) {
      const { files, warnings } = configuredWith(content);
      expect(textOf(files, 'netrc')).toBe(OURS);
      expect(warnings).toEqual([
        expect.stringMatching(/^netrc: \/home\/user\/\.netrc is left out in this job, because Python cannot read it/),
      ]);
      expect(warnings?.join()).not.toContain('hidden');
    }
  });

  test('is left out where it is larger than 1 MiB, with a warning', () => {
    const { files, notes, warnings } = configure(withTooLarge(sampleSetup({ authorized: AUTHORIZED }), HOME_NETRC));
    expect(textOf(files, 'netrc')).toBe(OURS);
    expect(notes).toEqual([]);
    expect(warnings).toEqual([
      `${HOME_NETRC} is larger than 1 MiB, so its settings are left out in this job; make it smaller.`,
    ]);
  });

  test('is left out where ours would be larger than 1 MiB with it, so that a second use can read ours', () => {
    const entry = (bytes: number) => `machine other.example login me password ${'x'.repeat(bytes - 41)}\n`;
    const room = 1024 * 1024 - OURS.length;
    expect(textOf(configuredWith(entry(room)).files, 'netrc')).toHaveLength(1024 * 1024);
    const { files, warnings } = configuredWith(entry(room + 1));
    expect(textOf(files, 'netrc')).toBe(OURS);
    expect(warnings).toEqual([
      `netrc: ${HOME_NETRC} is left out for this job, because the netrc of the job would be larger than 1 MiB with it.`,
    ]);
  });

  test('of more than 1 MiB is not swapped for one that no client would read, and such a one is not told', () => {
    const other = HOME_NETRC.replace('.netrc', '_netrc');
    const files = { [other]: 'machine other.example login me password hidden\n' };
    const tooLarge = configure(withTooLarge(sampleSetup({ authorized: AUTHORIZED, files }), HOME_NETRC));
    expect(textOf(tooLarge.files, 'netrc')).toBe(OURS);
    const fine = sampleSetup({ authorized: AUTHORIZED, files: { [HOME_NETRC]: '' } });
    expect(configure(withTooLarge(fine, other)).warnings).toEqual([]);
  });

  test('is told for each entry that does not apply', () => {
    expect(configuredWith(`machine ${ACME.host} login aws password stale\n`).notes).toEqual([
      `netrc: the entry for ${ACME.host} in ${HOME_NETRC} is not used in this job.`,
    ]);
    expect(configured()).toMatchObject({ notes: [], warnings: [] });
    expect(textOf(configured().files, 'netrc')).toBe(OURS);
  });

  test('what an earlier step of this job wrote is no entry of the user', () => {
    const again = {
      environment: { NETRC: '/private/netrc' },
      files: { '/private/netrc': `machine ${ACME.host} login aws password old\n` },
    };
    expect(textOf(configured(again).files, 'netrc')).toBe(OURS);
    expect(configured(again).notes).toEqual([]);
    expect(configured({ ...again, pathOf: (file) => `/other/${file}` }).notes).toHaveLength(1);
  });
});
