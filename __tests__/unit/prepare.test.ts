import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NO_DEFAULT } from '../../src/clients/client.ts';
import { type Place, plan, rehearse } from '../../src/prepare.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { problemsOf } from '../support/problems-of.ts';
import { sampleInputs } from '../support/sample-inputs.ts';
import { sampleRepository } from '../support/sample-repository.ts';
import { authorize, sampleMachine } from '../support/sample-setup.ts';

const TEAM = sampleRepository({ alias: 'team', name: 'team' });
const SHARED = sampleRepository({ alias: 'shared', name: 'shared' });
const OPENED = [authorize(TEAM, 't'), authorize(SHARED, 't')];
const FOLDER = join('/temp', 'codeartifact-keyring-0123');

const inputs = (given: Parameters<typeof sampleInputs>[0] = {}) =>
  sampleInputs({ repositories: [TEAM, SHARED], ...given });
const place = (environment: NodeJS.ProcessEnv = {}, rest: Partial<Place> = {}): Place => ({
  machine: sampleMachine({ environment }),
  folder: { path: FOLDER, isNew: true },
  pypirc: undefined,
  ...rest,
});
const variableOf = (name: string, changes: ReturnType<typeof plan>) =>
  changes.variables.find((variable) => variable.name === name)?.value;

describe('plan', () => {
  test('files are in the private folder, and uploads go to publish-to', () => {
    const changes = plan(OPENED, inputs({ publishTo: SHARED }), place());
    expect(variableOf('PIP_CONFIG_FILE', changes)).toBe(join(FOLDER, 'pip.conf'));
    expect(variableOf('TWINE_REPOSITORY', changes)).toBe('shared');
    expect(variableOf('TWINE_REPOSITORY', plan(OPENED, inputs(), place()))).toBe(NO_DEFAULT);
  });

  test('a variable that says something else in this job is told, but not one that names files', () => {
    const before = {
      TWINE_REPOSITORY: 'mine',
      TWINE_NON_INTERACTIVE: '1',
      NETRC: '/home/user/.netrc',
      PIP_CONFIG_FILE: '',
    };
    const given = inputs({ publishTo: SHARED });
    expect(plan(OPENED, given, place(before)).notes).toEqual([
      'The variable TWINE_REPOSITORY was set already; it says something else in this job from here on.',
    ]);
    const second = place(before, { folder: { path: FOLDER, isNew: false } });
    expect(plan(OPENED, given, second).notes).toEqual([]);
  });

  test('a second use finds what the first has left', () => {
    const before = place({ UV_DEFAULT_INDEX: TEAM.indexUrl });
    const given = inputs({ tools: ['uv'], mainIndex: { kind: 'client-default' } });
    const second = { ...before, folder: { path: FOLDER, isNew: false } };
    expect(plan(OPENED, given, before).overrides).toEqual([]);
    expect(plan(OPENED, given, second).overrides).toEqual([
      expect.stringMatching(/^The variable UV_DEFAULT_INDEX of an earlier step is still set/),
    ]);
  });

  test('what the clients have to say comes first', () => {
    const identities = [authorize(TEAM, 'token-team'), authorize(SHARED, 'token-shared')];
    const given = inputs({ publishTo: SHARED });
    expect(plan(identities, given, place({ TWINE_REPOSITORY: 'mine' })).notes).toEqual([
      expect.stringMatching(/^The URL of shared in pip\.conf carries its token/),
      expect.stringMatching(/^The variable TWINE_REPOSITORY was set already/),
    ]);
  });
});

describe('rehearse', () => {
  test('nothing stands in the way', () => {
    rehearse(inputs({ tools: ['pip', 'twine', 'pdm'] }), place({}, { pypirc: join(freshFolder(), '.pypirc') }));
  });

  test('tells what stands in the way of each tool', () => {
    const pypirc = join(freshFolder(), '.pypirc');
    writeFileSync(pypirc, '[team]\nrepository = https://pypi.example.com/\n');
    const dotted = sampleRepository({ alias: 'a.b', name: 'other' });
    const given = inputs({ repositories: [TEAM, dotted], tools: ['pip', 'twine', 'pdm'] });
    expect(problemsOf(() => rehearse(given, place({}, { pypirc })))).toEqual([
      expect.stringMatching(/team/),
      expect.stringMatching(/^Input repositories: pdm knows no index server with a dot in its name \(a\.b\)/),
    ]);
  });

  test('leaves .pypirc alone where no tool needs it', () => {
    const nowhere = join(freshFolder(), 'none', '.pypirc');
    rehearse(inputs({ tools: ['uv'] }), place({}, { pypirc: undefined }));
    expect(problemsOf(() => rehearse(inputs({ tools: ['twine'] }), place({}, { pypirc: nowhere })))).toHaveLength(1);
  });
});
