import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  arrangeIndexes,
  indexWarnings,
  isRepository,
  type MainIndex,
  withToken,
} from '../../../src/clients/indexes.ts';
import { pip } from '../../../src/clients/pip.ts';
import { type Repository, readRepositories } from '../../../src/repositories/repository.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize as open, sampleSetup } from '../../support/sample-setup.ts';

const INTERNAL = sampleRepository();
const STAGING = sampleRepository({ name: 'staging' });
const ELSEWHERE = sampleRepository({ alias: 'elsewhere', domain: 'globex' });

const main = (repository: Repository): MainIndex => ({ kind: 'repository', repository });
const inUrl = (url: string, token: string) => url.replace('https://', `https://aws:${token}@`);
const urls = (list: readonly { url: string }[]) => list.map(({ url }) => url);

describe('arrangeIndexes', () => {
  const opened = [open(INTERNAL, 'token-a'), open(STAGING, 'token-a'), open(ELSEWHERE, 'token-e')];

  test('the main index, the others in the order listed, an entry for each host', () => {
    const indexes = arrangeIndexes(
      opened.map((one) => ({ ...one, identity: { source: { kind: 'default-chain' } } })),
      main(INTERNAL),
    );
    expect(indexes.main?.url).toBe(INTERNAL.indexUrl);
    expect(urls(indexes.extra)).toEqual([STAGING.indexUrl, ELSEWHERE.indexUrl]);
    expect(urls(indexes.repositories)).toEqual([INTERNAL.indexUrl, STAGING.indexUrl, ELSEWHERE.indexUrl]);
    expect(indexes.repositories.every(({ byNetrc }) => byNetrc)).toBe(true);
    expect(indexes.hosts).toEqual([
      { host: INTERNAL.host, token: 'token-a' },
      { host: ELSEWHERE.host, token: 'token-e' },
    ]);
  });

  test('any of the repositories can be the main index', () => {
    const indexes = arrangeIndexes(opened, main(ELSEWHERE));
    expect(indexes.main?.url).toBe(ELSEWHERE.indexUrl);
    expect(urls(indexes.extra)).toEqual([INTERNAL.indexUrl, STAGING.indexUrl]);
  });

  test('with a main index of others, or none, all repositories are extra', () => {
    const all = [INTERNAL.indexUrl, STAGING.indexUrl, ELSEWHERE.indexUrl];
    const foreign = arrangeIndexes(opened, { kind: 'foreign', url: 'https://index.example/simple/' });
    expect(foreign.main).toEqual({ url: 'https://index.example/simple/' });
    expect(isRepository(foreign.main)).toBe(false);
    expect(urls(foreign.extra)).toEqual(all);
    const none = arrangeIndexes(opened, { kind: 'client-default' });
    expect(none.main).toBeUndefined();
    expect(isRepository(none.main)).toBe(false);
    expect(urls(none.extra)).toEqual(all);
  });

  test('two tokens on one host: the first in the netrc, the other not', () => {
    const two = [open(STAGING, 'token-s'), open(INTERNAL, 'token-i'), open(ELSEWHERE, 'token-s')];
    const { repositories, hosts } = arrangeIndexes(two, main(INTERNAL));
    expect(repositories.map(({ byNetrc }) => byNetrc)).toEqual([true, false, true]);
    expect(hosts).toEqual([
      { host: STAGING.host, token: 'token-s' },
      { host: ELSEWHERE.host, token: 'token-s' },
    ]);
  });

  test('two tokens of one identity on one host: either opens it, so the first is in the netrc for both', () => {
    const two = [open(STAGING, 'short', 'same'), open(INTERNAL, 'long', 'same')];
    const { repositories, hosts } = arrangeIndexes(two, main(STAGING));
    expect(repositories.every(({ byNetrc }) => byNetrc)).toBe(true);
    expect(hosts).toEqual([{ host: STAGING.host, token: 'short' }]);
  });

  test('two domains on one host, as a VPC endpoint serves them: a netrc cannot tell them apart', () => {
    const vpce = 'https://vpce-1-a.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d';
    const [one, two] = readRepositories(`${vpce}/acme-111111111111/a1/\n${vpce}/globex-111111111111/b1/`);
    if (!one || !two) throw new Error('two repositories');
    const { hosts, extra } = arrangeIndexes([open(one, 't-1', 'same'), open(two, 't-2', 'same')], main(one));
    expect(hosts).toEqual([{ host: one.host, token: 't-1' }]);
    expect(extra.map(({ byNetrc }) => byNetrc)).toEqual([false]);
    expect(extra.map(withToken)).toEqual([inUrl(two.indexUrl, 't-2')]);
  });
});

