import { describe, expect, test } from '@jest/globals';
import { type Address, readAddress } from '../../../src/repositories/repository-address.ts';
import { problemsOf } from '../../support/problems-of.ts';

const HOST = 'acme-111111111111.d.codeartifact.us-east-1.amazonaws.com';
const INTERNAL: Address = {
  dualStack: false,
  name: 'internal',
  domain: 'acme',
  account: '111111111111',
  region: 'us-east-1',
  host: HOST,
  url: `https://${HOST}/pypi/internal/`,
};
const VPC = 'https://vpce-0a1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/';

const read = (text: string) => readAddress(text, 'Input x, line 1');

describe('addresses', () => {
  test.each([
    `https://${HOST}/pypi/internal`,
    `https://${HOST}/pypi/internal/`,
    `https://${HOST}/pypi/internal/simple`,
    `https://${HOST}/pypi/internal/simple/`,
    `https://${HOST.toUpperCase()}/pypi/internal/`,
    'arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal',
  ])('%s', (address) => {
    expect(read(address)).toEqual(INTERNAL);
  });

  test.each([
    ['a domain with dashes and digits', 'a-123456789012-b2', 'eu-central-1', 'internal'],
    ['the shortest domain', 'ab', 'ap-southeast-2', 'internal'],
    ['the longest domain', `a${'-'.repeat(48)}z`, 'us-west-2', 'internal'],
    ['a repository with dots, in capitals', 'acme', 'us-gov-west-1', 'My.Repo_2-x'],
    ['the shortest repository', 'acme', 'il-central-1', '0-'],
    ['the longest repository', 'acme', 'eusc-de-east-1', `A${'._-'.repeat(33)}`],
  ])('%s', (_, domain, region, repository) => {
    const url = `https://${domain}-222222222222.d.codeartifact.${region}.amazonaws.com/pypi/${repository}/`;
    const arn = `arn:aws:codeartifact:${region}:222222222222:repository/${domain}/${repository}`;
    const address = read(url);
    expect(address).toMatchObject({ domain, account: '222222222222', region, name: repository, url });
    expect(read(arn)).toEqual(address);
  });
});

describe('other hosts', () => {
  test('dual-stack: of the same repository, but another address, and another API host', () => {
    const host = 'acme-111111111111.codeartifact.us-east-1.on.aws';
    for (const path of ['', '/', '/simple', '/simple/']) {
      expect(read(`https://${host}/pypi/internal${path}`)).toEqual({
        ...INTERNAL,
        host,
        dualStack: true,
        url: `https://${host}/pypi/internal/`,
      });
    }
  });

  test('a VPC endpoint without private DNS: the path names the domain', () => {
    const host = 'vpce-0a1-b2c.d.codeartifact.us-east-1.vpce.amazonaws.com';
    for (const path of ['', '/', '/simple', '/simple/']) {
      expect(read(`https://${host}/pypi/d/acme-111111111111/internal${path}`)).toEqual({
        ...INTERNAL,
        host,
        url: `https://${host}/pypi/d/acme-111111111111/internal/`,
      });
    }
  });

  test.each([
    'https://acme-111111111111.codeartifact.us-east-1.on.aws.evil.com/pypi/internal/',
    'https://acme-111111111111.codeartifact.evil.on.aws/pypi/internal/',
    'https://vpce-1.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/',
    'https://vpce-1.d.codeartifact.us-east-1.amazonaws.com/pypi/d/acme-111111111111/internal/',
    'https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com.evil.com/pypi/d/acme-111111111111/internal/',
    'https://evil.com.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/',
    'https://vpce-.1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/',
  ])('%s is none', (url) => {
    expect(problemsOf(() => read(url))).toEqual([
      expect.stringMatching(/the host \S+ is not that of a CodeArtifact domain/),
    ]);
  });

  test.each(['/pypi/internal/', '/pypi/d/internal/', '/pypi/d/acme-1/internal/', '/pypi/d/acme-111111111111/', '/'])(
    'a VPC endpoint with the path %s',
    (path) => {
      const host = 'vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com';
      expect(problemsOf(() => read(`https://${host}${path}`))).toEqual([
        `Input x, line 1: the path ${path} is not that of a Python repository at a VPC endpoint; ` +
          `write https://${host}/pypi/d/DOMAIN-ACCOUNT/REPOSITORY/.`,
      ]);
    },
  );
});

