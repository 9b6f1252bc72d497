import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AuthorizedRepository } from '../../../src/access/tokens.ts';
import { pdmCheck } from '../../../src/clients/pdm-check.ts';
import type { MainIndex } from '../../../src/repositories/default-index.ts';
import { saying } from '../../support/client-changes.ts';
import { CLIENT_DEFAULT, SHARED, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';
import { sampleSetup } from '../../support/sample-setup.ts';

const OURS = '/private/pdm.toml';

/** What `pdm config --quiet` (2.29.3) prints: a line for each kind of file, and below it what that says. */
const HOME = `Home configuration (${OURS}):\npypi.shared.url = ${SHARED.indexUrl}\n`;
const site = (...lines: string[]) => `Site/default configuration\n${lines.join('\n')}\n\n`;

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
  `pdm: ${setting} (${place}) conflicts with what this action sets for pdm; remove it.`;

test('asks for the settings, and for no newer pdm', () => {
  const { program, args } = pdmCheck(sampleSetup().indexes, sampleMachine(), OURS);
  expect([program, ...args].join(' ')).toBe('pdm config --quiet');
});

test('our file counts as read where pdm shows it as the home configuration', () => {
  const unread = [`pdm does not read ${OURS}, which this action wrote for it; check what pdm on the PATH is.`];
  expect(judge(site('use_uv = False') + HOME)).toEqual([]);
  expect(judge((site('use_uv = False') + HOME).replaceAll('\n', '\r\n'))).toEqual([]);
  expect(judge(`Home configuration (${OURS}):\n\n`)).toEqual(unread);
  expect(judge('Home configuration (/home/me/.config/pdm/config.toml):\nuse_uv = False\n')).toEqual(unread);
  expect(judge(`Project configuration (${OURS}):\nuse_uv = False\n`)).toEqual(unread);
});

test('a pdm that fails', () => {
  expect(judge('', { exitCode: 2 })).toEqual(['pdm config failed (exit code 2); run it in a step to see why.']);
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

  test.each<[string, Asked]>([
    ['pypi.ignore_stored_index = True', {}],
    ['pypi.password = <hidden>', {}],
    ['use_uv = True', { authorized: TWO_IDENTITIES }],
  ])('overrides ours: %s', (line, asked) => {
    expect(judge(site(line) + HOME, asked)).toEqual([inTheWay(line.split(' ')[0] ?? '', '')]);
    expect(judge(site(line.replace('True', 'False')) + HOME, { ...asked, main: CLIENT_DEFAULT })).toEqual([]);
  });

  test('cannot pass for ours by a value that looks like the line above it', () => {
    const said = site(`x.y = Home configuration (${OURS}):`, 'pypi.other.url = https://x/');
    expect(judge(said + HOME)).toEqual([inTheWay('pypi.other', '')]);
  });

  test('is not in every line that looks like it', () => {
    expect(judge(`${HOME}Site configuration of old\npypi.other.url = https://x/\n`)).toEqual([]);
    expect(judge(site('see pypi.other.url = https://x/') + HOME)).toEqual([]);
  });

  test('is that also where it is shown last', () => {
    expect(judge(HOME + site('pypi.other.url = https://x/'))).toEqual([inTheWay('pypi.other', '')]);
  });

  test('is that also under no line that says so', () => {
    expect(judge(`pypi.other.url = https://x/\n${HOME}`)).toEqual([inTheWay('pypi.other', '')]);
  });
});

test('what the workspace says is read here, whatever pdm shows of a project elsewhere', () => {
  const files = { '/w/pdm.toml': 'pypi.shared.url = "https://x/"\n', '/w/pyproject.toml': '' };
  expect(judge(HOME, { files })).toEqual([inTheWay('pypi.shared', `${join('/w', 'pdm.toml')} line 1`)]);
  expect(judge(`${HOME}Project configuration (/tmp/pdm.toml):\npypi.other.url = https://x/\n`)).toEqual([]);
  const source = '[[tool.pdm.source]]\nname = "pypi"\nurl = "https://x/"\n';
  expect(judge(HOME, { files: { '/w/pyproject.toml': source } })).toHaveLength(1);
});
