import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Identity } from '../../../src/access/identity.ts';
import { type Access, planAccess as planAccessIn } from '../../../src/access/token-request.ts';
import { type FetchToken, fetchTokens, needKey, type Token } from '../../../src/access/tokens.ts';
import { Problems } from '../../../src/messages/problems.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { sampleInputs } from '../../support/sample-inputs.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

/** In a job without variables. */
const planAccess = (inputs: Parameters<typeof planAccessIn>[0], file: Parameters<typeof planAccessIn>[1]) =>
  planAccessIn(inputs, file, {});

type Place = Parameters<typeof sampleRepository>[0];

function access(place: Place = {}, rest: Partial<Access> = {}): Access {
  const [planned] = planAccess(sampleInputs({ repositories: [sampleRepository(place)] }), undefined);
  if (planned === undefined) throw new Error('one repository gives one access');
  return { ...planned, ...rest };
}

const profile = (name: string, from = 'a'): Identity => ({ source: { kind: 'profile', profile: name, from } });
const keys = (accessKeyId: string): Identity => ({
  source: { kind: 'keys', keys: { accessKeyId, secretAccessKey: 's' }, from: 'a' },
});

/** Gives a new token for every call, and keeps what was asked for. */
function source(refuse: (access: Access) => string[] | undefined = () => undefined) {
  const asked: Access[] = [];
  const fetchToken: FetchToken = async (access) => {
    asked.push(access);
    const number = asked.length;
    await setTimeout(1);
    const problems = refuse(access);
    if (problems) throw new Problems(problems);
    return { value: `token-${number}`, expiration: new Date(number) } satisfies Token;
  };
  return { asked, fetchToken };
}

describe('one call for each distinct need', () => {
  const base = access();

  test.each<[string, Access]>([
    ['another repository of the domain', access({ name: 'b', repository: 'staging' })],
    ['an equal identity that something else named', access({}, { identity: profile('p', 'b') })],
    ['an equal path of a CA bundle', access({}, { identity: profile('p'), verify: { caFile: 'a' } })],
  ])('shared: %s', async (_, other) => {
    const first = { ...base, identity: other.identity, verify: other.verify };
    const { asked, fetchToken } = source();
    const granted = await fetchTokens([first, other], fetchToken);
    expect(asked).toEqual([first]);
    expect(granted.map(({ token }) => token.value)).toEqual(['token-1', 'token-1']);
  });

  test.each<[string, Access]>([
    ['domain', access({ domain: 'globex' })],
    ['account', access({ account: '222222222222' })],
    ['region', access({ region: 'eu-west-1' })],
    ['family of addresses', access({}, { repository: { ...base.repository, dualStack: true } })],
    ['identity', access({}, { identity: profile('p') })],
    ['duration', access({}, { duration: 900 })],
    ['verification', access({}, { verify: false })],
    ['CA bundle', access({}, { verify: { caFile: 'a' } })],
  ])('not shared: another %s', async (_, other) => {
    const { asked, fetchToken } = source();
    const granted = await fetchTokens([base, other], fetchToken);
    expect(asked).toEqual([base, other]);
    expect(granted.map(({ token }) => token.value)).toEqual(['token-1', 'token-2']);
  });

  test('as many calls as there are needs, and every repository gets the token of its own need', async () => {
    const accesses = fc.array(
      fc
        .record({
          domain: fc.constantFrom('acme', 'globex'),
          account: fc.constantFrom('111111111111', '222222222222'),
          region: fc.constantFrom('us-east-1', 'eu-west-1'),
          identity: fc.constantFrom(profile('a'), profile('a', 'b'), profile('b'), keys('a'), keys('b')),
          duration: fc.constantFrom(0, 900),
          verify: fc.constantFrom<Access['verify'][]>(true, false, { caFile: 'a' }, { caFile: 'b' }),
        })
        .map(({ identity, duration, verify, ...place }) => access(place, { identity, duration, verify })),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(accesses, async (list) => {
        const { asked, fetchToken } = source();
        const granted = await fetchTokens(list, fetchToken);
        expect(granted.map(({ token, ...rest }) => rest)).toEqual(list);
        expect(new Set(asked.map(needKey)).size).toBe(asked.length);
        for (const one of granted) {
          const call = asked.findIndex((each) => needKey(each) === needKey(one));
          expect(one.token.value).toBe(`token-${call + 1}`);
        }
        expect(asked.length).toBe(new Set(list.map(needKey)).size);
      }),
      { numRuns: 60 },
    );
  });
});

test('all calls are under way at once', async () => {
  const accesses = Array.from({ length: 20 }, (_, index) => access({ domain: `domain-${index}` }));
  let waiting = 0;
  const everyone = Promise.withResolvers<void>();
  const granted = await fetchTokens(accesses, async ({ repository }) => {
    waiting += 1;
    if (waiting === accesses.length) everyone.resolve();
    await everyone.promise;
    return { value: repository.domain, expiration: new Date(0) };
  });
  expect(granted.map(({ token }) => token.value)).toEqual(accesses.map(({ repository }) => repository.domain));
});

test('no repository, no call', async () => {
  const { asked, fetchToken } = source();
  expect(await fetchTokens([], fetchToken)).toEqual([]);
  expect(asked).toEqual([]);
});

describe('all or nothing', () => {
  const accesses = [
    access({ name: 'a' }),
    access({ name: 'b', domain: 'globex' }),
    access({ name: 'c', repository: 'staging' }),
    access({ name: 'd', domain: 'initech' }),
  ];

  test('every refused need is told, with the repositories that share it; the others are asked all the same', async () => {
    const { asked, fetchToken } = source(({ repository: { domain } }) =>
      domain === 'globex' ? undefined : [`no token for ${domain}.`],
    );
    expect(await problemsOfAsync(() => fetchTokens(accesses, fetchToken))).toEqual([
      'a, c: no token for acme.',
      'd: no token for initech.',
    ]);
    expect(asked).toHaveLength(3);
  });

  test('a need with several problems', async () => {
    const { fetchToken } = source(({ repository: { domain } }) => (domain === 'globex' ? ['one.', 'two.'] : undefined));
    expect(await problemsOfAsync(() => fetchTokens(accesses, fetchToken))).toEqual(['b: one.', 'b: two.']);
  });

  test('one call that fails late leaves no other rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const { fetchToken } = source(({ repository: { domain } }) => [`no token for ${domain}.`]);
      expect(await problemsOfAsync(() => fetchTokens(accesses, fetchToken))).toHaveLength(3);
      await setTimeout(5);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  test('an error that nobody foresaw is thrown as it is', async () => {
    // Also where another call is refused, which would be the lesser news.
    const failing = fetchTokens(accesses, async ({ repository: { domain } }) => {
      throw domain === 'initech' ? new TypeError('unforeseen') : new Problems([`no token for ${domain}.`]);
    });
    await expect(failing).rejects.toThrow(new TypeError('unforeseen'));
  });
});
