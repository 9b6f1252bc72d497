import { describe, expect, test } from '@jest/globals';
import { NO_DEFAULT } from '../../../src/clients/client.ts';
import { configure } from '../../../src/clients/twine.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

const authorized = ['team', 'shared'].map((name) => authorize(sampleRepository({ alias: name, name }), 't'));
const changesIn = (environment: Environment, publishTo?: string) =>
  configure(sampleSetup({ authorized, environment, ...(publishTo === undefined ? {} : { publishTo }) }));
const variablesIn = (environment: Environment, publishTo?: string) =>
  changesIn(environment, publishTo).variables?.map(({ name, value }) => [name, value]);

describe('where uploads go that name no repository', () => {
  test.each<[string, Environment, string | undefined, string | undefined]>([
    ['to publish-to', {}, 'shared', 'shared'],
    ['to publish-to, whatever the job said', { TWINE_REPOSITORY: 'mine' }, 'shared', 'shared'],
    ['nowhere without it', {}, undefined, NO_DEFAULT],
    ['nowhere after an earlier step that had none', { TWINE_REPOSITORY: NO_DEFAULT }, undefined, NO_DEFAULT],
    ['where the job said, without it', { TWINE_REPOSITORY: 'mine' }, undefined, undefined],
  ])('%s', (_, environment, publishTo, repository) => {
    expect(variablesIn(environment, publishTo)).toEqual([
      ...(repository === undefined ? [] : [['TWINE_REPOSITORY', repository]]),
      ['TWINE_NON_INTERACTIVE', '1'],
    ]);
  });
});

describe('what gets in the way', () => {
  test('variables that override every section', () => {
    const all = {
      TWINE_PASSWORD: 'never-told',
      TWINE_USERNAME: 'me',
      TWINE_REPOSITORY_URL: 'https://x/',
      TWINE_CERT: 'x',
    };
    expect(
      changesIn(all, 'team').overrides?.map((text) => /^The variable (\S+) is set, which makes twine/.exec(text)?.[1]),
    ).toEqual(['TWINE_REPOSITORY_URL', 'TWINE_USERNAME', 'TWINE_PASSWORD']);
    expect(changesIn({ ...all, TWINE_PASSWORD: '' }).overrides?.join()).not.toMatch(/TWINE_PASSWORD|never-told/);
  });

  test('TWINE_REPOSITORY, where it names none of the repositories and nothing else decides', () => {
    expect(changesIn({ TWINE_REPOSITORY: 'mine' }).overrides).toEqual([
      'The variable TWINE_REPOSITORY is "mine", so uploads go there; name one of the listed repositories with ' +
        'publish-to.',
    ]);
    for (const [value, publishTo] of [['mine', 'team'], ['shared'], [NO_DEFAULT], ['']] as const) {
      expect(changesIn({ TWINE_REPOSITORY: value }, publishTo).overrides).toEqual([]);
    }
  });
});

describe('the check', () => {
  const [check] = changesIn({}).checks ?? [];
  const judge = (stdout: string, stderr = '', exitCode = 1) =>
    check?.judge({ stdout, stderr, exitCode }, () => undefined);

  test('one for each repository: an upload of a file that is not there', () => {
    expect(changesIn({}).checks?.map(({ program, args }) => [program, ...args])).toEqual(
      ['team', 'shared'].map((name) => [
        ...['twine', 'upload', '--non-interactive', '--repository', name],
        '/private/no-such-file.whl',
      ]),
    );
  });

  test('what twine says of it', () => {
    for (const text of ['ERROR InvalidDistribution: Cannot find file (or expand pattern)', 'Cannot\n  find\n  file']) {
      expect(judge(text)).toEqual([]);
      expect(judge('', text)).toEqual([]);
    }
    expect(judge("InvalidConfiguration: Missing 'team' section from ~/.pypirc.")).toEqual([
      'twine does not find team in ~/.pypirc, where this action added it; check HOME, and what twine is.',
    ]);
    expect(judge('', 'Traceback', 3)).toEqual([
      'twine upload failed before it looked for a file (exit code 3); run it in a step to see why.',
    ]);
  });
});
