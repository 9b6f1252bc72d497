import { describe, expect, test } from '@jest/globals';
import {
  chooseIdentity as chooseIdentityIn,
  describeIdentity,
  type Identity,
  identityKey,
  identityMark,
} from '../../../src/access/identity.ts';
import { NO_ROLE } from '../../support/sample-inputs.ts';
import { choiceIn } from '../../support/section-choice.ts';

/** Without a role, in a job without variables. */
const chooseIdentity = (
  inputs: Omit<Parameters<typeof chooseIdentityIn>[0], 'role'>,
  choice: Parameters<typeof chooseIdentityIn>[1],
) => chooseIdentityIn({ ...inputs, role: NO_ROLE }, choice, {});

const KEYS = { accessKeyId: 'AKIAOFINPUTS', secretAccessKey: 'secret of inputs' };
const NO_INPUTS = { keys: undefined, profileName: undefined, role: NO_ROLE };

const KEY_ID = 'aws_access_key_id = AKIAOFFILE';
const SECRET = 'aws_secret_access_key = secret/of/file';
const PROFILE = 'profile_name = file-profile';
const HEADER = '[codeartifact domain="acme"]';
const file = (...lines: string[]) => choiceIn([HEADER, ...lines].join('\n'));
const FROM = HEADER;

const OF_INPUTS = { source: { kind: 'keys', keys: KEYS, from: 'the inputs' } };
const OF_INPUT_PROFILE = { source: { kind: 'profile', profile: 'in', from: 'the input profile-name' } };
const OF_SECTION = {
  source: { kind: 'keys', keys: { accessKeyId: 'AKIAOFFILE', secretAccessKey: 'secret/of/file' }, from: FROM },
};
const OF_SECTION_PROFILE = { source: { kind: 'profile', profile: 'file-profile', from: FROM } };
const OF_NOBODY = { source: { kind: 'default-chain' } };

describe('the first that applies', () => {
  const all = file(KEY_ID, SECRET, PROFILE);

  test('1. keys of the inputs, whole: nothing of the section is mixed in', () => {
    expect(chooseIdentity({ keys: KEYS, profileName: 'in' }, all)).toEqual(OF_INPUTS);
    const withSession = { ...KEYS, sessionToken: 'session' };
    expect(chooseIdentity({ keys: withSession, profileName: undefined }, all)).toEqual({
      source: { kind: 'keys', keys: withSession, from: 'the inputs' },
    });
  });

  test('2. the input profile-name', () => {
    expect(chooseIdentity({ keys: undefined, profileName: 'in' }, all)).toEqual(OF_INPUT_PROFILE);
  });

  test("3. the section's keys", () => {
    expect(chooseIdentity(NO_INPUTS, all)).toEqual(OF_SECTION);
  });

  test("4. the section's profile, also beside half a pair of keys", () => {
    for (const lines of [
      [],
      [KEY_ID],
      [SECRET],
      [KEY_ID, 'aws_secret_access_key ='],
      ['aws_access_key_id =', SECRET],
    ]) {
      expect(chooseIdentity(NO_INPUTS, file(...lines, PROFILE))).toEqual(OF_SECTION_PROFILE);
    }
  });

  test('5. the default chain, also beside half a pair of keys or an empty profile', () => {
    for (const lines of [
      [],
      [KEY_ID],
      [SECRET],
      ['profile_name ='],
      [KEY_ID, 'aws_secret_access_key =', 'profile_name ='],
    ]) {
      expect(chooseIdentity(NO_INPUTS, file(...lines))).toEqual(OF_NOBODY);
    }
    expect(chooseIdentity(NO_INPUTS, choiceIn(undefined))).toEqual(OF_NOBODY);
  });

  test('what a section inherits from [codeartifact] is its own: keys beat its profile, and a pair may be of both', () => {
    const inherited = choiceIn(`[codeartifact]\n${KEY_ID}\n${SECRET}\n${HEADER}\n${PROFILE}`);
    expect(chooseIdentity(NO_INPUTS, inherited)).toEqual(OF_SECTION);
    const both = choiceIn(`[codeartifact]\n${KEY_ID}\n${HEADER}\n${SECRET}`);
    expect(chooseIdentity(NO_INPUTS, both)).toEqual(OF_SECTION);
    const emptied = choiceIn(`[codeartifact]\n${KEY_ID}\n${SECRET}\n${HEADER}\naws_access_key_id =\n${PROFILE}`);
    expect(chooseIdentity(NO_INPUTS, emptied)).toEqual(OF_SECTION_PROFILE);
  });

  test('a section for other repositories says nothing', () => {
    expect(chooseIdentity(NO_INPUTS, choiceIn(`[codeartifact domain="other"]\n${PROFILE}`))).toEqual(OF_NOBODY);
  });
});

