import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AuthorizedRepository } from '../../../src/access/tokens.ts';
import { pdmCheck } from '../../../src/clients/pdm-check.ts';
import type { MainIndex } from '../../../src/repositories/default-index.ts';
import { saying } from '../../support/client-changes.ts';
import { CLIENT_DEFAULT, SHARED, TEAM, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

const OURS = '/private/pdm.toml';
const LOCAL = '/w/pdm.toml';
const PYPROJECT = join('/w', 'pyproject.toml');

/** What `pdm config --quiet` (2.29.3) prints: a line for each kind of file, and below it what that says. */
const HOME = `Home configuration (${OURS}):\npypi.shared.url = ${SHARED.indexUrl}\n`;
const site = (...lines: string[]) => `Site/default configuration\n${lines.join('\n')}\n\n`;
const project = (...lines: string[]) => `\nProject configuration (${LOCAL}):\n${lines.join('\n')}\n`;

interface Asked {
  readonly authorized?: readonly AuthorizedRepository[];
  readonly main?: MainIndex;
  /** By their paths with slashes. */
  readonly files?: Record<string, string>;
  readonly exitCode?: number;
}

function judge(stdout: string, { authorized = THREE, main, files = {}, exitCode = 0 }: Asked = {}): readonly string[] {
  const { indexes } = sampleSetup({ authorized, ...(main === undefined ? {} : { main }) });
  return pdmCheck(indexes, sampleMachine(), OURS).judge(saying(stdout, exitCode), sampleDisk(files).read);
}

const inTheWay = (setting: string, place: string) =>
  `pdm: ${setting} (${place}) gets in the way of what this action sets for pdm; remove it.`;

test('asks for the settings, and for no newer pdm', () => {
  const { program, args } = pdmCheck(sampleSetup().indexes, sampleMachine(), OURS);
  expect([program, ...args].join(' ')).toBe('pdm config --quiet');
});

test('our file counts as read where pdm shows it as the home configuration', () => {
  const unread = [`pdm does not read ${OURS}, which this action wrote for it.`];
  expect(judge(site('use_uv = False') + HOME)).toEqual([]);
  expect(judge((site('use_uv = False') + HOME).replaceAll('\n', '\r\n'))).toEqual([]);
  expect(judge('Home configuration (/home/me/.config/pdm/config.toml):\nuse_uv = False\n')).toEqual(unread);
  expect(judge(`Project configuration (${OURS}):\nuse_uv = False\n`)).toEqual(unread);
});

test('with two identities on one host: what is in the way, by the file that has it', () => {
  const home = `${site('use_uv = False')}Home configuration (${OURS}):\nuse_uv = True\n`;
  const asked = { authorized: TWO_IDENTITIES };
  expect(judge(home, asked)).toEqual([]);
  expect(judge('', { ...asked, exitCode: 2 })).toEqual([
    'pdm config failed (exit code 2); run it in a step to see why.',
  ]);
  expect(judge('Site/default configuration\n', asked)).toEqual([
    `pdm does not read ${OURS}, which this action wrote for it.`,
  ]);
  const said = project(
    ...['use_uv = True', 'pypi.other.url = https://x/', 'pypi.username = me'],
    ...['pypi.shared.url = https://x/', 'repository.own.url = https://x/'],
  );
  const file = 'use_uv = true\npypi.shared = { url = "https://x/" }\n[pypi]\nusername = "me"\n';
  expect(judge(home + said, { ...asked, files: { [LOCAL]: file } })).toEqual([
    inTheWay('use_uv', `${LOCAL} line 1`),
    inTheWay('pypi.username', `${LOCAL} line 4`),
    inTheWay('pypi.shared', `${LOCAL} line 2`),
  ]);
});

describe('the configuration of the machine', () => {
  test('adds an index, where ours has none of that name', () => {
    expect(judge(site('pypi.other.url = https://x/') + HOME)).toEqual([inTheWay('pypi.other', '')]);
    expect(judge(site(`pypi.shared.url = https://x/`, 'repository.other.url = https://x/') + HOME)).toEqual([]);
  });

  test.each(['pypi.url', 'pypi.verify_ssl', 'pypi.other.verify_ssl', 'pypi.other.url.x', 'x.pypi.other.url'])(
    '%s is no index',
    (key) => {
      expect(judge(site(`${key} = https://x/`) + HOME)).toEqual([]);
    },
  );

  test('is that also where it is shown last', () => {
    expect(judge(HOME + site('pypi.other.url = https://x/'))).toEqual([inTheWay('pypi.other', '')]);
  });

  test('is that also under no line that says so', () => {
    expect(judge(`pypi.other.url = https://x/\n${HOME}`)).toEqual([inTheWay('pypi.other', '')]);
  });
});

describe('the configuration of the project', () => {
  test('overrides an index or an index server of ours, and none of others', () => {
    expect(
      judge(HOME + project('repository.labs.url = https://x/', 'repository.other.url = https://x/'), {
        files: { [LOCAL]: '[repository.labs]\nurl = "https://x/"\n' },
      }),
    ).toEqual([inTheWay('repository.labs', `${LOCAL} line 1`)]);
  });

  test('turns the indexes of our file off', () => {
    expect(judge(HOME + project('pypi.ignore_stored_index = True'))).toEqual([
      inTheWay('pypi.ignore_stored_index', LOCAL),
    ]);
    expect(judge(HOME + project('pypi.ignore_stored_index = False'))).toEqual([]);
  });

  test('with use_uv, shows a token that is in our file, if only one is', () => {
    const said = HOME + project('use_uv = True');
    expect(judge(said)).toEqual([]);
    const authorized = [...THREE, authorize(sampleRepository({ alias: 'own', name: 'own' }), 'o')];
    expect(judge(said, { authorized })).toEqual([inTheWay('use_uv', LOCAL)]);
    expect(judge(HOME + project('use_uv = False'), { authorized })).toEqual([]);
  });

  test("has a password for the default index, which is in the way unless that is pdm's own", () => {
    const said = HOME + project('pypi.password = <hidden>');
    expect(judge(said)).toEqual([inTheWay('pypi.password', LOCAL)]);
    expect(judge(said, { main: CLIENT_DEFAULT })).toEqual([]);
  });

  test('cannot pass for ours by a value that looks like the line above it', () => {
    const said = HOME + project(`x.y = Home configuration (${OURS}):`, 'pypi.shared.url = https://x/');
    expect(judge(said)).toEqual([inTheWay('pypi.shared', LOCAL)]);
  });

  test('is not in every line that looks like it', () => {
    expect(judge(`${HOME}Project configuration of old\npypi.labs.url = https://x/\n`)).toEqual([]);
    expect(judge(HOME + project('see pypi.labs.url = https://x/'))).toEqual([]);
  });
});

describe('a source of pyproject.toml', () => {
  const source = (name: string, url: string) => `[[tool.pdm.source]]\nname = "${name}"\nurl = "${url}"\n`;
  const judgeProject = (text: string, asked: Asked = {}) =>
    judge(HOME, { ...asked, files: { '/w/pyproject.toml': text } });

  test('counts where it is another index than ours of that name', () => {
    const judgeTwo = (text: string) => judgeProject(text, { authorized: TWO_IDENTITIES });
    expect(judgeTwo(source('pypi', TEAM.indexUrl.slice(0, -1)) + source('own', 'https://x/'))).toEqual([]);
    expect(judgeTwo(source('own', 'https://x/') + source('shared', 'https://x/'))).toEqual([
      `pdm: the source shared (${PYPROJECT} line 5) replaces the repository of that name; rename or remove it.`,
    ]);
    expect(judgeTwo('[tool.pdm]\nsource = [{ name = "pypi", url = "https://x/" }]\n')).toEqual([
      `pdm: the source pypi (${PYPROJECT}) replaces the main index; rename or remove it.`,
    ]);
  });

  test('may have any name where the default index is that of pdm', () => {
    expect(judgeProject(source('pypi', 'https://x/'), { main: CLIENT_DEFAULT })).toEqual([]);
  });

  test('is the same index with and without a slash at the end', () => {
    const main = { kind: 'foreign', url: 'https://index.example/simple' } as const;
    for (const end of ['', '/', '//']) {
      expect(judgeProject(source('pypi', main.url + end), { main })).toEqual([]);
    }
    expect(judgeProject(source('pypi', 'https://index.example/'), { main })).toEqual([
      `pdm: the source pypi (${PYPROJECT} line 2) replaces the main index; rename or remove it.`,
    ]);
  });
});
