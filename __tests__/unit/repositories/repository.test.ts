import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { otherName, readRepositories } from '../../../src/repositories/repository.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { randomCases } from '../../support/random-cases.ts';

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
    // Nothing, and what is no address, behind a name or without one.
    ['=', /line 2: "=" names no repository/],
    ['staging=', /line 2: "staging=" names no repository; write its URL behind the "="\.$/],
    ['internal', /^Input repositories, line 2: "internal" does not begin with https:\/\//],
    [`staging=http://${HOST}/pypi/internal/`, /line 2: "http:.* begins with http:\/\//],
    [`https://${HOST}/pypi/internal/?a=b`, /line 2: https:\S+ has a query or a fragment/],
    // Names.
    [`=${INTERNAL.url}`, /the name "" must start with a letter or digit/],
    [`-x=${INTERNAL.url}`, /the name "-x" must/],
    [`a b=${INTERNAL.url}`, /the name "a b" must/],
    [`a]=${INTERNAL.url}`, /the name "a\]" must/],
    [`[a=${INTERNAL.url}`, /the name "\[a" must/],
    [`é=${INTERNAL.url}`, /the name "é" must/],
    [`__proto__=${INTERNAL.url}`, /the name "__proto__" must/],
    [`a=b=${INTERNAL.url}`, /does not begin with https:\/\//],
    [`distutils=${INTERNAL.url}`, /the name "distutils" is reserved in \.pypirc; choose another, as in my-distu/],
    [`Default=${INTERNAL.url}`, /the name "Default" is reserved/],
    [`client-default=${INTERNAL.url}`, /the name "client-default" is reserved in the input index-url; choose ano/],
    [INTERNAL.url.replace('internal', 'project'), /the name "project" is reserved .* as in my-project=https:/],
    [`SERVER-LOGIN=${INTERNAL.url}`, /the name "SERVER-LOGIN" is reserved/],
    [INTERNAL.url.replace('internal', 'default'), /the name "default" .* as in my-default=https:/],
  ])('%j', (line, problem) => {
    const problems = problemsOf(() => readRepositories(`# first\n${line}`));
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toMatch(/^Input repositories, line 2: /);
  });

  test('a list of none', () => {
    for (const text of ['', ' \n\t\r\n', '# only\n#comments']) {
      expect(problemsOf(() => readRepositories(text))).toEqual([
        expect.stringMatching(/^Input repositories is empty; write one URL a line, https:/),
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
    expect(problem).toMatch(/^Input repositories, line 2: the name "internal" is taken by an earlier line/);
    const shown = /for example (\S+)\.$/.exec(problem)?.[1] ?? '';
    expect(readRepositories(`${INTERNAL.url}\n${shown}`).map(({ alias }) => alias)).toEqual([
      'internal',
      'globex-internal',
    ]);
  });

  test('the same name in many accounts and regions, and at two hosts; the lines shown work together', () => {
    const dual = INTERNAL.url.replace('.d.', '.').replace('amazonaws.com', 'on.aws');
    const accounts = ['222222222222', '333333333333'].map((account) => INTERNAL.url.replace('1'.repeat(12), account));
    const urls = [INTERNAL.url, ...accounts, INTERNAL.url.replace('us-east-1', 'eu-west-1'), dual];
    const problems = problemsOf(() => readRepositories(urls.join('\n')));
    const shown = problems.map((problem) => /for example (\S+)\.$/.exec(problem)?.[1] ?? '');
    expect(readRepositories([INTERNAL.url, ...shown].join('\n')).map(({ alias }) => alias)).toEqual([
      'internal',
      'acme-internal',
      'acme-333333333333-internal',
      'acme-111111111111-internal',
      'acme-111111111111-us-east-1-internal',
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

const HOST_FORMS = [
  '[a-z][a-z0-9-]*-\\d{12}\\.d\\.codeartifact\\.[a-z0-9-]+\\.amazonaws\\.com',
  '[a-z][a-z0-9-]*-\\d{12}\\.codeartifact\\.[a-z0-9-]+\\.on\\.aws',
  'vpce-[a-z0-9-]+\\.d\\.codeartifact\\.[a-z0-9-]+\\.vpce\\.amazonaws\\.com',
];

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
        expect(host).toMatch(new RegExp(`^(?:${HOST_FORMS.join('|')})$`));
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
    { numRuns: randomCases(1500) },
  );
  expect(accepted).toBeGreaterThan(randomCases(25));
});

test('another name for a repository', () => {
  expect(otherName('pypi', 'https://x/')).toBe('as in my-pypi=https://x/');
});
