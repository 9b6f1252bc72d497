import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arrangeIndexes, indexWarnings, type MainIndex } from '../src/indexes.ts';
import { type Repository, readRepositories } from '../src/repository.ts';
import type { Opened } from '../src/tokens.ts';
import { sampleRepository } from './support/sample-repository.ts';

const INTERNAL = sampleRepository();
const STAGING = sampleRepository({ repository: 'staging' });
const ELSEWHERE = sampleRepository({ name: 'elsewhere', domain: 'globex' });
const expiration = new Date(0);

/** Opened for the identity that the token is named after, unless another is named. */
const open = (repository: Repository, value: string, profile = value): Opened => ({
  repository,
  identity: { source: { kind: 'profile', profile, from: 'the test' } },
  token: { value, expiration },
});
const main = (repository: Repository): MainIndex => ({ kind: 'repository', repository });
const withToken = (url: string, token: string) => url.replace('https://', `https://aws:${token}@`);

describe('arrangeIndexes', () => {
  const opened = [open(INTERNAL, 'token-a'), open(STAGING, 'token-a'), open(ELSEWHERE, 'token-e')];

  test('the main index, the others in the order listed, an entry for each host, no token in a URL', () => {
    expect(arrangeIndexes(opened, main(INTERNAL), 'netrc')).toEqual({
      main: INTERNAL.indexUrl,
      extra: [STAGING.indexUrl, ELSEWHERE.indexUrl],
      hosts: [
        { host: INTERNAL.host, token: 'token-a' },
        { host: ELSEWHERE.host, token: 'token-e' },
      ],
      notes: [],
    });
  });

  test('any of the repositories can be the main index', () => {
    const { main: index, extra } = arrangeIndexes(opened, main(ELSEWHERE), 'netrc');
    expect(index).toBe(ELSEWHERE.indexUrl);
    expect(extra).toEqual([INTERNAL.indexUrl, STAGING.indexUrl]);
  });

  test('with a main index of others, or none, all repositories are extra', () => {
    const all = [INTERNAL.indexUrl, STAGING.indexUrl, ELSEWHERE.indexUrl];
    const foreign = arrangeIndexes(opened, { kind: 'foreign', url: 'https://index.example/simple/' }, 'netrc');
    expect(foreign).toMatchObject({ main: 'https://index.example/simple/', extra: all });
    const none = arrangeIndexes(opened, { kind: 'client-default' }, 'netrc');
    expect(none).toMatchObject({ main: undefined, extra: all });
  });

  test('two tokens on one host: the first in the netrc, the other in the URL of its repository', () => {
    const two = [open(STAGING, 'token-s'), open(INTERNAL, 'token-i'), open(ELSEWHERE, 'token-s')];
    expect(arrangeIndexes(two, main(INTERNAL), 'netrc')).toEqual({
      main: withToken(INTERNAL.indexUrl, 'token-i'),
      extra: [STAGING.indexUrl, ELSEWHERE.indexUrl],
      hosts: [
        { host: STAGING.host, token: 'token-s' },
        { host: ELSEWHERE.host, token: 'token-s' },
      ],
      notes: [
        expect.stringMatching(/^The URL of internal in pip.conf carries its token, because an earlier repository of/),
      ],
    });
  });

  test('two tokens of one identity on one host: either opens it, so the first is in the netrc and no URL carries one', () => {
    const two = [open(STAGING, 'short', 'same'), open(INTERNAL, 'long', 'same')];
    expect(arrangeIndexes(two, main(STAGING), 'netrc')).toEqual({
      main: STAGING.indexUrl,
      extra: [INTERNAL.indexUrl],
      hosts: [{ host: STAGING.host, token: 'short' }],
      notes: [],
    });
  });

  test('two domains on one host, as a VPC endpoint serves them: a netrc cannot tell them apart', () => {
    const vpce = 'https://vpce-1-a.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d';
    const [one, two] = readRepositories(`${vpce}/acme-111111111111/a1/\n${vpce}/globex-111111111111/b1/`);
    if (!one || !two) throw new Error('two repositories');
    const { hosts, extra } = arrangeIndexes([open(one, 't-1', 'same'), open(two, 't-2', 'same')], main(one), 'netrc');
    expect(hosts).toEqual([{ host: one.host, token: 't-1' }]);
    expect(extra).toEqual([withToken(two.indexUrl, 't-2')]);
  });

  test('credentials in the URLs: all of them, and no netrc', () => {
    expect(arrangeIndexes(opened, main(STAGING), 'url')).toEqual({
      main: withToken(STAGING.indexUrl, 'token-a'),
      extra: [withToken(INTERNAL.indexUrl, 'token-a'), withToken(ELSEWHERE.indexUrl, 'token-e')],
      hosts: [],
      notes: [
        expect.stringMatching(
          /^The URL of internal, staging, elsewhere in pip.conf carries its token, as credentials: url/,
        ),
      ],
    });
  });

  test('never a token in the URL of an index of others', () => {
    const { main: index } = arrangeIndexes(opened, { kind: 'foreign', url: 'https://index.example/' }, 'url');
    expect(index).toBe('https://index.example/');
  });

  test('every repository is reached with its own token, whatever the tokens and the main index', () => {
    const repositories = [INTERNAL, STAGING, ELSEWHERE, sampleRepository({ name: 'fourth', repository: 'fourth' })];
    const token = fc.oneof(
      fc.constantFrom('a', 'b'),
      fc.stringMatching(/^[A-Za-z0-9._~+/=-]{1,40}$/),
      fc.constantFrom("$&$'$`$1", 'a%2Fb', '@:/?#', 'é'),
    );
    const tokens = fc.array(token, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(tokens, fc.nat(3), fc.constantFrom('netrc', 'url'), (values, first, credentials) => {
        const list = repositories.map((repository, index) => open(repository, values[index] ?? ''));
        const {
          main: index,
          extra,
          hosts,
          notes,
        } = arrangeIndexes(list, main(repositories[first] ?? INTERNAL), credentials);
        const urls = [index ?? '', ...extra].map((url) => new URL(url));
        for (const { repository, token } of list) {
          const [url, second] = urls.filter(
            ({ host, pathname }) => `https://${host}${pathname}` === repository.indexUrl,
          );
          expect(second).toBeUndefined();
          const named = hosts.filter(({ host }) => host === repository.host);
          expect(named.length).toBe(credentials === 'netrc' ? 1 : 0);
          const given = url?.password === '' ? named[0]?.token : decodeURIComponent(url?.password ?? '');
          expect(given).toBe(token.value);
          expect(url?.username).toBe(url?.password === '' ? '' : 'aws');
          const said = notes.some((note) => note.split(' in pip.conf')[0]?.split(/, | /).includes(repository.name));
          expect(said).toBe(url?.password !== '');
        }
        expect(index).toBe(urls[0]?.href);
        expect(urls[0]?.pathname).toBe(new URL(repositories[first]?.indexUrl ?? '').pathname);
      }),
    );
  });
});

describe('indexWarnings', () => {
  test('none while every index is listed', () => {
    expect(indexWarnings(main(INTERNAL), [INTERNAL, STAGING])).toEqual([]);
  });

  test.each<[MainIndex, string]>([
    [{ kind: 'client-default' }, "each client's default index, normally the public PyPI,"],
    [{ kind: 'foreign', url: 'https://index.example/' }, 'https://index.example/'],
  ])('dependency confusion: %j', (index, words) => {
    expect(indexWarnings(index, [INTERNAL, STAGING])).toEqual([
      expect.stringMatching(
        /dependency confusion\)\. Leave index-url out and give the CodeArtifact repository the public/,
      ),
    ]);
    expect(indexWarnings(index, [INTERNAL, STAGING])[0]).toContain(
      `Installs search ${words} beside internal, staging, `,
    );
  });
});
