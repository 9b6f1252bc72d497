import { describe, expect, test } from '@jest/globals';
import { describeProject } from '../../../src/clients/project-indexes.ts';
import { LABS, mainIs, PROJECT, TEAM } from '../../support/sample-indexes.ts';
import { sampleDisk } from '../../support/sample-machine.ts';

const REPOSITORIES = [TEAM, LABS];
const said = (files: Record<string, string>, main = mainIs(TEAM)) =>
  describeProject(main, REPOSITORIES, '/w', sampleDisk(files));

describe('a file of the workspace that names a listed repository as an index', () => {
  const withUser = TEAM.indexUrl.replace('https://', 'https://aws@');
  test.each([
    ['pyproject.toml', `[[tool.uv.index]]\nurl = "${LABS.indexUrl}"\n`, 2, 'labs'],
    ['pyproject.toml', `[[tool.poetry.source]]\nname = "x"\nurl = "${TEAM.indexUrl.slice(0, -1)}"\n`, 3, 'team'],
    ['uv.toml', `index-url = "${TEAM.indexUrl}"`, 1, 'team'],
    ['Pipfile', `[[source]]\n\nurl = "${TEAM.indexUrl}"`, 3, 'team'],
    ['requirements.txt', `--index-url ${withUser}`, 1, 'team'],
    ['requirements.in', `\r\n-i ${TEAM.indexUrl}`, 2, 'team'],
    ['hatch.toml', `x = "${TEAM.indexUrl}"`, 1, 'team'],
  ])('%s: %j', (name, content, line, alias) => {
    expect(said({ [`/w/${name}`]: content })).toEqual([
      `/w/${name} line ${line} names the index ${alias} itself; to let the files of the project choose the indexes, ` +
        `set index-url: project.`,
    ]);
  });

  test('is told once, the first of them', () => {
    const files = { '/w/requirements.txt': `${TEAM.indexUrl}`, '/w/uv.toml': `\n${TEAM.indexUrl}\n${LABS.indexUrl}` };
    expect(said(files)).toEqual([expect.stringMatching(/^\/w\/uv\.toml line 2 names the index team itself/)]);
  });

  test.each([
    ['a comment', { '/w/requirements.txt': `  # --index-url ${TEAM.indexUrl}` }],
    ['another repository of the host', { '/w/requirements.txt': TEAM.indexUrl.replace('/team/', '/teams/') }],
    ['where uploads go', { '/w/pyproject.toml': `publish-url = "${TEAM.url}"` }],
    ['another file', { '/w/uv.lock': TEAM.indexUrl, '/requirements.txt': TEAM.indexUrl }],
    ['no file', {}],
  ])('is not: %s', (_, files) => {
    expect(said(files)).toEqual([]);
  });

  test('is what index-url: project asks for', () => {
    expect(said({ '/w/uv.toml': TEAM.indexUrl }, PROJECT)).toEqual([
      'Installs use the indexes that the files of the project name (index-url: project).',
    ]);
  });
});
