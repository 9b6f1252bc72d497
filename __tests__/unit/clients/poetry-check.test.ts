import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isCredential, isOnHostOf, poetryCheck } from '../../../src/clients/poetry-check.ts';
import { saying } from '../../support/client-changes.ts';
import { LABS, SHARED, TEAM, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { machineWith, sampleDisk } from '../../support/sample-machine.ts';
import { sampleSetup } from '../../support/sample-setup.ts';

const PATH = '/private/config.toml';
const PYPROJECT = join('/w', 'pyproject.toml');

/** What `poetry config repositories` prints where it sees everything. */
const seen = (names: Record<string, string>) =>
  `{${Object.entries(names)
    .map(([name, url]) => `'${name}': {'url': '${url}'}`)
    .join(', ')}}\n`;
const SEEN = seen({ labs: LABS.url, shared: SHARED.url, team: TEAM.url, own: 'https://x/' });

interface Asked {
  readonly authorized?: typeof THREE;
  readonly environment?: Record<string, string>;
  readonly isExplained?: boolean;
  /** By their paths with slashes. */
  readonly files?: Record<string, string>;
  readonly passwords?: readonly string[];
}

function checkOf({ authorized = THREE, environment = {}, isExplained = false, passwords = [] }: Asked = {}) {
  const machine = machineWith(environment);
  const { repositories } = sampleSetup({ authorized }).indexes;
  return poetryCheck({ repositories, machine, isExplained, passwords, authPath: '/h/auth.toml', path: PATH });
}

function judge(stdout: string, asked: Asked = {}, exitCode = 0): readonly string[] {
  return checkOf(asked).judge(saying(stdout, exitCode), sampleDisk(asked.files).read);
}

const overriding = (entry: string, line: number) =>
  `poetry: ${entry} (${join('/w', 'poetry.toml')} line ${line}) overrides what this action sets for poetry; remove it.`;

test('asks for the index servers, without plugins', () => {
  const { program, args } = checkOf();
  expect([program, ...args].join(' ')).toBe('poetry --no-plugins config repositories');
});

test('what it says of its index servers', () => {
  expect(judge(SEEN)).toEqual([]);
  expect(judge('', {}, 1)).toEqual(['poetry config repositories failed (exit code 1); run it in a step to see why.']);
  expect(judge(seen({ shared: 'https://x/', team: TEAM.url, labs: LABS.url }))).toEqual([
    `poetry does not see the repository shared, which this action wrote to ${PATH}; check what poetry on the PATH is.`,
  ]);
  expect(judge('{}', { isExplained: true })).toEqual([]);
  const local = 'repositories.own.url = "https://x/"\n[repositories."team"]\nurl = "https://x/"\n';
  expect(judge('{}', { files: { '/w/poetry.toml': local } })).toEqual([overriding('repositories.team', 2)]);
});

test('a repository that is there for installs alone is no index server', () => {
  const local = '[repositories.shared]\nurl = "https://x/"\n[http-basic.shared]\nusername = "me"\n';
  const files = { '/w/poetry.toml': local };
  expect(judge(seen({ team: TEAM.url }), { authorized: TWO_IDENTITIES, files })).toEqual([]);
});

test('credentials in the poetry.toml of a project for a name of ours', () => {
  const local =
    '[http-basic.other]\nusername = "never-told"\n[http-basic.shared]\nusername = "never-told"\n' +
    '[pypi-token]\nteam = "never-told"\n';
  expect(judge(SEEN, { files: { '/w/poetry.toml': local } })).toEqual([
    overriding('pypi-token.team', 6),
    overriding('http-basic.shared', 3),
  ]);
});

describe('a source of a project counts where our token does not reach it', () => {
  const source = (name: string, url: string) => `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}"\n`;
  const judgeProject = (text: string, asked: Asked = {}) =>
    judge(SEEN, { ...asked, files: { '/w/pyproject.toml': text } });
  const fine = source('any', TEAM.indexUrl) + source('shared', SHARED.indexUrl) + source('other', 'https://x/');

  test('because it has a password of its own', () => {
    const harmless = { POETRY_HTTP_BASIC_OTHER_PASSWORD: 'x', POETRY_PYPI_TOKEN_ANY: 'x' };
    expect(judgeProject(fine, { environment: harmless, passwords: ['other'] })).toEqual([]);
    const told = (password: string) => [
      `poetry: the source any (${PYPROJECT} line 2) has a password of its own (${password}), so poetry does not use ` +
        `the token; remove it.`,
    ];
    const environment = { POETRY_HTTP_BASIC_ANY_PASSWORD: 'never-told' };
    expect(judgeProject(fine, { environment })).toEqual(told('POETRY_HTTP_BASIC_ANY_PASSWORD'));
    expect(judgeProject(fine, { passwords: ['any'] })).toEqual(told('http-basic.any of /h/auth.toml'));
    const below = `[project]\nname = "any"\n${fine}`;
    expect(judgeProject(below, { passwords: ['any'] })[0]).toContain(`(${PYPROJECT} line 4)`);
  });

  test('is fine whatever its name, and one that is no source is for poetry to refuse', () => {
    expect(judgeProject(source('any', SHARED.indexUrl))).toEqual([]);
    const odd = '[[tool.poetry.source]]\nname = { toString = 1 }\nurl = { toString = 1 }\n';
    const environment = { POETRY_HTTP_BASIC_1_PASSWORD: 'x' };
    expect(judgeProject(odd + source('1', TEAM.indexUrl).replace('"1"', '1'), { environment })).toEqual([]);
  });
});

test('the certificates of our hosts are not for a project to choose', () => {
  const local =
    '[certificates.team]\ncert = false\n[certificates.any]\nverify = "./ca.pem"\ncert = true\n' +
    '[certificates.other]\ncert = false\n';
  const source = `[[tool.poetry.source]]\nname = "any"\nurl = "${SHARED.indexUrl}"\n`;
  const told = (key: string, line: number) =>
    `poetry: certificates.${key} (${join('/w', 'poetry.toml')} line ${line}) changes which certificates are trusted ` +
    `for this host, so whoever has one can read its token; remove it.`;
  const files = { '/w/poetry.toml': local, '/w/pyproject.toml': source };
  expect(judge(SEEN, { files })).toEqual([told('team.cert', 2), told('any.verify', 4)]);
  expect(judge(SEEN, { files: { '/w/poetry.toml': local.slice(local.indexOf('[certificates.other]')) } })).toEqual([]);
});

test('a URL is on the host of a repository, whatever its path', () => {
  const on = (url: unknown) => isOnHostOf(sampleSetup({ authorized: THREE }).indexes.repositories, url);
  expect([TEAM.url, TEAM.indexUrl, `https://me@${TEAM.host}/`, LABS.url].every(on)).toBe(true);
  expect(['https://x.example/', `https://x.example/${TEAM.host}`, 'no URL', 1, undefined].some(on)).toBe(false);
  // As a file can have it: url = { toString = 1 }
  expect(on({ toString: 1 })).toBe(false);
});

test('a variable opens the index of its name', () => {
  const opens = (variable: string) => isCredential(variable, 'my-team');
  const credentials = ['POETRY_HTTP_BASIC_MY_TEAM_USERNAME', 'POETRY_HTTP_BASIC_MY_TEAM_PASSWORD'];
  expect([...credentials, 'POETRY_PYPI_TOKEN_MY_TEAM'].every(opens)).toBe(true);
  expect(['POETRY_HTTP_BASIC_MY_PASSWORD', 'POETRY_REPOSITORIES_MY_TEAM_URL', 'MY_TEAM'].some(opens)).toBe(false);
});