describe('a role on top of it', () => {
  const CI = 'arn:aws:iam::111111111111:role/ci';
  const ROLE = `role_arn = ${CI}`;
  const OIDC = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' };
  const RUN = { GITHUB_REPOSITORY: 'acme/widgets', GITHUB_RUN_ID: '7' };
  type Given = Partial<Parameters<typeof chooseIdentityIn>[0]>;
  const choose = (given: Given, choice = file(ROLE), environment: NodeJS.ProcessEnv = { ...OIDC, ...RUN }) =>
    chooseIdentityIn({ ...NO_INPUTS, ...given }, choice, environment);
  const SECTION_ROLE = { arn: CI, sessionName: 'acme-widgets@7', externalId: undefined, from: FROM };

  test("with GitHub's OIDC token where nothing else is named and the job may have one", () => {
    expect(choose({})).toEqual({ source: { kind: 'oidc', audience: 'sts.amazonaws.com' }, role: SECTION_ROLE });
    expect(choose({ role: { ...NO_ROLE, audience: 'own' } }).source).toEqual({ kind: 'oidc', audience: 'own' });
    for (const name of Object.keys(OIDC)) {
      for (const value of ['', undefined]) {
        expect(choose({}, file(ROLE), { ...OIDC, ...RUN, [name]: value })).toEqual({
          ...OF_NOBODY,
          role: SECTION_ROLE,
        });
      }
    }
  });

  test('with keys or a profile where they are named, whatever the job may have', () => {
    // Inputs replace the identity of the section whole, its role with it.
    expect(choose({ keys: KEYS })).toEqual(OF_INPUTS);
    expect(choose({ profileName: 'in' })).toEqual(OF_INPUT_PROFILE);
    const named = { role: { ...NO_ROLE, arn: `${CI}-2` } };
    expect(choose({ keys: KEYS, ...named }).role?.arn).toBe(`${CI}-2`);
    expect(choose({}, file(KEY_ID, SECRET, ROLE))).toEqual({ ...OF_SECTION, role: SECTION_ROLE });
    expect(choose({}, file(PROFILE, ROLE))).toEqual({ ...OF_SECTION_PROFILE, role: SECTION_ROLE });
  });

  test("with the job's own credentials where chaining is on; the input beats the section", () => {
    const chained = { ...OF_NOBODY, role: SECTION_ROLE };
    expect(choose({ role: { ...NO_ROLE, chaining: true } })).toEqual(chained);
    expect(choose({}, file(ROLE, 'role_chaining = Yes'))).toEqual(chained);
    expect(choose({}, file(ROLE, 'role_chaining = off')).source.kind).toBe('oidc');
    expect(choose({ role: { ...NO_ROLE, chaining: false } }, file(ROLE, 'role_chaining = on')).source.kind).toBe(
      'oidc',
    );
  });

  test('each thing from the inputs, else from the section', () => {
    const full = file(ROLE, 'role_session_name = of-section', 'external_id = section-id');
    expect(choose({}, full).role).toEqual({ ...SECTION_ROLE, sessionName: 'of-section', externalId: 'section-id' });
    const role = { ...NO_ROLE, arn: `${CI}-2`, sessionName: 'of-inputs', externalId: 'input-id' };
    expect(choose({ role }, full).role).toEqual({
      arn: `${CI}-2`,
      sessionName: 'of-inputs',
      externalId: 'input-id',
      from: 'the input role-to-assume',
    });
  });

  test('a role of the inputs takes nothing from the section', () => {
    const full = file(ROLE, 'role_session_name = of-section', 'external_id = section-id', 'role_chaining = on');
    const { source, role } = choose({ role: { ...NO_ROLE, arn: `${CI}-2` } }, full);
    expect(source.kind).toBe('oidc');
    expect(role).toMatchObject({ sessionName: 'acme-widgets@7', externalId: undefined });
  });

  test('none where its ARN is not named, or empty', () => {
    for (const choice of [
      file('role_session_name = x1', 'external_id = y1'),
      file('role_arn ='),
      choiceIn(undefined),
    ]) {
      expect(choose({ role: { ...NO_ROLE, sessionName: 'x1', chaining: true } }, choice)).toEqual(OF_NOBODY);
    }
  });

  test('in words', () => {
    expect(describeIdentity(choose({}), {})).toBe(`role ${CI} ([codeartifact domain="acme"]) with GitHub's OIDC token`);
    expect(describeIdentity(choose({ keys: KEYS, role: { ...NO_ROLE, arn: CI } }), {})).toBe(
      `role ${CI} (the input role-to-assume) with the access keys of the inputs`,
    );
  });

  test('makes another identity, with a key of its own for each thing that AWS is told', () => {
    const identities = [
      choose({}, file()),
      choose({}),
      choose({ role: { ...NO_ROLE, chaining: true } }),
      choose({ role: { ...NO_ROLE, audience: 'own' } }),
      choose({ role: { ...NO_ROLE, sessionName: 'other' } }),
      choose({ role: { ...NO_ROLE, externalId: 'other' } }),
      choose({ role: { ...NO_ROLE, arn: `${CI}-2` } }),
    ];
    expect(new Set(identities.map(identityKey)).size).toBe(identities.length);
  });
});

