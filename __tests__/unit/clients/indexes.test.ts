import { describe, expect, test } from '@jest/globals';
import {
  aliasesOf,
  arrangeIndexes,
  byAlias,
  confusionWarnings,
  isRepository,
  withoutNetrc,
  withToken,
} from '../../../src/clients/indexes.ts';
import type { MainIndex } from '../../../src/repositories/default-index.ts';
import { readRepositories } from '../../../src/repositories/repository.ts';
import { mainIs } from '../../support/sample-indexes.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize } from '../../support/sample-setup.ts';

const INTERNAL = sampleRepository();
const STAGING = sampleRepository({ name: 'staging' });
const ELSEWHERE = sampleRepository({ alias: 'elsewhere', domain: 'globex' });

const inUrl = (url: string, token: string) => url.replace('https://', `https://aws:${token}@`);
const urls = (list: readonly { url: string }[]) => list.map(({ url }) => url);

describe('arrangeIndexes', () => {
  const authorized = [authorize(INTERNAL, 'token-a'), authorize(STAGING, 'token-a'), authorize(ELSEWHERE, 'token-e')];

  test('the main index, the others in the order listed, an entry for each host', () => {
    const indexes = arrangeIndexes(
      authorized.map((one) => ({ ...one, identity: { kind: 'source', source: { kind: 'default-chain' } } })),
      mainIs(INTERNAL),
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
    const indexes = arrangeIndexes(authorized, mainIs(ELSEWHERE));
    expect(indexes.main?.url).toBe(ELSEWHERE.indexUrl);
    expect(urls(indexes.extra)).toEqual([INTERNAL.indexUrl, STAGING.indexUrl]);
  });

  test('with a main index of others, or none, all repositories are extra', () => {
    const all = [INTERNAL.indexUrl, STAGING.indexUrl, ELSEWHERE.indexUrl];
    const foreign = arrangeIndexes(authorized, { kind: 'foreign', url: 'https://index.example/simple/' });
    expect(foreign.main).toEqual({ url: 'https://index.example/simple/' });
    expect(isRepository(foreign.main)).toBe(false);
    expect(urls(foreign.extra)).toEqual(all);
    const none = arrangeIndexes(authorized, { kind: 'client-default' });
    expect(none.main).toBeUndefined();
    expect(isRepository(none.main)).toBe(false);
    expect(urls(none.extra)).toEqual(all);
  });

  test('where the project names them, none is main and none is extra', () => {
    const ofProject = arrangeIndexes(authorized, { kind: 'project' });
    expect(ofProject).toMatchObject({ areOfProject: true, main: undefined, extra: [] });
    expect(urls(ofProject.repositories)).toHaveLength(3);
    expect(ofProject.hosts.length).toBeGreaterThan(0);
    expect(arrangeIndexes(authorized, mainIs(INTERNAL)).areOfProject).toBe(false);
  });

  test('two tokens on one host: the first in the netrc, the other not', () => {
    const two = [authorize(STAGING, 'token-s'), authorize(INTERNAL, 'token-i'), authorize(ELSEWHERE, 'token-s')];
    const { main, repositories, hosts } = arrangeIndexes(two, mainIs(INTERNAL));
    expect(isRepository(main)).toBe(true);
    expect(repositories.map(({ byNetrc }) => byNetrc)).toEqual([true, false, true]);
    expect(aliasesOf(withoutNetrc(repositories))).toEqual(['internal']);
    expect(aliasesOf(repositories)).toEqual(['staging', 'internal', 'elsewhere']);
    expect(byAlias(repositories, ({ token }) => token.value)).toEqual({
      staging: 'token-s',
      internal: 'token-i',
      elsewhere: 'token-s',
    });
    expect(hosts).toEqual([
      { host: STAGING.host, token: 'token-s' },
      { host: ELSEWHERE.host, token: 'token-s' },
    ]);
  });

  test('two tokens of one identity on one host: either opens it, so the first is in the netrc for both', () => {
    const two = [authorize(STAGING, 'short', 'same'), authorize(INTERNAL, 'long', 'same')];
    const { repositories, hosts } = arrangeIndexes(two, mainIs(STAGING));
    expect(repositories.every(({ byNetrc }) => byNetrc)).toBe(true);
    expect(hosts).toEqual([{ host: STAGING.host, token: 'short' }]);
  });

  test('two domains on one host, as a VPC endpoint serves them: a netrc cannot tell them apart', () => {
    const vpce = 'https://vpce-1-a.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d';
    const [one, two] = readRepositories(`${vpce}/acme-111111111111/a1/\n${vpce}/globex-111111111111/b1/`);
    if (!one || !two) throw new Error('two repositories');
    const { hosts, extra } = arrangeIndexes(
      [authorize(one, 't-1', 'same'), authorize(two, 't-2', 'same')],
      mainIs(one),
    );
    expect(hosts).toEqual([{ host: one.host, token: 't-1' }]);
    expect(extra.map(({ byNetrc }) => byNetrc)).toEqual([false]);
    expect(extra.map(withToken)).toEqual([inUrl(two.indexUrl, 't-2')]);
  });
});

describe('confusionWarnings', () => {
  test('none while every index is listed, and none for tools that do not mix indexes', () => {
    expect(confusionWarnings(mainIs(INTERNAL), [INTERNAL, STAGING], ['pip'])).toEqual([]);
    expect(confusionWarnings({ kind: 'client-default' }, [INTERNAL], [])).toEqual([]);
    expect(confusionWarnings({ kind: 'project' }, [INTERNAL], ['pip'])).toEqual([]);
  });

  test.each<[MainIndex, string]>([
    [{ kind: 'client-default' }, "each client's default index, normally the public PyPI,"],
    [{ kind: 'foreign', url: 'https://index.example/' }, 'https://index.example/'],
  ])('dependency confusion: %j', (index, words) => {
    const [warning] = confusionWarnings(index, [INTERNAL, STAGING], ['pip', 'pdm']);
    expect(warning).toMatch(
      /dependency confusion\); leave index-url out, and make the public index an upstream of the CodeArtifact/,
    );
    expect(warning).toContain(
      `Installs search ${words} beside internal and staging, and pip and pdm take the highest version`,
    );
    expect(confusionWarnings(index, [INTERNAL], ['pip'])[0]).toContain('and pip takes the highest');
  });
});