describe('what is refused, with its place', () => {
  test.each<[address: string, problem: RegExp]>([
    // Other hosts that only look like one.
    [`https://${HOST}.evil.com/pypi/internal/`, /the host acme-.*\.evil\.com is not that of a CodeArtifact domain/],
    [`https://evil.com/${HOST}/pypi/internal/`, /the host evil\.com is not/],
    [`https://evil.com#@${HOST}/pypi/internal/`, /holds a user name or password/],
    [`https://evil.com\\@${HOST}/pypi/internal/`, /holds a user name or password/],
    [`https://evil.com\\.${HOST}/pypi/internal/`, /has a backslash; write "\/"\.$/],
    [`https://${HOST}@evil.com/pypi/internal/`, /holds a user name or password/],
    [`https://аcme-111111111111.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/`, /has the character U\+0430/],
    [`https://xn--cme-5cd-111111111111.d.codeartifact.us-east-1.amazonaws.com.co/pypi/internal/`, /the host xn--/],
    [`https://${HOST}./pypi/internal/`, /the host .*\.com\. is not/],
    [`https://${HOST.replace('.d.', '.')}/pypi/internal/`, /the host \S+ lacks the "\.d\." before codeartifact/],
    [`https://${HOST.replace('amazonaws.com', 'amazonaws.com.cn')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('us-east-1', 'us-east-1.evil')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('us-east-1', 'evil')}/pypi/internal/`, /the host .* is not/],
    [
      `https://${HOST.replace('1111', '11')}/pypi/internal/`,
      /has an account of 10 digits \(1111111111\); an account has 12/,
    ],
    [
      `https://${HOST.replace('.amazonaws.com', '.on.aws')}/pypi/internal/`,
      /mixes two forms; .* \.on\.aws has no "\.d\."/,
    ],
    ['https://codeartifact.us-east-1.amazonaws.com/pypi/internal/', /is that of the API of CodeArtifact/],
    [
      'https://eu-west-1.console.aws.amazon.com/codesuite/codeartifact/d/111111111111/x',
      /is the address of the AWS console; copy/,
    ],
    ['https://console.aws.amazon.com/codesuite/', /is the address of the AWS console; copy/],
    ['http://us-gov-west-1.console.amazonaws-us-gov.com/x', /is the address of the AWS console; copy/],
    [`${INTERNAL.url}https://console.aws.amazon.com/`, /the path \S+ is not/],
    [`- ${INTERNAL.url}`, /begins with the dash of a YAML list/],
    [`${INTERNAL.url} - x`, /has a space/],
    [`"${INTERNAL.url}"`, /has quotes; remove them/],
    [`${INTERNAL.url} # ours`, /has a comment behind the URL; put it on a line of its own/],
    [`https://${HOST.replace('acme', 'a')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', `a${'b'.repeat(50)}`)}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', '1cme')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', 'ac_me')}/pypi/internal/`, /the host .* is not/],
    [`https://x.${HOST}/pypi/internal/`, /the host .* is not that of/],
    [`https://x.${HOST.replace('1'.repeat(12), '1')}/pypi/internal/`, /the host .* is not that of/],
    ['https://acme-11.codeartifact.us-east-1.on.aws/pypi/internal/', /has an account of 2 digits \(11\)/],
    [`https://x.${HOST.replace('.amazonaws.com', '.on.aws')}/pypi/internal/`, /the host .* is not that of/],
    [`https://${HOST.replace('.amazonaws.com', '.on.aws.cn')}/pypi/internal/`, /the host .* is not that of/],
    [`https://x.${HOST.replace('.d.', '.')}/pypi/internal/`, /the host .* is not that of/],
    [`https://${HOST.replace('.d.', '.')}.cn/pypi/internal/`, /the host .* is not that of/],
    ['https://127.0.0.1/pypi/internal/', /the host 127\.0\.0\.1 is not/],
    ['https:///pypi/internal/', /does not begin with https:\/\/ and a host/],
    ['https://%zz/pypi/internal/', /is not a URL/],
    // What WHATWG's parser would put right.
    [`https://${HOST}:443/pypi/internal/`, /names a port/],
    [`https://${HOST}:8443/pypi/internal/`, /names a port/],
    [`https://${HOST}:/pypi/internal/`, /names a port/],
    [`http://${HOST}/pypi/internal/`, /begins with http:\/\/, which would show the token to others/],
    [`HTTPS://${HOST}/pypi/internal/`, /does not begin with https:\/\//],
    [`https:/${HOST}/pypi/internal/`, /does not begin with https:\/\//],
    [`https:${HOST}/pypi/internal/`, /does not begin with https:\/\//],
    [`https:\\\\${HOST}\\pypi\\internal\\`, /has a backslash/],
    [`https:///${HOST}/pypi/internal/`, /does not begin with https:\/\//],
    [`https://${HOST.replace('acme', '%61cme')}/pypi/internal/`, /the host %61cme-.* is not/],
    [`https://${HOST.replace('.d.', '%2ed.')}/pypi/internal/`, /the host .*%2ed\.codeartifact.* is not/],
    [`https://${HOST.replace('.d.', '%C2%AD.d.')}/pypi/internal/`, /the host .*%C2%AD.* is not/],
    [`https://${HOST}%00/pypi/internal/`, /is not a URL/],
    [`https://${HOST.replaceAll('.', '。')}/pypi/internal/`, /has the character U\+3002/],
    [`https://${HOST.replaceAll('.', '．')}/pypi/internal/`, /has the character U\+FF0E/],
    [`https://ac\tme-111111111111.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/`, /has a space/],
    [`https://${HOST}/pypi/int\u0000ernal/`, /has the character U\+0000/],
    [`https://${HOST}/pypi/int ernal/`, /has a space; write one URL a line, without spaces/],
    [`https://${HOST}\\pypi\\internal\\`, /has a backslash/],
    [`https://${HOST}/pypi/../pypi/internal/`, /the path \/pypi\/\.\.\/pypi\/internal\/ is not/],
    [`https://${HOST}/pypi/./internal/`, /the path .* is not/],
    [`https://${HOST}/pypi/x/%2e%2e/internal/`, /the path .* is not/],
    [`https://${HOST}/pypi/int%65rnal/`, /the path .* is not/],
    [`https://${HOST}/pypi/internal/?a#b`, /has a query or a fragment/],
    [`https://${HOST}/pypi/internal/?a=b`, /has a query or a fragment/],
    [`https://${HOST}/pypi/internal/?`, /has a query or a fragment/],
    [`https://${HOST}/pypi/internal/#`, /has a query or a fragment/],
    // Other paths.
    [`https://${HOST}`, /the path \/ is not/],
    [`https://${new URL(VPC).host}`, /the path \/ is not that of a Python repository at a VPC endpoint/],
    [`https://${HOST}/`, /the path \/ is not/],
    [`https://${HOST}/npm/internal/`, /is that of the format npm; write the one for Python, \/pypi\/internal\/\.$/],
    [`https://${HOST}/npm/`, /is that of the format npm; write the one for Python, \/pypi\/REPOSITORY\/\.$/],
    [`https://${HOST}/http://x/`, /the path \/http:\/\/x\/ is not/],
    [`https://${HOST}/x/pypi/internal/simple/a`, /the path \S+ is not that of a Python repository/],
    [`https://${HOST}/pypi/`, /the path \/pypi\/ is not/],
    [`https://${HOST}/pypi/x/`, /the path \/pypi\/x\/ is not/],
    [`https://${HOST}/pypi/-internal/`, /the path .* is not/],
    [`https://${HOST}/pypi/internal//`, /the path .* is not/],
    [`https://${HOST}/pypi/internal/simple//`, /the path .* goes on after/],
    [`https://${HOST}/pypi/internal/simple/requests/`, /goes on after \/simple\/; write \/pypi\/internal\/\.$/],
    [`https://${HOST}/pypi/https://other:1/`, /the path .* is not/],
    [`team: ${INTERNAL.url}`, /has a colon behind the name; write NAME=URL\.?$/],
    [`team:  \t${INTERNAL.url}`, /has a colon behind the name; write NAME=URL\.?$/],
    [`a team: ${INTERNAL.url}`, /has a space; write one URL a line/],
    [`team: ${INTERNAL.url} x`, /has a space; write one URL a line/],
    // Several on one line.
    [`${INTERNAL.url} ${INTERNAL.url}`, /has a space; write one URL a line/],
    [`${INTERNAL.url}, ${INTERNAL.url}`, /has a comma; write one URL a line/],
    [`https://${HOST}/pypi/${'a'.repeat(101)}/`, /the path .* is not/],
    // What is no URL.
    ['internal', /does not begin with https:\/\/ and a host; write .*pypi\/REPOSITORY\/\.$/],
    ['ftp://x', /does not begin with https:\/\//],
    ['https://', /does not begin with https:\/\//],
    ['javascript:alert(1)', /does not begin with https:\/\//],
    // ARNs.
    ['arn:aws:codeartifact:us-east-1:111111111111:repository/acme', /not the ARN of a CodeArtifact repository/],
    ['arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal/', /not the ARN/],
    ['arn:aws:codeartifact:us-east-1:111111111111:domain/acme', /not the ARN/],
    ['arn:aws:codeartifact:x@evil:443/#:111111111111:repository/acme/internal', /user name or password/],
    ['arn:aws:codeartifact:us-east-1:1:repository/acme/internal', /not the ARN/],
    ['arn:aws:codeartifact:us-east-1:111111111111:repository/acme/a b', /not the ARN/],
    ['arn:aws:ecr:us-east-1:111111111111:repository/acme/internal', /not the ARN/],
    ['arn:aws-cn:codeartifact:us-east-1:111111111111:repository/acme/internal', /not the ARN/],
  ])('%j', (address, problem) => {
    expect(problemsOf(() => read(address))).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf(() => read(address))[0]).toMatch(/^Input x, line 1: /);
  });

  test('a user name and password are refused, and not repeated', () => {
    for (const userinfo of ['aws:s3cret@', 's3cret@', ':s3cret@', 'aws:s3cret%40@']) {
      const problems = problemsOf(() => read(INTERNAL.url.replace('://', `://${userinfo}`)));
      expect(problems).toEqual([
        'Input x, line 1: the URL holds a user name or password; leave them out, the action fetches a token itself.',
      ]);
    }
  });
});