describe('who it is', () => {
  const source = (of: Identity['source']): Identity => ({ source: of });
  const CHAIN = source({ kind: 'default-chain' });

  test('in words, as the SDK will decide', () => {
    expect(describeIdentity(source({ kind: 'keys', keys: KEYS, from: 'the inputs' }), {})).toBe(
      'the access keys of the inputs',
    );
    expect(describeIdentity(source({ kind: 'profile', profile: 'p', from: '[codeartifact]' }), {})).toBe(
      'profile p ([codeartifact])',
    );
    const pair = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(describeIdentity(CHAIN, { AWS_PROFILE: 'p', ...pair })).toBe('profile p (AWS_PROFILE)');
    expect(describeIdentity(CHAIN, pair)).toBe('the access keys of AWS_ACCESS_KEY_ID');
    for (const name of Object.keys(pair)) {
      expect(describeIdentity(CHAIN, { ...pair, [name]: '' })).toBe("the AWS SDK's default chain");
    }
  });

  test('equal, whatever named it, and different in everything else', () => {
    const keys = (more = {}, from = 'a') => source({ kind: 'keys', keys: { ...KEYS, ...more }, from });
    const profile = (name: string, from = 'a') => source({ kind: 'profile', profile: name, from });
    const different = [
      CHAIN,
      keys(),
      keys({ accessKeyId: 'AKIAOTHER' }),
      keys({ secretAccessKey: 'other' }),
      keys({ sessionToken: 'session' }),
      profile('p'),
      profile('q'),
      source({ kind: 'oidc', audience: 'p' }),
      source({ kind: 'oidc', audience: 'q' }),
    ];
    expect(new Set(different.map(identityKey)).size).toBe(different.length);
    expect(identityKey(keys({}, 'b'))).toBe(identityKey(keys()));
    expect(identityKey(profile('p', 'b'))).toBe(identityKey(profile('p')));
  });
});

test('the mark of an identity holds no secret, and is equal in the jobs of one role, one profile or one pair of keys', () => {
  const mark = (identity: Identity, environment: NodeJS.ProcessEnv = {}) => identityMark(identity, environment);
  const keys = (accessKeyId: string, more = {}): Identity => ({
    source: { kind: 'keys', keys: { accessKeyId, secretAccessKey: 'marked/secret', ...more }, from: 'a' },
  });
  const chain: Identity = { source: { kind: 'default-chain' } };
  const role = { arn: 'arn:aws:iam::1:role/a', sessionName: 'one', externalId: undefined, from: 'a' };
  const oidc: Identity = { source: { kind: 'oidc', audience: 'a' }, role };
  const profileA: Identity = { source: { kind: 'profile', profile: 'a', from: 'a' } };
  const marks = [
    mark(keys('AKIAONE')),
    mark(keys('AKIATWO')),
    mark(profileA),
    mark(chain),
    mark({ ...chain, role }),
    mark(oidc),
  ];
  expect(new Set(marks).size).toBe(marks.length);
  expect(marks.every((one) => /^[0-9a-f]{16}$/.test(one))).toBe(true);
  // Whatever named it: an input, a section, a variable.
  expect(mark(chain, { AWS_PROFILE: 'a', AWS_ACCESS_KEY_ID: 'AKIAONE' })).toBe(mark(profileA));
  expect(mark(chain, { AWS_ACCESS_KEY_ID: 'AKIAONE' })).toBe(mark(keys('AKIAONE')));
  expect(mark(keys('AKIAONE'), { AWS_PROFILE: 'a' })).toBe(mark(keys('AKIAONE')));
  expect(mark({ ...oidc, source: { kind: 'oidc', audience: 'b' } })).not.toBe(mark(oidc));
  // Temporary keys are new ones in each job.
  const temporary = [
    mark(keys('ASIAONE', { sessionToken: 'one' })),
    mark(chain, { AWS_ACCESS_KEY_ID: 'ASIATWO' }),
    mark(chain),
  ];
  expect(new Set(temporary).size).toBe(1);
  expect(mark({ ...oidc, role: { ...role, sessionName: 'another run' } })).toBe(mark(oidc));
});
