import { expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/flit.ts';
import { overridingOf } from '../../support/client-changes.ts';
import { LABS, TEAM, THREE } from '../../support/sample-indexes.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

test('uploads to publish-to; without it, by name', () => {
  expect(configure(sampleSetup({ authorized: THREE, publishTo: 'labs' })).variables).toEqual([
    { name: 'FLIT_INDEX_URL', value: LABS.url },
    { name: 'FLIT_USERNAME', value: 'aws' },
    { name: 'FLIT_PASSWORD', value: 'l', secret: true },
  ]);
  const { variables, notes } = configure(sampleSetup({ authorized: THREE }));
  expect(variables).toBeUndefined();
  expect(notes?.join()).toContain('flit publish --repository NAME');
  expect(overridingOf(configure, { FLIT_PASSWORD: 'x' }, { authorized: THREE })).toEqual(['FLIT_PASSWORD']);
  const environment = { FLIT_INDEX_URL: TEAM.url, FLIT_USERNAME: 'aws', FLIT_PASSWORD: 't' };
  expect(configure(sampleSetup({ authorized: THREE, environment, isSecondUse: true })).overrides).toEqual([]);
  expect(overridingOf(configure, { FLIT_PASSWORD: 'x' }, { authorized: THREE, publishTo: 'labs' })).toEqual([]);
});

test('finds a repository with the name pypi by itself, unless a variable names another', () => {
  const authorized = [...THREE, authorize(sampleRepository({ alias: 'pypi', name: 'store' }), 't', 'me')];
  expect(configure(sampleSetup({ authorized, publishTo: 'pypi' }))).toEqual({ notes: [], overrides: [] });
  expect(overridingOf(configure, { FLIT_INDEX_URL: 'x' }, { authorized, publishTo: 'pypi' })).toEqual([
    'FLIT_INDEX_URL',
  ]);
});
