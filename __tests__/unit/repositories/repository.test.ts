import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readRepositories } from '../../../src/repositories/repository.ts';
import { problemsOf } from '../../support/problems-of.ts';

const HOST = 'acme-111111111111.d.codeartifact.us-east-1.amazonaws.com';
const INTERNAL = {
  dualStack: false,
  alias: 'internal',
  name: 'internal',
  domain: 'acme',
  account: '111111111111',
  region: 'us-east-1',
  host: HOST,
  url: `https://${HOST}/pypi/internal/`,
  indexUrl: `https://${HOST}/pypi/internal/simple/`,
};

const DUAL_STACK = 'https://acme-111111111111.codeartifact.us-east-1.on.aws/pypi/internal/';
const VPC = 'https://vpce-0a1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/';

describe('addresses', () => {
  test.each([
    `https://${HOST}/pypi/internal`,
    `https://${HOST}/pypi/internal/`,
    `https://${HOST}/pypi/internal/simple`,
    `https://${HOST}/pypi/internal/simple/`,
    `https://${HOST.toUpperCase()}/pypi/internal/`,
    'arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal',
  ])('%s', (address) => {
    expect(readRepositories(address)).toEqual([INTERNAL]);
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
    const [one] = readRepositories(url);
    expect(one).toMatchObject({ domain, account: '222222222222', region, alias: repository, name: repository, url });
    expect(readRepositories(arn)).toEqual([one]);
  });
});

describe('other hosts', () => {
  test('dual-stack: of the same repository, but another address, and another API host', () => {
    const host = 'acme-111111111111.codeartifact.us-east-1.on.aws';
    for (const path of ['', '/', '/simple', '/simple/']) {
      expect(readRepositories(`https://${host}/pypi/internal${path}`)).toEqual([
        {
          ...INTERNAL,
          host,
          dualStack: true,
          url: `https://${host}/pypi/internal/`,
          indexUrl: `https://${host}/pypi/internal/simple/`,
        },
      ]);
    }
  });

  test('a VPC endpoint without private DNS: the path names the domain', () => {
    const host = 'vpce-0a1-b2c.d.codeartifact.us-east-1.vpce.amazonaws.com';
    for (const path of ['', '/', '/simple', '/simple/']) {
      expect(readRepositories(`https://${host}/pypi/d/acme-111111111111/internal${path}`)).toEqual([
        {
          ...INTERNAL,
          host,
          url: `https://${host}/pypi/d/acme-111111111111/internal/`,
          indexUrl: `https://${host}/pypi/d/acme-111111111111/internal/simple/`,
        },
      ]);
    }
  });

  test.each([
    'https://acme-111111111111.d.codeartifact.us-east-1.on.aws/pypi/internal/',
    'https://acme-111111111111.codeartifact.us-east-1.amazonaws.com/pypi/internal/',
    'https://acme-111111111111.codeartifact.us-east-1.on.aws.evil.com/pypi/internal/',
    'https://acme-111111111111.codeartifact.evil.on.aws/pypi/internal/',
    'https://vpce-1.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/',
    'https://vpce-1.d.codeartifact.us-east-1.amazonaws.com/pypi/d/acme-111111111111/internal/',
    'https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com.evil.com/pypi/d/acme-111111111111/internal/',
    'https://evil.com.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/',
    'https://vpce-.1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111111111111/internal/',
  ])('%s is none', (url) => {
    expect(problemsOf(() => readRepositories(url))).toEqual([
      expect.stringMatching(/the host \S+ is not that of a CodeArtifact domain/),
    ]);
  });

  test.each(['/pypi/internal/', '/pypi/d/internal/', '/pypi/d/acme-1/internal/', '/pypi/d/acme-111111111111/', '/'])(
    'a VPC endpoint with the path %s',
    (path) => {
      const host = 'vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com';
      expect(problemsOf(() => readRepositories(`https://${host}${path}`))).toEqual([
        `Input repositories, line 1: the path ${path} is not that of a Python repository at a VPC endpoint; ` +
          `write https://${host}/pypi/d/DOMAIN-ACCOUNT/REPOSITORY/.`,
      ]);
    },
  );
});

