import { describe, expect, test } from '@jest/globals';
import { describeMissing, describeOtherEndpoint } from '../../../src/aws/repository-words.ts';
import { readRepositories } from '../../../src/repositories/repository.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

const TAEM = sampleRepository({ alias: 'mine', name: 'taem' });
const MISSING = 'mine: the domain acme of account 111111111111 in us-east-1 has no repository taem; check the URL.';

describe('a repository that is not there', () => {
  test('of a small domain, with all that are there, the nearest name first', () => {
    expect(describeMissing(TAEM, ['shared', 'upstream', 'team'])).toBe(
      `${MISSING} The domain has 3 repositories: team, shared and upstream.`,
    );
    expect(describeMissing(TAEM, ['shared', 'upstream', 'team', 'production', 'tools'])).toMatch(
      / The domain has 5 repositories: team, /,
    );
  });

  test('of a large domain, with the nearest five by name, in whatever case', () => {
    const others = Array.from({ length: 40 }, (_, index) => `somewhere-else-${index}`);
    expect(describeMissing(TAEM, [...others, 'TEAM', 'teams', 'shared', 'steam', 'tea', 'Taem'])).toBe(
      `${MISSING} The domain has 46 repositories; the nearest names are Taem, TEAM, tea, teams and steam.`,
    );
  });

  test('of a domain without any, and of one whose names the identity may not see', () => {
    expect(describeMissing(TAEM, [])).toBe(`${MISSING} The domain has no repositories.`);
    expect(describeMissing(TAEM, ['team'])).toBe(`${MISSING} The domain has 1 repository: team.`);
    expect(describeMissing(TAEM)).toBe(
      `${MISSING} To see which exist, grant this identity codeartifact:ListRepositoriesInDomain.`,
    );
  });
});

describe('the repository endpoint that AWS names', () => {
  const IPV4 = 'https://acme-111111111111.d.codeartifact.us-east-1.amazonaws.com/pypi/team/';
  const DUAL = 'https://acme-111111111111.codeartifact.us-east-1.on.aws/pypi/team/';
  const VPC = 'https://vpce-0a1b.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/team/';
  const listed = (url: string) => {
    const [repository] = readRepositories(url);
    if (repository === undefined) throw new Error('no repository');
    return repository;
  };

  test.each([
    ['as listed', IPV4, IPV4],
    ['without its last slash', IPV4, IPV4.slice(0, -1)],
    ['as listed, dual-stack', DUAL, DUAL],
    ['listed at an interface endpoint, which AWS does not name', VPC, IPV4],
    ['at an interface endpoint, which the listed name may lead to', IPV4, VPC],
    ['at the same interface endpoint', VPC, VPC],
  ])('%s', (_, url, endpoint) => {
    expect(describeOtherEndpoint(listed(url), endpoint)).toBeUndefined();
  });

  test.each([
    ['dual-stack in the place of IPv4', IPV4, DUAL],
    ['another repository', IPV4, IPV4.replace('team', 'shared')],
    ['another domain', IPV4, IPV4.replace('acme', 'globex')],
    ['another account', VPC, VPC.replace('111111111111', '222222222222')],
    ['another region', VPC, VPC.replace('us-east-1', 'eu-west-1')],
  ])('%s is told', (_, url, endpoint) => {
    expect(describeOtherEndpoint(listed(url), endpoint)).toBe(
      `team: the listed URL ${url} is not the endpoint that AWS names for this repository, ${endpoint}; copy the URL ` +
        'from the AWS console.',
    );
  });

  test.each([undefined, '', 'https://elsewhere.example/pypi/team/', IPV4.replace('pypi', 'npm')])('%s', (endpoint) => {
    expect(describeOtherEndpoint(listed(IPV4), endpoint)).toContain(
      `URL ${IPV4} is not the endpoint that AWS names for this repository; copy`,
    );
  });
});