/** The URLs of pip.conf, the main one first. */
function urlsOf(text: string): string[] {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1]?.split(' ') ?? [];
  return [...value('index-url'), ...value('extra-index-url')].filter((url) => url !== '');
}

describe('the tokens that pip finds', () => {
  const opened = [open(INTERNAL, 'token-a'), open(STAGING, 'token-a'), open(ELSEWHERE, 'token-e')];

  test('credentials in the URLs: all of them, and it is told', () => {
    const { files, notes } = pip(sampleSetup({ opened, main: main(STAGING), credentials: 'url' }));
    expect(urlsOf(files?.[0]?.bytes.toString() ?? '')).toEqual([
      inUrl(STAGING.indexUrl, 'token-a'),
      inUrl(INTERNAL.indexUrl, 'token-a'),
      inUrl(ELSEWHERE.indexUrl, 'token-e'),
    ]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^The URL of internal, staging, elsewhere in pip.conf carries its token, as credentials: url/,
      ),
    ]);
  });

  test('never a token in the URL of an index of others', () => {
    const foreign = { kind: 'foreign', url: 'https://index.example/' } as const;
    const { files } = pip(sampleSetup({ opened, main: foreign, credentials: 'url' }));
    expect(urlsOf(files?.[0]?.bytes.toString() ?? '')[0]).toBe('https://index.example/');
  });

  test('every repository is reached with its own token, whatever the tokens and the main index', () => {
    const repositories = [INTERNAL, STAGING, ELSEWHERE, sampleRepository({ alias: 'fourth', name: 'fourth' })];
    const token = fc.oneof(
      fc.constantFrom('a', 'b'),
      fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}$/),
      fc.constantFrom("$&$'$`$1", 'a%2Fb', '@:/?#', 'é'),
    );
    const tokens = fc.array(token, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(tokens, fc.nat(3), fc.constantFrom('netrc', 'url'), (values, first, credentials) => {
        const list = repositories.map((repository, index) => open(repository, values[index] ?? ''));
        const setup = sampleSetup({ authorized: list, main: main(repositories[first] ?? INTERNAL), credentials });
        const { files, notes } = pip(setup);
        const found = urlsOf(files?.[0]?.bytes.toString() ?? '').map((url) => new URL(url));
        for (const { repository, token } of list) {
          const [url, second] = found.filter(
            ({ host, pathname }) => `https://${host}${pathname}` === repository.indexUrl,
          );
          expect(second).toBeUndefined();
          const [named, another] = setup.indexes.hosts.filter(({ host }) => host === repository.host);
          expect(another).toBeUndefined();
          const given = url?.password === '' ? named?.token : decodeURIComponent(url?.password ?? '');
          expect(given).toBe(token.value);
          expect(url?.username).toBe(url?.password === '' ? '' : 'aws');
          if (credentials === 'url') expect(url?.password).not.toBe('');
          const said = notes?.some((note) => note.split(' in pip.conf')[0]?.split(/, | /).includes(repository.name));
          expect(said).toBe(url?.password !== '');
        }
        expect(found[0]?.pathname).toBe(new URL(repositories[first]?.indexUrl ?? '').pathname);
      }),
    );
  });
});

describe('indexWarnings', () => {
  test('none while every index is listed, and none for tools that do not mix indexes', () => {
    expect(indexWarnings(main(INTERNAL), [INTERNAL, STAGING], ['pip'])).toEqual([]);
    expect(indexWarnings({ kind: 'client-default' }, [INTERNAL], [])).toEqual([]);
  });

  test.each<[MainIndex, string]>([
    [{ kind: 'client-default' }, "each client's default index, normally the public PyPI,"],
    [{ kind: 'foreign', url: 'https://index.example/' }, 'https://index.example/'],
  ])('dependency confusion: %j', (index, words) => {
    const [warning] = indexWarnings(index, [INTERNAL, STAGING], ['pip', 'pdm']);
    expect(warning).toMatch(
      /dependency confusion\)\. Leave index-url out and give the CodeArtifact repository the public/,
    );
    expect(warning).toContain(
      `Installs search ${words} beside internal, staging, and pip, pdm take the highest version`,
    );
    expect(indexWarnings(index, [INTERNAL], ['pip'])[0]).toContain('and pip takes the highest');
  });
});