describe('lines', () => {
  test('blank lines, comments, blanks around, and any line ends', () => {
    const text = `\n  # all of them\r\n\t${INTERNAL.url}  \r\r\n #x=${INTERNAL.url}\n`;
    expect(readRepositories(text)).toEqual([INTERNAL]);
  });

  test('the order of the lines is kept', () => {
    const names = readRepositories(`b=${INTERNAL.url}\na=${INTERNAL.url.replace('internal', 'staging')}`);
    expect(names.map(({ alias }) => alias)).toEqual(['b', 'a']);
  });

  test.each([
    ['my-repo', `my-repo=${INTERNAL.url}`],
    ['My.Repo_2', `  My.Repo_2 =  ${INTERNAL.url}`],
    ['9', `9=arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal`],
    ['arn', `arn=arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal`],
    ['constructor', `constructor=${INTERNAL.url}`],
  ])('the name %s', (name, line) => {
    expect(readRepositories(line)).toEqual([{ ...INTERNAL, alias: name }]);
  });

  test('the same repository name in two domains, with a name of its own', () => {
    const other = INTERNAL.url.replace('acme', 'globex');
    expect(readRepositories(`${INTERNAL.url}\nglobex=${other}`).map(({ alias, url }) => [alias, url])).toEqual([
      ['internal', INTERNAL.url],
      ['globex', other],
    ]);
  });
});

