import { describe, expect, test } from '@jest/globals';
import type { AuthorizedRepository } from '../../../src/access/tokens.ts';
import { changesOurs, judgeProject } from '../../../src/clients/pdm-project.ts';
import type { MainIndex } from '../../../src/repositories/default-index.ts';
import { userFile } from '../../support/client-changes.ts';
import { hostileLength } from '../../support/random-cases.ts';
import { CLIENT_DEFAULT, SHARED, TEAM, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleSetup } from '../../support/sample-setup.ts';

interface Asked {
  readonly authorized?: readonly AuthorizedRepository[];
  readonly main?: MainIndex;
}

const indexesOf = ({ authorized = THREE, main }: Asked = {}) =>
  sampleSetup({ authorized, ...(main === undefined ? {} : { main }) }).indexes;

const judgeConfig = (text: string, asked?: Asked) =>
  judgeProject(indexesOf(asked), userFile(text, 'pdm.toml'), undefined);
const judgePyproject = (text: string, asked?: Asked) =>
  judgeProject(indexesOf(asked), undefined, userFile(text, 'pyproject.toml'));

const inTheWay = (setting: string, line: number) =>
  `pdm: ${setting} (pdm.toml line ${line}) conflicts with what this action sets for pdm; remove it.`;

const noToken = (place: string) =>
  `pdm: ${place} gets no token, and keeps pdm from using shared under the name that this action gives it; remove it, ` +
  `or list shared first in the input repositories.`;

test('a project without files says nothing', () => {
  expect(judgeProject(indexesOf(), undefined, undefined)).toEqual([]);
  expect([...judgeConfig(''), ...judgePyproject('')]).toEqual([]);
});

describe("a project's pdm.toml", () => {
  test('overrides an index or an index server of ours, and none of others', () => {
    const text = '[repository.labs]\nurl = "https://x/"\nusername = "me"\n[repository.other]\nurl = "https://x/"\n';
    expect(judgeConfig(text)).toEqual([inTheWay('repository.labs', 1)]);
    expect(judgeConfig('[pypi.shared]\nverify_ssl = false\n[pypi.other]\nurl = "https://x/"\n')).toEqual([
      inTheWay('pypi.shared', 1),
    ]);
    expect(judgeConfig('[repository]\nlabs.url = "https://x/"\nlabs-2.url = "https://x/"\n')).toEqual([
      inTheWay('repository.labs', 2),
    ]);
  });

  test('turns the indexes of our file off', () => {
    expect(judgeConfig('[pypi]\nignore_stored_index = "yes"\n')).toEqual([inTheWay('pypi.ignore_stored_index', 2)]);
    expect(judgeConfig('pypi.ignore_stored_index = false\n')).toEqual([]);
  });

  test('with use_uv, shows a token that is in our file, if one is', () => {
    expect(judgeConfig('use_uv = true\n')).toEqual([]);
    expect(judgeConfig('use_uv = true\n', { authorized: TWO_IDENTITIES })).toEqual([inTheWay('use_uv', 1)]);
    expect(judgeConfig('use_uv = "No"\n', { authorized: TWO_IDENTITIES })).toEqual([]);
  });

  test("has a password for the default index, which is in the way unless that is pdm's own", () => {
    const text = '[pypi]\npassword = "never-told"\n';
    expect(judgeConfig(text)).toEqual([inTheWay('pypi.password', 2)]);
    expect(judgeConfig(text, { main: CLIENT_DEFAULT })).toEqual([]);
  });

  test.each(['verify_ssl = false', 'verify_ssl = "0"', 'ca_certs = "./ca.pem"'])(
    'says who may answer in the name of the main index: %s',
    (line) => {
      expect(judgeConfig(`[pypi]\n${line}\n`)).toEqual([
        `pdm: pypi.${line.split(' ')[0]} (pdm.toml line 2) changes which certificates are trusted for the main ` +
          `index, so whoever has one can read its token; remove it.`,
      ]);
      expect(judgeConfig('pypi.verify_ssl = true\n')).toEqual([]);
    },
  );

  test('has an index of ours whose token goes by a name that it cannot know', () => {
    const text = `[pypi.any]\nurl = "${SHARED.indexUrl}"\n`;
    expect(judgeConfig(text, { authorized: TWO_IDENTITIES })).toEqual([noToken('pypi.any (pdm.toml line 1)')]);
    expect(judgeConfig(text)).toEqual([]);
    const others = ['"x.pypi.any.url"', 'pypi.any.urls', '"pypi.any.url.x"'].map(
      (key) => `${key} = "${SHARED.indexUrl}"\n`,
    );
    expect(judgeConfig(others.join(''), { authorized: TWO_IDENTITIES })).toEqual([]);
    const elsewhere = '[pypi.shared]\nurl = "https://x/"\n';
    expect(judgeConfig(elsewhere, { authorized: TWO_IDENTITIES })).toEqual([]);
  });

  test('may be odd in any way', () => {
    const odd = 'pypi.shared = 1\nrepository = 2\na = { toString = 1 }\n';
    expect(judgeConfig(odd)).toEqual([]);
    const deep = `${Array.from({ length: hostileLength(300_000) }, () => 'a').join('.')} = 1\n`;
    expect(judgeConfig(deep)).toEqual([]);
  });
});

