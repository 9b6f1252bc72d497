import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/pipenv.ts';
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
import { type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

const DOTENV = resolve('/w', '.env');

/** What pipenv's check finds in an answer. */
function judge(stdout: string, dotenv?: string, asked: SampleSetup = {}, exitCode = 0): readonly string[] | undefined {
  const [check] = configure(sampleSetup({ authorized: THREE, ...asked })).checks ?? [];
  const { read } = sampleDisk(dotenv === undefined ? {} : { '/w/.env': dotenv, '/w/other.env': dotenv });
  return check?.judge(saying(stdout, exitCode), (path) => read(path.replace(resolve('/w'), '/w')));
}

/** What `pipenv --support` says where it sees our mirror. */
const SEEN = ` - \`PIPENV_PYPI_MIRROR\`: \`${TEAM.indexUrl}\`\n`;

test('has the main index in the place of the public one, and says what it cannot do', () => {
  const { variables, notes, warnings } = configure(sampleSetup({ authorized: THREE }));
  expect(variables).toEqual([{ name: 'PIPENV_PYPI_MIRROR', value: TEAM.indexUrl }]);
  expect(notes).toEqual([
    expect.stringContaining(`[[source]] with their URL: ${SHARED.indexUrl} and ${LABS.indexUrl}`),
  ]);
  expect(warnings).toEqual([]);
  expect(configure(sampleSetup()).notes).toEqual([]);
  expect(configure(sampleSetup({ authorized: THREE, main: CLIENT_DEFAULT }))).toMatchObject({
    variables: [],
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
    expect.stringContaining(`takes every package without index= in the Pipfile from ${from}, so anyone can publish`),
  ]);
});

test('a mirror of an earlier step overrides client-default, and is told', () => {
  const environment = { PIPENV_PYPI_MIRROR: TEAM.indexUrl };
  const asked = { authorized: THREE, main: CLIENT_DEFAULT, environment };
  expect(configure(sampleSetup(asked)).overrides).toEqual([]);
  expect(configure(sampleSetup({ ...asked, isSecondUse: true })).overrides).toEqual([
    expect.stringMatching(/^pipenv still uses the index of an earlier step, .* PIPENV_PYPI_MIRROR; use the same /),
  ]);
});

test('where the Pipfile names the indexes, nothing is set, and its .env counts all the same', () => {
  expect(configure(sampleSetup({ authorized: THREE, main: PROJECT }))).toMatchObject({
    variables: [],
    notes: [],
    warnings: [],
    overrides: [],
  });
  expect(judge('', undefined, { main: PROJECT })).toEqual([]);
  expect(judge('', 'NETRC=x\n', { main: PROJECT })).toHaveLength(1);
});

test('gets no token in a variable, since it would write it into the Pipfile', () => {
  const asMain = sampleSetup({ authorized: TWO_IDENTITIES, main: mainIs(SHARED) });
  expect(problemsOf(() => configure(asMain))).toEqual([
    expect.stringMatching(/the host of shared has another identity; list shared first in the input repositories\.$/),
  ]);
});

test('is asked for the variable', () => {
  const [check] = configure(sampleSetup({ authorized: THREE })).checks ?? [];
  expect([check?.program, ...(check?.args ?? [])]).toEqual(['pipenv', '--support']);
  expect(judge(SEEN)).toEqual([]);
  expect(judge(SEEN.replace('simple', 'x'))).toEqual([
    'pipenv does not see PIPENV_PYPI_MIRROR, which this action set; check what pipenv on the PATH is.',
  ]);
  expect(judge('', undefined, { main: CLIENT_DEFAULT })).toEqual([]);
  expect(judge('', '', {}, 2)).toEqual(['pipenv --support failed (exit code 2); run it in a step to see why.']);
});

describe("the project's .env, which pipenv loads", () => {
  const overrides = (name: string, line: number, file = DOTENV) =>
    `pipenv: ${name} of the project's .env (${file} line ${line}) overrides what this action sets; remove it there.`;

  test.each([
    'PIPENV_PYPI_MIRROR=https://never-told/',
    '  export PIPENV_PYPI_MIRROR = "https://never-told/"',
    'export  PIPENV_PYPI_MIRROR=x',
    "'PIPENV_PYPI_MIRROR'=x",
    'NETRC=./netrc',
  ])('overrides ours: %s', (line) => {
    expect(judge(SEEN, `A=1\n${line}\n`)).toEqual([overrides(/[A-Z_]{2,}/.exec(line)?.[0] ?? '', 2)]);
  });

  test.each([
    'A=1',
    '# NETRC=x',
    'MY_NETRC=x',
    'NETRC_2=x',
    'HTTPS_PROXY=http://x/',
    `PIPENV_PYPI_MIRROR=${TEAM.indexUrl}`,
    `PIPENV_PYPI_MIRROR="${TEAM.indexUrl}" `,
  ])('does no harm: %s', (line) => {
    expect(judge(SEEN, `${line}\n`)).toEqual([]);
  });

  test.each(['PIP_CERT', 'PIP_TRUSTED_HOST', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'])(
    'says who may answer in the name of our hosts: %s',
    (name) => {
      expect(judge(SEEN, `${name}=x\n`)).toEqual([
        `pipenv: ${name} of the project's .env (${DOTENV} line 1) changes which certificates are trusted, so whoever ` +
          'has one can read the tokens; remove it there.',
      ]);
    },
  );

  test('is where the job says, and counts only where pipenv loads it', () => {
    const elsewhere = { environment: { PIPENV_DOTENV_LOCATION: 'other.env' } };
    expect(judge(SEEN, 'NETRC=x\n', elsewhere)).toEqual([overrides('NETRC', 1, resolve('/w/other.env'))]);
    expect(judge(SEEN, 'NETRC=x\n', { environment: { PIPENV_DONT_LOAD_ENV: '1' } })).toEqual([]);
    expect(judge(SEEN, 'PIPENV_PYPI_MIRROR=x\n', { main: CLIENT_DEFAULT })).toEqual([]);
  });
});