describe('what is refused, with its line', () => {
  test.each<[line: string, problem: RegExp]>([
    // Other hosts that only look like one.
    [`https://${HOST}.evil.com/pypi/internal/`, /the host acme-.*\.evil\.com is not that of a CodeArtifact domain/],
    [`https://evil.com/${HOST}/pypi/internal/`, /the host evil\.com is not/],
    [`https://evil.com#@${HOST}/pypi/internal/`, /holds a user name or password/],
    [`https://evil.com\\@${HOST}/pypi/internal/`, /holds a user name or password/],
    [`https://evil.com\\.${HOST}/pypi/internal/`, /plain ASCII/],
    [`https://${HOST}@evil.com/pypi/internal/`, /holds a user name or password/],
    [`https://аcme-111111111111.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/`, /plain ASCII/],
    [`https://xn--cme-5cd-111111111111.d.codeartifact.us-east-1.amazonaws.com.co/pypi/internal/`, /the host xn--/],
    [`https://${HOST}./pypi/internal/`, /the host .*\.com\. is not/],
    [`https://${HOST.replace('.d.', '.')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('amazonaws.com', 'amazonaws.com.cn')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('us-east-1', 'us-east-1.evil')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('us-east-1', 'evil')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('1111', '11')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', 'a')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', `a${'b'.repeat(50)}`)}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', '1cme')}/pypi/internal/`, /the host .* is not/],
    [`https://${HOST.replace('acme', 'ac_me')}/pypi/internal/`, /the host .* is not/],
    ['https://127.0.0.1/pypi/internal/', /the host 127\.0\.0\.1 is not/],
    ['https:///pypi/internal/', /not an https:\/\/ URL/],
    ['https://%zz/pypi/internal/', /is not a URL/],
    // What WHATWG's parser would put right.
    [`https://${HOST}:443/pypi/internal/`, /names a port/],
    [`https://${HOST}:8443/pypi/internal/`, /names a port/],
    [`https://${HOST}:/pypi/internal/`, /names a port/],
    [`http://${HOST}/pypi/internal/`, /not an https:\/\/ URL/],
    [`HTTPS://${HOST}/pypi/internal/`, /not an https:\/\/ URL/],
    [`https:/${HOST}/pypi/internal/`, /not an https:\/\/ URL/],
    [`https:${HOST}/pypi/internal/`, /not an https:\/\/ URL/],
    [`https:\\\\${HOST}\\pypi\\internal\\`, /not an https:\/\/ URL/],
    [`https:///${HOST}/pypi/internal/`, /not an https:\/\/ URL/],
    [`https://${HOST.replace('acme', '%61cme')}/pypi/internal/`, /the host %61cme-.* is not/],
    [`https://${HOST.replace('.d.', '%2ed.')}/pypi/internal/`, /the host .*%2ed\.codeartifact.* is not/],
    [`https://${HOST.replace('.d.', '%C2%AD.d.')}/pypi/internal/`, /the host .*%C2%AD.* is not/],
    [`https://${HOST}%00/pypi/internal/`, /is not a URL/],
    [`https://${HOST.replaceAll('.', '。')}/pypi/internal/`, /plain ASCII/],
    [`https://${HOST.replaceAll('.', '．')}/pypi/internal/`, /plain ASCII/],
    [`https://ac\tme-111111111111.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/`, /plain ASCII/],
    [`https://${HOST}/pypi/int\u0000ernal/`, /plain ASCII/],
    [`https://${HOST}/pypi/int ernal/`, /without spaces/],
    [`https://${HOST}\\pypi\\internal\\`, /plain ASCII/],
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
    [`https://${HOST}/npm/internal/`, /the path \/npm\/internal\/ is not/],
    [`https://${HOST}/pypi/`, /the path \/pypi\/ is not/],
    [`https://${HOST}/pypi/x/`, /the path \/pypi\/x\/ is not/],
    [`https://${HOST}/pypi/-internal/`, /the path .* is not/],
    [`https://${HOST}/pypi/internal//`, /the path .* is not/],
    [`https://${HOST}/pypi/internal/simple//`, /the path .* is not/],
    [`https://${HOST}/pypi/internal/simple/requests/`, /the path .* is not/],
    [`https://${HOST}/pypi/https://other:1/`, /the path .* is not/],
    // Several on one line.
    [`${INTERNAL.url} ${INTERNAL.url}`, /pypi\/REPOSITORY\/, one a line\.$/],
    [`${INTERNAL.url}, ${INTERNAL.url}`, /pypi\/REPOSITORY\/, one a line\.$/],
    [`https://${HOST}/pypi/${'a'.repeat(101)}/`, /the path .* is not/],
    // What is no URL.
    ['internal', /not an https:\/\/ URL .*pypi\/REPOSITORY\/\.$/],
    ['ftp://x', /not an https:\/\/ URL/],
    ['=', /not an https:\/\/ URL/],
    ['https://', /not an https:\/\/ URL/],
    ['javascript:alert(1)', /not an https:\/\/ URL/],
    ['staging=', /not an https:\/\/ URL/],
    // ARNs.
    ['arn:aws:codeartifact:us-east-1:111111111111:repository/acme', /not the ARN of a CodeArtifact repository/],
    ['arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal/', /not the ARN/],
    ['arn:aws:codeartifact:us-east-1:111111111111:domain/acme', /not the ARN/],
    ['arn:aws:codeartifact:x@evil:443/#:111111111111:repository/acme/internal', /user name or password/],
    ['arn:aws:codeartifact:us-east-1:1:repository/acme/internal', /not the ARN/],
    ['arn:aws:codeartifact:us-east-1:111111111111:repository/acme/a b', /not the ARN/],
    ['arn:aws:ecr:us-east-1:111111111111:repository/acme/internal', /not the ARN/],
    ['arn:aws-cn:codeartifact:us-east-1:111111111111:repository/acme/internal', /not the ARN/],
    // Names.
    [`=${INTERNAL.url}`, /the name "" must start with a letter or digit/],
    [`-x=${INTERNAL.url}`, /the name "-x" must/],
    [`a b=${INTERNAL.url}`, /the name "a b" must/],
    [`a]=${INTERNAL.url}`, /the name "a\]" must/],
    [`[a=${INTERNAL.url}`, /the name "\[a" must/],
    [`é=${INTERNAL.url}`, /the name "é" must/],
    [`__proto__=${INTERNAL.url}`, /the name "__proto__" must/],
    [`a=b=${INTERNAL.url}`, /not an https:\/\/ URL/],
    [
      `distutils=${INTERNAL.url}`,
      /the name distutils means something else in a .pypirc; choose another, as in my-distu/,
    ],
    [`Default=${INTERNAL.url}`, /the name Default means something else/],
    [
      `client-default=${INTERNAL.url}`,
      /the name client-default means something else in the input index-url; choose ano/,
    ],
    [INTERNAL.url.replace('internal', 'project'), /the name project means something else .* as in my-project=https:/],
    [`SERVER-LOGIN=${INTERNAL.url}`, /the name SERVER-LOGIN means something else/],
    [INTERNAL.url.replace('internal', 'default'), /the name default .* as in my-default=https:/],
  ])('%j', (line, problem) => {
    const problems = problemsOf(() => readRepositories(`# first\n${line}`));
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toMatch(/^Input repositories, line 2: /);
  });

  test('a user name and password are refused, and not repeated', () => {
    for (const userinfo of ['aws:s3cret@', 's3cret@', ':s3cret@', 'aws:s3cret%40@']) {
      const problems = problemsOf(() => readRepositories(INTERNAL.url.replace('://', `://${userinfo}`)));
      expect(problems).toEqual([
        'Input repositories, line 1: the URL holds a user name or password; leave them out, the action fetches a token itself.',
      ]);
    }
  });

  test('a list of none', () => {
    for (const text of ['', ' \n\t\r\n', '# only\n#comments']) {
      expect(problemsOf(() => readRepositories(text))).toEqual([
        expect.stringMatching(/lists none: give one \[NAME=\]URL a line, for example https:/),
      ]);
    }
  });

  test('the same repository twice, however it is written', () => {
    const arn = 'arn:aws:codeartifact:us-east-1:111111111111:repository/acme/internal';
    for (const again of [`b=${INTERNAL.indexUrl}`, `b=${arn}`, INTERNAL.url]) {
      expect(problemsOf(() => readRepositories(`${INTERNAL.url}\n\n${again}`))).toEqual([
        `Input repositories, line 3: ${INTERNAL.url} is listed twice; list each repository once.`,
      ]);
    }
  });

  test('the same name twice; the message shows a line that works', () => {
    const other = INTERNAL.url.replace('acme', 'globex');
    const [problem = ''] = problemsOf(() => readRepositories(`${INTERNAL.url}\n${other}`));
    expect(problem).toMatch(/^Input repositories, line 2: the name internal is taken by an earlier line/);
    const shown = /for example (\S+)\.$/.exec(problem)?.[1] ?? '';
    expect(readRepositories(`${INTERNAL.url}\n${shown}`).map(({ alias }) => alias)).toEqual([
      'internal',
      'globex-internal',
    ]);
  });

  test('a reserved name; the message shows a line that works', () => {
    const [problem = ''] = problemsOf(() => readRepositories(`default=${INTERNAL.url}`));
    expect(readRepositories(/as in (\S+)\.$/.exec(problem)?.[1] ?? '')).toEqual([{ ...INTERNAL, alias: 'my-default' }]);
  });

  test('all lines that are wrong at once', () => {
    const problems = problemsOf(() => readRepositories(`http://x\n${INTERNAL.url}\n\narn:x\n-=${INTERNAL.url}`));
    expect(problems.map((problem) => /line \d+/.exec(problem)?.[0])).toEqual(['line 1', 'line 4', 'line 5']);
  });
});