describe('a source of pyproject.toml', () => {
  const source = (name: string, url: string) => `[[tool.pdm.source]]\nname = "${name}"\nurl = "${url}"\n`;

  test('counts where it is another index than ours of that name', () => {
    const fine = source('pypi', TEAM.indexUrl.slice(0, -1)) + source('own', 'https://x/');
    expect(judgePyproject(fine)).toEqual([]);
    expect(judgePyproject(source('own', 'https://x/') + source('labs', 'https://x/'))).toEqual([
      'pdm: the source labs (pyproject.toml line 5) replaces the repository of that name; rename or remove it.',
    ]);
    expect(judgePyproject('[tool.pdm]\nsource = [{ name = "pypi", verify_ssl = false }]\n')).toEqual([
      'pdm: the source pypi (pyproject.toml) replaces the main index; rename or remove it.',
    ]);
  });

  test('gets no token that goes by a name that it cannot know, be it ours or elsewhere', () => {
    for (const url of [SHARED.indexUrl.slice(0, -1), `${SHARED.indexUrl}/`]) {
      expect(judgePyproject(source('shared', url), { authorized: TWO_IDENTITIES })).toEqual([
        noToken('the source shared (pyproject.toml line 2)'),
      ]);
    }
    expect(judgePyproject(source('shared', 'https://x/'), { authorized: TWO_IDENTITIES })).toEqual([]);
  });

  test('may have any name where the default index is that of pdm', () => {
    expect(judgePyproject(source('pypi', 'https://x/'), { main: CLIENT_DEFAULT })).toEqual([]);
  });

  test('is the same index with and without a slash at the end', () => {
    const main = { kind: 'foreign', url: 'https://index.example/simple' } as const;
    for (const end of ['', '/', '//']) expect(judgePyproject(source('pypi', main.url + end), { main })).toEqual([]);
    expect(judgePyproject(source('pypi', 'https://index.example/'), { main })).toHaveLength(1);
  });

  test('is for pdm to refuse where it is none', () => {
    const odd =
      '[[tool.pdm.source]]\nname = { toString = 1 }\n[[tool.pdm.source]]\nname = "own"\nurl = { toString = 1 }\n';
    expect(judgePyproject(odd)).toEqual([]);
  });
});

test('what changes all of our indexes, in whatever file', () => {
  const changes = (key: string, value: string, asked?: Asked) => changesOurs({ key, value }, indexesOf(asked));
  expect(changes('pypi.ignore_stored_index', 'True')).toBe(true);
  expect(changes('pypi.ignore_stored_index', 'False')).toBe(false);
  expect(changes('use_uv', 'True', { authorized: TWO_IDENTITIES })).toBe(true);
  expect(changes('pypi.username', 'me')).toBe(true);
  expect(changes('pypi.username', 'me', { main: CLIENT_DEFAULT })).toBe(false);
  expect(changes('pypi.url', 'https://x/')).toBe(false);
});
