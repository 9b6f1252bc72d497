import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/pipenv.ts';
import type { Disk } from '../../../src/machine/disk.ts';
import { overridingOf, saying } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import {
  CLIENT_DEFAULT,
  FOREIGN,
  LABS,
  mainIs,
  PROJECT,
  SHARED,
  TEAM,
  THREE,
  TWO_IDENTITIES,
} from '../../support/sample-indexes.ts';
import { sampleDisk } from '../../support/sample-machine.ts';
import { sampleSetup } from '../../support/sample-setup.ts';

const DOTENV = join('/w', '.env');

/** What pipenv's check finds in an answer. */
function judge(stdout: string, read: Disk['read'], exitCode = 0): readonly string[] | undefined {
  const [check] = configure(sampleSetup({ authorized: THREE })).checks ?? [];
  return check?.judge(saying(stdout, exitCode), read);
}

test('has the main index in the place of the public one, and says what it cannot do', () => {
  const { variables, notes, warnings } = configure(sampleSetup({ authorized: THREE }));
  expect(variables).toEqual([{ name: 'PIPENV_PYPI_MIRROR', value: TEAM.indexUrl }]);
  expect(notes).toEqual([expect.stringContaining(`[[source]] of their URL: ${SHARED.indexUrl}, ${LABS.indexUrl}`)]);
  expect(warnings).toEqual([]);
  expect(configure(sampleSetup()).notes).toEqual([]);
  expect(configure(sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT }))).toMatchObject({
    variables: [],
    checks: [],
  });
  expect(configure(sampleSetup({ authorized: TWO_IDENTITIES })).warnings).toEqual([
    expect.stringMatching(/^pipenv: shared cannot be used/),
  ]);
  expect(overridingOf(configure, { PIP_INDEX_URL: 'x', PIP_EXTRA_INDEX_URL: 'x' })).toEqual([
    'PIP_INDEX_URL',
    'PIP_EXTRA_INDEX_URL',
  ]);
});

test.each([
  [CLIENT_DEFAULT, 'the public PyPI'],
  [FOREIGN, 'https://index.example/simple/'],
])('warns of dependency confusion: %j', (main, from) => {
  expect(configure(sampleSetup({ authorized: THREE, main })).warnings).toEqual([
    expect.stringContaining(`takes every package without index= in the Pipfile from ${from}: whoever publishes`),
  ]);
});

test('a mirror of an earlier step overrides client-default, and is told', () => {
  const environment = { PIPENV_PYPI_MIRROR: TEAM.indexUrl };
  const asked = { authorized: THREE, main: CLIENT_DEFAULT, environment };
  expect(configure(sampleSetup(asked)).overrides).toEqual([]);
  expect(configure(sampleSetup({ ...asked, isSecondUse: true })).overrides).toEqual([
    expect.stringMatching(
      /^The variable PIPENV_PYPI_MIRROR of an earlier step is still set.*so pipenv still looks where it says; use one /,
    ),
  ]);
});

test('where the Pipfile names the indexes, nothing is set and nothing is asked', () => {
  expect(configure(sampleSetup({ authorized: THREE, main: PROJECT }))).toMatchObject({
    variables: [],
    notes: [],
    warnings: [],
    overrides: [],
    checks: [],
  });
});

test('gets no token in a variable, since it would write it into the Pipfile', () => {
  const asMain = sampleSetup({ authorized: TWO_IDENTITIES, main: mainIs(SHARED) });
  expect(problemsOf(() => configure(asMain))).toEqual([
    expect.stringMatching(/the host of shared has another identity; put shared first in the input repositories\.$/),
  ]);
});

test("is asked for the variable, which the project's .env overrides", () => {
  const [check] = configure(sampleSetup({ authorized: THREE })).checks ?? [];
  expect([check?.program, ...(check?.args ?? [])]).toEqual(['pipenv', '--support']);
  const support = (url: string, pipfile = '') => ` - \`PIPENV_PYPI_MIRROR\`: \`${url}\`\n${pipfile}`;
  const { read } = sampleDisk({ '/w/.env': 'A=1\n  export PIPENV_PYPI_MIRROR = https://never-told/\n' });
  expect(judge(support(TEAM.indexUrl), read)).toEqual([]);
  const contents = "Contents of `Pipfile` ('/w/Pipfile'):\n";
  const told = (place: string) => [
    `pipenv: PIPENV_PYPI_MIRROR of the project's .env${place} overrides what this action sets; remove it there.`,
  ];
  expect(judge(support('https://never-told/', contents), read)).toEqual(told(` (${DOTENV} line 2)`));
  expect(judge(support(`${TEAM.indexUrl}x`), read)).toEqual(told(''));
  expect(judge('', read, 2)).toEqual(['pipenv --support failed (exit code 2); run it in a step to see why.']);
});

test.each([
  ['PIPENV_PYPI_MIRROR=https://x/\n', ` (${DOTENV} line 1)`],
  ['A=1\n', ''],
  [undefined, ''],
])('the place in a .env that says %j', (text, place) => {
  const contents = (path: string, end = '') => `Contents of \`Pipfile\` ('${path}'):${end}\r\n`;
  const stdout = `  ${contents('/before/Pipfile')}${contents('/behind/Pipfile', ' none')}${contents('/w/Pipfile')}`;
  const { read } = sampleDisk(text === undefined ? {} : { '/w/.env': text });
  expect(judge(stdout, read)).toEqual([
    `pipenv: PIPENV_PYPI_MIRROR of the project's .env${place} overrides what this action sets; remove it there.`,
  ]);
});
