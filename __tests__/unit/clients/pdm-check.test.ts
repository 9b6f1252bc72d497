import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Opened } from '../../../src/access/tokens.ts';
import type { MainIndex } from '../../../src/clients/indexes.ts';
import { pdmCheck } from '../../../src/clients/pdm-check.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

const TEAM = sampleRepository({ alias: 'team', name: 'team' });
const SHARED = sampleRepository({ alias: 'shared', name: 'shared' });
const LABS = sampleRepository({ alias: 'labs', domain: 'globex' });
/** One netrc opens all of them. */
const OPENED = [authorize(TEAM, 't', 'me'), authorize(SHARED, 't', 'me'), authorize(LABS, 'l')];
const CLIENT_DEFAULT: MainIndex = { kind: 'client-default' };

const OURS = '/private/pdm.toml';
const LOCAL = '/w/pdm.toml';
const PYPROJECT = join('/w', 'pyproject.toml');

/** What `pdm config --quiet` (2.29.3) prints: a line for each kind of file, and below it what that says. */
const HOME = `Home configuration (${OURS}):\npypi.shared.url = ${SHARED.indexUrl}\n`;
const site = (...lines: string[]) => `Site/default configuration\n${lines.join('\n')}\n\n`;
const project = (...lines: string[]) => `\nProject configuration (${LOCAL}):\n${lines.join('\n')}\n`;

interface Asked {
  readonly opened?: readonly Opened[];
  readonly main?: MainIndex;
  readonly files?: Record<string, string>;
}

function judge(stdout: string, { opened = OPENED, main, files = {} }: Asked = {}): readonly string[] {
  const { indexes } = sampleSetup({ opened, ...(main === undefined ? {} : { main }) });
  const read = (path: string) => (path in files ? { path, bytes: Buffer.from(files[path] ?? '') } : undefined);
  return pdmCheck(indexes, { GITHUB_WORKSPACE: '/w' }, OURS).judge({ stdout, stderr: '', exitCode: 0 }, read);
}

const inTheWay = (setting: string, place: string) =>
  `pdm: ${setting} (${place}) gets in the way of what this action sets for pdm; remove it.`;

test('our file counts as read where pdm shows it as the home configuration', () => {
  const unread = [`pdm does not read ${OURS}, which this action wrote for it.`];
  expect(judge(site('use_uv = False') + HOME)).toEqual([]);
  expect(judge((site('use_uv = False') + HOME).replaceAll('\n', '\r\n'))).toEqual([]);
  expect(judge('Home configuration (/home/me/.config/pdm/config.toml):\nuse_uv = False\n')).toEqual(unread);
  expect(judge(`Project configuration (${OURS}):\nuse_uv = False\n`)).toEqual(unread);
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
});

describe('the configuration of the project', () => {
  test('beats an index or an index server of ours, and none of others', () => {
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
    const opened = [...OPENED, authorize(sampleRepository({ alias: 'own', name: 'own' }), 'o')];
    expect(judge(said, { opened })).toEqual([inTheWay('use_uv', LOCAL)]);
    expect(judge(HOME + project('use_uv = False'), { opened })).toEqual([]);
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

  test('may have any name where the default index is that of pdm', () => {
    const files = { [PYPROJECT]: source('pypi', 'https://x/') };
    expect(judge(HOME, { main: CLIENT_DEFAULT, files })).toEqual([]);
  });

  test('is the same index with and without a slash at the end', () => {
    const main: MainIndex = { kind: 'foreign', url: 'https://index.example/simple' };
    for (const end of ['', '/', '//']) {
      expect(judge(HOME, { main, files: { [PYPROJECT]: source('pypi', main.url + end) } })).toEqual([]);
    }
    expect(judge(HOME, { main, files: { [PYPROJECT]: source('pypi', 'https://index.example/') } })).toEqual([
      `pdm: the source pypi (${PYPROJECT} line 2) takes the place of the main index; rename or remove it.`,
    ]);
  });
});
