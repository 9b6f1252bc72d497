import { expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/env.ts';
import { variablesOf } from '../../support/client-changes.ts';
import { THREE } from '../../support/sample-indexes.ts';
import { type SampleSetup, sampleSetup } from '../../support/sample-setup.ts';

test('the token of publish-to, else of the first', () => {
  expect(configure(sampleSetup({ authorized: THREE })).variables).toEqual([
    { name: 'CODEARTIFACT_AUTH_TOKEN', value: 't', secret: true },
  ]);
  expect(variablesOf(configure, { authorized: THREE, publishTo: 'labs' })).toEqual({ CODEARTIFACT_AUTH_TOKEN: 'l' });
});

test('says whose token it is where the others have another', () => {
  const notesOf = (asked: SampleSetup) => configure(sampleSetup(asked)).notes;
  expect(notesOf({})).toEqual([]);
  expect(notesOf({ authorized: THREE })).toEqual([
    'env: CODEARTIFACT_AUTH_TOKEN has the token of team, which does not open labs; choose another one with publish-to.',
  ]);
  expect(notesOf({ authorized: THREE, publishTo: 'labs' })).toEqual([
    expect.stringMatching(
      / has the token of labs, which does not open team and shared; choose another one with publish-to\.$/,
    ),
  ]);
});
