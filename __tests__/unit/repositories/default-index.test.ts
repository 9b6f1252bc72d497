import { describe, expect, test } from '@jest/globals';
import { chooseMainIndex, readIndexChoice, readPublishTo } from '../../../src/repositories/default-index.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

const INTERNAL = sampleRepository();
const STAGING = sampleRepository({ alias: 'stage', name: 'staging' });
const TWO = [INTERNAL, STAGING];

const mainIndexOf = (text: string) => chooseMainIndex(readIndexChoice(text), TWO);

describe('index-url', () => {
  test.each([
    ['', { kind: 'repository', repository: INTERNAL }],
    ['stage', { kind: 'repository', repository: STAGING }],
    [STAGING.url, { kind: 'repository', repository: STAGING }],
    [STAGING.indexUrl, { kind: 'repository', repository: STAGING }],
    [STAGING.indexUrl.slice(0, -1), { kind: 'repository', repository: STAGING }],
    ['client-default', { kind: 'client-default' }],
    ['project', { kind: 'project' }],
    ['https://index.example/simple/', { kind: 'foreign', url: 'https://index.example/simple/' }],
    ['https://index.example:8443/a%20b~c+d', { kind: 'foreign', url: 'https://index.example:8443/a%20b~c+d' }],
    ['https://index.example', { kind: 'foreign', url: 'https://index.example/' }],
  ])('%j', (text, mainIndex) => {
    expect(mainIndexOf(text)).toEqual(mainIndex);
  });

  test.each([
    'http://index.example/simple/',
    'https://index.example/simple/?a=b',
    'https://index.example/simple/#a',
    'https://a.example/ https://b.example/',
    'https://index.example/a;b',
    'https://index.example\\simple',
    'https://index.example:port/',
    'https://index.example:99999/',
    'file:///etc/passwd',
  ])('%s is no URL for a pip.conf', (text) => {
    expect(problemsOf(() => readIndexChoice(text))).toEqual([
      `Input index-url is ${JSON.stringify(text)}; write the name of a listed repository, "client-default", ` +
        '"project", or an https:// URL without a query.',
    ]);
  });

  test('a user name and password are refused, and not repeated', () => {
    expect(problemsOf(() => readIndexChoice('https://u:p4ssw0rd@index.example/'))).toEqual([
      'Input index-url holds a user name or password; leave them out and put them in a netrc of your own.',
    ]);
  });

  test.each([
    ['staging', ''],
    ['Stage', 'stage'],
    ['client-defaults', 'client-default'],
    ['constructor', ''],
  ])('%s is no name of a listed repository', (text, near) => {
    expect(problemsOf(() => mainIndexOf(text))).toEqual([
      `Input index-url is ${JSON.stringify(text)}, which is not the name of a listed repository` +
        `${near === '' ? '.' : `; did you mean "${near}"?`} Listed: internal and stage. It can also be the https:// ` +
        'URL of another index, "client-default", or "project".',
    ]);
  });

  test('a CodeArtifact repository that is not listed would have no token', () => {
    const other = sampleRepository({ name: 'other' });
    expect(problemsOf(() => mainIndexOf(other.indexUrl))).toEqual([
      `Input index-url names ${other.indexUrl}, which is not listed; add it to the input repositories, so that it ` +
        'gets a token.',
    ]);
  });
});

describe('publish-to', () => {
  test.each(['stage', STAGING.url, STAGING.indexUrl, `${STAGING.url}//`])('%s', (text) => {
    expect(readPublishTo(text, TWO)).toEqual(STAGING);
  });

  test('empty: the repository that is listed alone, and none of several', () => {
    expect(readPublishTo('', [STAGING])).toEqual(STAGING);
    expect(readPublishTo('', TWO)).toBeUndefined();
  });

  test.each(['staging', 'https://upload.example/', 'client-default'])('%s is not listed', (text) => {
    expect(problemsOf(() => readPublishTo(text, TWO))).toEqual([
      `Input publish-to is ${JSON.stringify(text)}, which is not the name of a listed repository. Listed: internal ` +
        'and stage.',
    ]);
  });
});
