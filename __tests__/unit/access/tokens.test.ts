import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Identity } from '../../../src/access/identity.ts';
import { planTokenRequests, type TokenRequest } from '../../../src/access/token-request.ts';
import { type FetchToken, fetchTokens, needKey, type Reason, Refusal, type Token } from '../../../src/access/tokens.ts';
import { Problems } from '../../../src/messages/problems.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { randomCases } from '../../support/random-cases.ts';
import { sampleInputs } from '../../support/sample-inputs.ts';
import { machineWith, sampleDisk } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { profileIdentity } from '../../support/sample-setup.ts';

type Place = Parameters<typeof sampleRepository>[0];

function requestFor(place: Place = {}, rest: Partial<TokenRequest> = {}): TokenRequest {
  const inputs = sampleInputs({ repositories: [sampleRepository(place)] });
  const [planned] = planTokenRequests(inputs, undefined, machineWith({}), sampleDisk()).requests;
  if (planned === undefined) throw new Error('one repository gives one request');
  return { ...planned, ...rest };
}

const profile = profileIdentity;
const keys = (accessKeyId: string): Identity => ({
  kind: 'source',
  source: { kind: 'keys', keys: { accessKeyId, secretAccessKey: 's' }, from: 'a' },
});

/** Gives a new token for every call, and keeps what was asked for. */
function source(refuse: (request: TokenRequest) => string[] | undefined = () => undefined) {
  const asked: TokenRequest[] = [];
  const fetchToken: FetchToken = async (request) => {
    asked.push(request);
    const number = asked.length;
    await setTimeout(1);
    const problems = refuse(request);
    if (problems) throw new Problems(problems);
    return { value: `token-${number}`, expiration: new Date(number) } satisfies Token;
  };
  return { asked, fetchToken };
}

test('20 calls at once, however many tokens are needed', async () => {
  let running = 0;
  let most = 0;
  const fetchToken: FetchToken = async () => {
    running += 1;
    most = Math.max(most, running);
    await setTimeout(1);
    running -= 1;
    return { value: 'token', expiration: new Date(0) };
  };
  const requests = Array.from({ length: 100 }, (_, index) => requestFor({ domain: `domain-${index}` }));
  expect(await fetchTokens(requests, fetchToken)).toHaveLength(100);
  expect(most).toBe(20);
});

