import { expect, test } from '@jest/globals';
import { TOOLS, type Tool } from '../../../src/clients/table.ts';
import { describeUsage } from '../../../src/clients/usage.ts';
import type { MainIndex } from '../../../src/repositories/default-index.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

const [TEAM, SHARED, LABS] = ['team', 'shared', 'labs'].map((name) => sampleRepository({ alias: name, name }));
if (!TEAM || !SHARED || !LABS) throw new Error('there are three');

const usageOf = (tools: readonly Tool[], mainIndex: MainIndex = { kind: 'repository', repository: TEAM }) =>
  describeUsage({ tools, mainIndex, repositories: [TEAM, SHARED, LABS], publishTo: undefined });

test('where installs look: all at once, or one after the other', () => {
  expect(usageOf(['pip', 'uv', 'pipenv'], { kind: 'repository', repository: SHARED })).toEqual([
    'pip installs from shared, team and labs.',
    'uv installs from shared, then team, then labs.',
    'pipenv installs from shared.',
    'uv uploads to the repository that you name: uv publish --publish-url URL; or set publish-to.',
  ]);
});

test('an index of others comes last, and what the project names is none of ours', () => {
  const foreign = { kind: 'foreign', url: 'https://index.example/' } as const;
  expect(usageOf(['pipenv'], foreign)).toEqual(['pipenv installs from https://index.example/.']);
  expect(usageOf(['pip'], { kind: 'client-default' })).toEqual([
    'pip installs from team, shared, labs and its default index.',
  ]);
  expect(usageOf(['pip'], { kind: 'project' })).toEqual([]);
});

test('one repository: tools that do the same share a sentence', () => {
  const mainIndex = { kind: 'repository', repository: TEAM } as const;
  expect(describeUsage({ tools: ['pip', 'uv', 'twine'], mainIndex, repositories: [TEAM], publishTo: TEAM })).toEqual([
    'pip and uv install from team.',
    'uv publish uploads to team.',
    'twine upload dist/* uploads to team.',
  ]);
});

test('where uploads go, and how they go elsewhere', () => {
  const repositories = [TEAM, LABS];
  const mainIndex = { kind: 'project' } as const;
  expect(describeUsage({ tools: TOOLS, mainIndex, repositories, publishTo: LABS })).toEqual([
    'twine upload dist/* uploads to labs; to another: twine upload -r NAME dist/*.',
    'uv publish uploads to labs; to another: uv publish --publish-url URL.',
    'pdm publish uploads to labs; to another: pdm publish -r NAME.',
    'hatch publish uploads to labs; to another: hatch publish -r URL.',
    'flit publish uploads to labs.',
  ]);
  expect(describeUsage({ tools: ['flit'], mainIndex, repositories, publishTo: undefined })).toEqual([]);
});