test('whatever is accepted goes to a CodeArtifact host, in an address that needs no escape', () => {
  const piece = fc.constantFrom(
    ...[
      'https://',
      HOST,
      '/pypi/',
      'internal',
      'simple',
      '/',
      '.',
      '..',
      '%2e',
      '%40',
      '@',
      ':',
      '443',
      '\\',
      '?',
      '#',
    ],
    ...['=', 'a', '-', '111111111111', '.d.codeartifact.', 'us-east-1', '.amazonaws.com', 'evil.com', 'arn:aws:'],
    ...['codeartifact:', ':repository/', 'acme', 'é', '。', '\t', ' ', '\u0000', '[', ']', '%', 'x'],
  );
  const line = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    // A good one with something put into it or taken out.
    fc
      .tuple(fc.constantFrom(INTERNAL.url, DUAL_STACK, VPC), fc.nat(100), fc.oneof(piece, fc.constant('')), fc.nat(2))
      .map(([url, place, text, less]) => url.slice(0, place) + text + url.slice(place + less)),
  );
  let accepted = 0;
  fc.assert(
    fc.property(line, (text) => {
      let repositories: ReturnType<typeof readRepositories> = [];
      if (problemsOf(() => (repositories = readRepositories(text))).length > 0) return;
      accepted += 1;
      expect(text).not.toMatch(/[%@\\?]/);
      for (const { alias, host, url, indexUrl, domain, account, region, name } of repositories) {
        expect(host).toMatch(
          /^(?:[a-z][a-z0-9-]*-\d{12}\.(?:d\.codeartifact\.[a-z0-9-]+\.amazonaws\.com|codeartifact\.[a-z0-9-]+\.on\.aws)|vpce-[a-z0-9-]+\.d\.codeartifact\.[a-z0-9-]+\.vpce\.amazonaws\.com)$/,
        );
        expect(url).toMatch(/^https:\/\/[a-z0-9.-]+\/pypi\/(?:d\/[a-z0-9-]+\/)?[A-Za-z0-9._-]+\/$/);
        expect(new URL(url).href).toBe(url);
        expect(new URL(url).host).toBe(host);
        expect(url).toContain(`${domain}-${account}`);
        expect(host).toContain(`.${region}.`);
        expect(indexUrl).toBe(`${url}simple/`);
        expect(alias).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]+$/);
      }
    }),
    { numRuns: 1500 },
  );
  expect(accepted).toBeGreaterThan(25);
});
