import { describe, expect, test } from '@jest/globals';
import { describeComparison, describeRequest } from '../../../src/access/request-words.ts';
import type { TokenRequest } from '../../../src/access/token-request.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { profileIdentity } from '../../support/sample-setup.ts';
import { choiceIn } from '../../support/section-choice.ts';

const request = (text: string): TokenRequest => ({
  repository: sampleRepository({ alias: 'mine' }),
  choice: choiceIn(text),
  identity: profileIdentity('one', '[codeartifact domain="acme"]'),
  duration: 900,
  verify: true,
});

describe('an element of the output repositories', () => {
  const FILE = '[codeartifact domain="acme"]\n[codeartifact domain="acme" name="x"]\n';

  test('has the address, the section with its runner-up, and the identity', () => {
    const { url, indexUrl } = sampleRepository();
    expect(describeRequest(request(FILE), sampleMachine())).toEqual({
      ...{ name: 'mine', url, indexUrl, domain: 'acme', account: '111111111111', region: 'us-east-1' },
      repository: 'internal',
      section: 'codeartifact domain="acme"',
      line: 1,
      score: 1,
      why: 'domain matches; 1 of 1 qualifier',
      runnerUp: {
        section: 'codeartifact domain="acme" name="x"',
        line: 2,
        score: 1,
        why: 'domain matches, name does not; 1 of 2 qualifiers',
      },
      identity: 'profile one ([codeartifact domain="acme"])',
      identityFrom: 'section',
    });
  });

  test('says null where no other section comes near', () => {
    expect(describeRequest(request('[codeartifact]'), sampleMachine())).toMatchObject({ line: 1, runnerUp: null });
    expect(describeRequest(request('# none'), sampleMachine())).toMatchObject({ line: null });
  });
});

test('a section beside a repository has its line where it has one', () => {
  expect(describeComparison({ label: 'codeartifact', line: 3, score: 0, why: 'x' })).toBe('[codeartifact] (line 3): x');
  expect(describeComparison({ label: 'codeartifact', line: undefined, score: 0, why: 'x' })).toBe('[codeartifact]: x');
});