describe('one call for each distinct need', () => {
  const base = requestFor();

  test.each<[string, TokenRequest]>([
    ['another repository of the domain', requestFor({ alias: 'b', name: 'staging' })],
    ['an equal identity that something else named', requestFor({}, { identity: profile('p', 'b') })],
    ['an equal path of a CA bundle', requestFor({}, { identity: profile('p'), verify: { caFile: 'a' } })],
  ])('shared: %s', async (_, other) => {
    const first = { ...base, identity: other.identity, verify: other.verify };
    const { asked, fetchToken } = source();
    const granted = await fetchTokens([first, other], fetchToken);
    expect(asked).toEqual([first]);
    expect(granted.map(({ token }) => token.value)).toEqual(['token-1', 'token-1']);
  });

  test.each<[string, TokenRequest]>([
    ['domain', requestFor({ domain: 'globex' })],
    ['account', requestFor({ account: '222222222222' })],
    ['region', requestFor({ region: 'eu-west-1' })],
    ['family of addresses', requestFor({}, { repository: { ...base.repository, dualStack: true } })],
    ['identity', requestFor({}, { identity: profile('p') })],
    ['duration', requestFor({}, { duration: 900 })],
    ['verification', requestFor({}, { verify: false })],
    ['CA bundle', requestFor({}, { verify: { caFile: 'a' } })],
  ])('not shared: another %s', async (_, other) => {
    const { asked, fetchToken } = source();
    const granted = await fetchTokens([base, other], fetchToken);
    expect(asked).toEqual([base, other]);
    expect(granted.map(({ token }) => token.value)).toEqual(['token-1', 'token-2']);
  });

  test('as many calls as there are needs, and every repository gets the token of its own need', async () => {
    const requests = fc.array(
      fc
        .record({
          domain: fc.constantFrom('acme', 'globex'),
          account: fc.constantFrom('111111111111', '222222222222'),
          region: fc.constantFrom('us-east-1', 'eu-west-1'),
          identity: fc.constantFrom(profile('a'), profile('a', 'b'), profile('b'), keys('a'), keys('b')),
          duration: fc.constantFrom(0, 900),
          verify: fc.constantFrom<TokenRequest['verify'][]>(true, false, { caFile: 'a' }, { caFile: 'b' }),
        })
        .map(({ identity, duration, verify, ...place }) => requestFor(place, { identity, duration, verify })),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(requests, async (list) => {
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
      { numRuns: randomCases(60) },
    );
  });
});

test('all calls are under way at once', async () => {
  const requests = Array.from({ length: 16 }, (_, index) => requestFor({ domain: `domain-${index}` }));
  let waiting = 0;
  const everyone = Promise.withResolvers<void>();
  const granted = await fetchTokens(requests, async ({ repository }) => {
    waiting += 1;
    if (waiting === requests.length) everyone.resolve();
    await everyone.promise;
    return { value: repository.domain, expiration: new Date(0) };
  });
  expect(granted.map(({ token }) => token.value)).toEqual(requests.map(({ repository }) => repository.domain));
});

test('no repository, no call', async () => {
  const { asked, fetchToken } = source();
  expect(await fetchTokens([], fetchToken)).toEqual([]);
  expect(asked).toEqual([]);
});

test('a refusal is one sentence, with its advice where it has one', () => {
  const reason = { who: 'no token', answer: 'Denied.', advice: '' };
  expect(new Refusal(reason).list).toEqual(['no token: Denied.']);
  expect(new Refusal({ ...reason, advice: 'Grant it.' })).toMatchObject({
    name: 'Refusal',
    list: ['no token: Denied. Grant it.'],
  });
});

describe('all or nothing', () => {
  const requests = [
    requestFor({ alias: 'a' }),
    requestFor({ alias: 'b', domain: 'globex' }),
    requestFor({ alias: 'c', name: 'staging' }),
    requestFor({ alias: 'd', domain: 'initech' }),
  ];

  test('every refused need is told, with the repositories that share it; the others are still asked', async () => {
    const { asked, fetchToken } = source(({ repository: { domain } }) =>
      domain === 'globex' ? undefined : [`no token for ${domain}.`],
    );
    expect(await problemsOfAsync(() => fetchTokens(requests, fetchToken))).toEqual([
      'a, c: no token for acme.',
      'd: no token for initech.',
    ]);
    expect(asked).toHaveLength(3);
  });

  describe('what many share is said once', () => {
    const ROLES = ['111111111111', '222222222222', '333333333333'].map(
      (account) => `arn:aws:iam::${account}:role/ci-${account[0]}`,
    );
    const refusals = (describe: (role: string) => Pick<Reason, 'answer' | 'advice'>) => {
      const listed = ROLES.map((_, index) => requestFor({ alias: `r${index}`, domain: `domain-${index}` }));
      return problemsOfAsync(() =>
        fetchTokens(listed, async ({ repository: { alias } }) => {
          const role = ROLES[Number(alias.slice(1))] ?? '';
          throw new Refusal({ who: `no token with ${role}`, ...describe(role) });
        }),
      );
    };

    test('the same answer, but for the ARNs in it', async () => {
      const told = await refusals((role) => ({
        answer: `AccessDenied: ${role} may not.`,
        advice: `Grant ${role} it.`,
      }));
      expect(told).toEqual([
        `r0: no token with ${ROLES[0]}: AccessDenied: ${ROLES[0]} may not. Grant ${ROLES[0]} it.`,
        `r1: no token with ${ROLES[1]}: the same as for r0.`,
        `r2: no token with ${ROLES[2]}: the same as for r0.`,
      ]);
    });

    test('the same answer, but for the accounts in it; other numbers count', async () => {
      const answers = ['Account 111111111111 is closed.', 'Account 222222222222 is closed.', 'Account 3 is closed.'];
      const told = await refusals((role) => ({ answer: answers[ROLES.indexOf(role)] ?? '', advice: 'Open it.' }));
      expect(told.map((text) => text.replace(/^.*: (?=the same|\S+ \d+ is)/, ''))).toEqual([
        'Account 111111111111 is closed. Open it.',
        'the same as for r0.',
        'Account 3 is closed. Do as for r0.',
      ]);
    });

    test('the same advice on another answer', async () => {
      const told = await refusals((role) => ({ answer: role === ROLES[1] ? 'Denied.' : 'No.', advice: 'Grant it.' }));
      expect(told).toEqual([
        `r0: no token with ${ROLES[0]}: No. Grant it.`,
        `r1: no token with ${ROLES[1]}: Denied. Do as for r0.`,
        `r2: no token with ${ROLES[2]}: the same as for r0.`,
      ]);
    });

    test('no advice', async () => {
      const told = await refusals((role) => ({ answer: role === ROLES[2] ? 'B.' : 'A.', advice: '' }));
      expect(told).toEqual([
        `r0: no token with ${ROLES[0]}: A.`,
        `r1: no token with ${ROLES[1]}: the same as for r0.`,
        `r2: no token with ${ROLES[2]}: B.`,
      ]);
    });
  });

  test('a need with several problems', async () => {
    const { fetchToken } = source(({ repository: { domain } }) => (domain === 'globex' ? ['one.', 'two.'] : undefined));
    expect(await problemsOfAsync(() => fetchTokens(requests, fetchToken))).toEqual(['b: one.', 'b: two.']);
  });

  test('one call that fails late leaves no other rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const { fetchToken } = source(({ repository: { domain } }) => [`no token for ${domain}.`]);
      expect(await problemsOfAsync(() => fetchTokens(requests, fetchToken))).toHaveLength(3);
      await setTimeout(5);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  test('an error that nobody foresaw is thrown as it is', async () => {
    // Also where another call is refused, which would be the lesser news.
    const failing = fetchTokens(requests, async ({ repository: { domain } }) => {
      throw domain === 'initech' ? new TypeError('unforeseen') : new Problems([`no token for ${domain}.`]);
    });
    await expect(failing).rejects.toThrow(new TypeError('unforeseen'));
  });
});
