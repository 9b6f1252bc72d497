import { expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/uv.ts';
import { overridingOf, saying, variablesOf } from '../../support/client-changes.ts';
import { CLIENT_DEFAULT, SHARED, THREE, TWO_IDENTITIES } from '../../support/sample-indexes.ts';
import { sampleSetup } from '../../support/sample-setup.ts';

test('uploads to publish-to', () => {
  expect(variablesOf(configure, { authorized: THREE, publishTo: 'shared' })).toEqual({ UV_PUBLISH_URL: SHARED.url });
});

test('one repository: no other variable', () => {
  const setup = sampleSetup({ publishTo: 'internal' });
  expect(configure(setup).variables).toEqual([{ name: 'UV_PUBLISH_URL', value: setup.publishTo?.repository.url }]);
});

test('uploads without a default go nowhere', () => {
  expect(variablesOf(configure, { authorized: THREE })['UV_PUBLISH_URL']).toBe('choose-one-with-publish-to');
});

test('a token that the netrc cannot carry is in the variables for uploads', () => {
  const { variables } = configure(sampleSetup({ authorized: TWO_IDENTITIES, publishTo: 'shared' }));
  expect(variables?.filter(({ name }) => /USERNAME|PASSWORD/.test(name))).toEqual([
    { name: 'UV_PUBLISH_USERNAME', value: 'aws' },
    { name: 'UV_PUBLISH_PASSWORD', value: 'token-shared', secret: true },
  ]);
});

test('a second use puts the right token where a first use has left its own', () => {
  const environment = {
    UV_INDEX_TEAM_PASSWORD: 'old',
    UV_PUBLISH_PASSWORD: 'old',
    UV_DEFAULT_INDEX: 'x=https://x.example/',
  };
  const asked = { authorized: THREE, publishTo: 'labs', environment };
  const { variables, overrides } = configure(sampleSetup({ ...asked, isSecondUse: true }));
  expect(variables).toContainEqual({ name: 'UV_PUBLISH_PASSWORD', value: 'l', secret: true });
  expect(variables).toContainEqual({ name: 'UV_PUBLISH_USERNAME', value: 'aws' });
  expect(overrides).toEqual([]);
  expect(configure(sampleSetup(asked)).variables?.some(({ secret }) => secret)).toBe(false);
  expect(configure(sampleSetup({ ...asked, main: CLIENT_DEFAULT, isSecondUse: true })).overrides).toEqual([]);
});

test('names the variables in its way', () => {
  const environment = {
    UV_EXTRA_INDEX_URL: 'x',
    UV_INDEX_STRATEGY: 'unsafe-best-match',
    UV_PUBLISH_TOKEN: 'x',
    UV_INDEX_TEAM_PASSWORD: 'x',
    UV_PUBLISH_PASSWORD: 'x',
    UV_INDEX_OTHER_PASSWORD: 'x',
    UV_CACHE_DIR: 'x',
  };
  expect(overridingOf(configure, environment, { authorized: THREE, publishTo: 'team' })).toEqual([
    'UV_PUBLISH_TOKEN',
    'UV_PUBLISH_PASSWORD',
  ]);
  expect(overridingOf(configure, environment, { authorized: TWO_IDENTITIES, publishTo: 'shared' })).toEqual([
    'UV_PUBLISH_TOKEN',
  ]);
  expect(overridingOf(configure, { UV_INDEX_STRATEGY: 'first-index' })).toEqual([]);
});

test('is asked whether it sees all of the indexes', () => {
  const { checks = [] } = configure(sampleSetup({ authorized: THREE }));
  expect(checks.map(({ program }) => program)).toEqual(['uv']);
  expect(checks[0]?.judge(saying(''), () => undefined)).toEqual(
    ['team', 'shared', 'labs'].map((alias) => expect.stringContaining(`uv does not see the index ${alias},`)),
  );
});
