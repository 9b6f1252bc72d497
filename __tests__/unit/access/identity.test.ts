import { describe, expect, test } from '@jest/globals';
import {
  describeIdentity,
  type Identity,
  type IdentityInputs,
  identityKey,
  identityMark,
  type Keys,
  nameIdentity,
  originOf,
  type Source,
} from '../../../src/access/identity.ts';
import { planTokenRequests } from '../../../src/access/token-request.ts';
import { readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { sampleInputs } from '../../support/sample-inputs.ts';
import { machineWith, sampleDisk } from '../../support/sample-machine.ts';
import { profileIdentity } from '../../support/sample-setup.ts';

/** What the machine has unless a test says otherwise. */
const MACHINE_FILES = { '/home/user/.aws/credentials': '[file-profile]\n' };

/** The identity of the one repository of a step with these settings and this file. */
function identityIn(
  text: string | undefined,
  settings: IdentityInputs = {},
  environment: Environment = {},
  files: Readonly<Record<string, string>> = MACHINE_FILES,
): Identity {
  const file = text === undefined ? undefined : { name: 'keyringrc.cfg', content: readKeyringrc(text) };
  const [request] = planTokenRequests(
    sampleInputs({ settings }),
    file,
    machineWith(environment),
    sampleDisk(files),
  ).requests;
  if (request === undefined) throw new Error('one repository gives one request');
  return request.identity;
}

const KEYS = { accessKeyId: 'AKIAOFINPUTS', secretAccessKey: 'secret/of/inputs' };

const KEY_ID = 'aws_access_key_id = AKIAOFFILE';
const SECRET = 'aws_secret_access_key = secret/of/file';
const PROFILE = 'profile_name = file-profile';
const HEADER = '[codeartifact domain="acme"]';
const file = (...lines: string[]) => [HEADER, ...lines].join('\n');
const FROM = HEADER;

const keysIdentity = (keys: Keys, from: string) => ({ kind: 'source', source: { kind: 'keys', keys, from } });
const OF_INPUTS = keysIdentity(KEYS, 'the inputs');
const OF_INPUT_PROFILE = profileIdentity('in', 'the input profile-name');
const OF_SECTION = keysIdentity({ accessKeyId: 'AKIAOFFILE', secretAccessKey: 'secret/of/file' }, FROM);
const OF_SECTION_PROFILE = profileIdentity('file-profile', FROM);
const OF_NOBODY = { kind: 'source', source: { kind: 'default-chain' } };

describe('the first that applies', () => {
  const all = file(KEY_ID, SECRET, PROFILE);

  test('1. keys of the inputs, whole: nothing of the section is mixed in', () => {
    expect(identityIn(all, { ...KEYS, profile: 'in' })).toStrictEqual(OF_INPUTS);
    const withSession = { ...KEYS, sessionToken: 'session' };
    expect(identityIn(all, withSession)).toEqual(keysIdentity(withSession, 'the inputs'));
  });

  test('2. the input profile-name', () => {
    expect(identityIn(all, { profile: 'in' })).toEqual(OF_INPUT_PROFILE);
  });

  test("3. the section's keys", () => {
    expect(identityIn(all)).toEqual(OF_SECTION);
  });

  test("4. the section's profile, also beside half a pair of keys", () => {
    for (const lines of [
      [],
      [KEY_ID],
      [SECRET],
      [KEY_ID, 'aws_secret_access_key ='],
      ['aws_access_key_id =', SECRET],
    ]) {
      expect(identityIn(file(...lines, PROFILE))).toEqual(OF_SECTION_PROFILE);
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
      expect(identityIn(file(...lines))).toEqual(OF_NOBODY);
    }
    expect(identityIn(undefined)).toEqual(OF_NOBODY);
  });

  test('what a section inherits from [codeartifact] is its own: keys override its profile', () => {
    const inherited = `[codeartifact]\n${KEY_ID}\n${SECRET}\n${HEADER}\n${PROFILE}`;
    expect(identityIn(inherited)).toEqual(OF_SECTION);
    const both = `[codeartifact]\n${KEY_ID}\n${HEADER}\n${SECRET}`;
    expect(identityIn(both)).toEqual(OF_SECTION);
    const emptied = `[codeartifact]\n${KEY_ID}\n${SECRET}\n${HEADER}\naws_access_key_id =\n${PROFILE}`;
    expect(identityIn(emptied)).toEqual(OF_SECTION_PROFILE);
  });

  test('a section for other repositories says nothing', () => {
    expect(identityIn(`[codeartifact domain="other"]\n${PROFILE}`)).toEqual(OF_NOBODY);
  });
});

describe('a role on top of it', () => {
  const CI = 'arn:aws:iam::111111111111:role/ci';
  const ROLE = `role_arn = ${CI}`;
  const OIDC = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' };
  const RUN = { GITHUB_REPOSITORY: 'acme/widgets', GITHUB_RUN_ID: '7' };
  const choose = (
    settings: IdentityInputs,
    text: string | undefined = file(ROLE),
    environment: Environment = { ...OIDC, ...RUN },
  ) => identityIn(text, settings, environment);
  const SECTION_ROLE = { arn: CI, sessionName: 'acme-widgets@7', externalId: undefined, from: FROM };

  test("with GitHub's OIDC token where nothing else is named and the job may have one", () => {
    expect(choose({})).toEqual({ kind: 'oidc', audience: 'sts.amazonaws.com', role: SECTION_ROLE });
    expect(choose({ audience: 'own' })).toEqual({ kind: 'oidc', audience: 'own', role: SECTION_ROLE });
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
    expect(choose(KEYS)).toEqual(OF_INPUTS);
    expect(choose({ profile: 'in' })).toEqual(OF_INPUT_PROFILE);
    expect(choose({ ...KEYS, roleArn: `${CI}-2` }).role?.arn).toBe(`${CI}-2`);
    expect(choose({}, file(KEY_ID, SECRET, ROLE))).toEqual({ ...OF_SECTION, role: SECTION_ROLE });
    expect(choose({}, file(PROFILE, ROLE))).toEqual({ ...OF_SECTION_PROFILE, role: SECTION_ROLE });
  });

  test("with GitHub's OIDC token where the section's profile is not on this machine, and with that alone", () => {
    const both = file(PROFILE, ROLE);
    const [RUNNER, NONE] = [{ ...OIDC, ...RUN }, {}];
    const instead = { kind: 'profile', profile: 'file-profile', from: FROM };
    const oidc = { kind: 'oidc', audience: 'sts.amazonaws.com', role: SECTION_ROLE, instead };
    expect(identityIn(both, {}, RUNNER, NONE)).toEqual(oidc);
    const chained = { ...OF_SECTION_PROFILE, role: SECTION_ROLE };
    expect(identityIn(both, {}, RUN, NONE)).toEqual(chained);
    expect(identityIn(both, { roleChaining: true }, RUNNER, NONE)).toEqual(chained);
    expect(identityIn(file(PROFILE), {}, RUNNER, NONE)).toEqual(OF_SECTION_PROFILE);
    expect(identityIn(both, { profile: 'in', roleArn: CI }, RUNNER, NONE)).toMatchObject(OF_INPUT_PROFILE);
    expect(identityIn(file(KEY_ID, SECRET, ROLE), {}, RUNNER, NONE)).toMatchObject(OF_SECTION);
  });

  test("with the job's own credentials where chaining is on; the input overrides the section", () => {
    const chained = { ...OF_NOBODY, role: SECTION_ROLE };
    expect(choose({ roleChaining: true })).toEqual(chained);
    expect(choose({}, file(ROLE, 'role_chaining = Yes'))).toEqual(chained);
    expect(choose({}, file(ROLE, 'role_chaining = off')).kind).toBe('oidc');
    expect(choose({ roleChaining: false }, file(ROLE, 'role_chaining = on')).kind).toBe('oidc');
  });

  test('each thing from the inputs, else from the section', () => {
    const full = file(ROLE, 'role_session_name = of-section', 'external_id = section-id');
    expect(choose({}, full).role).toEqual({ ...SECTION_ROLE, sessionName: 'of-section', externalId: 'section-id' });
    const ofInputs = { roleArn: `${CI}-2`, roleSessionName: 'of-inputs', externalId: 'input-id' };
    expect(choose(ofInputs, full).role).toEqual({
      arn: `${CI}-2`,
      sessionName: 'of-inputs',
      externalId: 'input-id',
      from: 'the input role-to-assume',
    });
  });

  test('a role of the inputs takes nothing from the section', () => {
    const full = file(ROLE, 'role_session_name = of-section', 'external_id = section-id', 'role_chaining = on');
    const { kind, role } = choose({ roleArn: `${CI}-2` }, full);
    expect(kind).toBe('oidc');
    expect(role).toMatchObject({ sessionName: 'acme-widgets@7', externalId: undefined });
  });

  test('none where its ARN is not named, or empty', () => {
    for (const text of [file('role_session_name = x1', 'external_id = y1'), file('role_arn ='), '']) {
      expect(choose({ roleSessionName: 'x1', roleChaining: true }, text)).toEqual(OF_NOBODY);
    }
  });

  test('in words', () => {
    expect(describeIdentity(choose({}), {})).toBe(`role ${CI} ([codeartifact domain="acme"]) with GitHub's OIDC token`);
    expect(describeIdentity(choose({ ...KEYS, roleArn: CI }), {})).toBe(
      `role ${CI} (the input role-to-assume) with the access keys of the inputs`,
    );
  });

  test('makes another identity, with a key of its own for each thing that AWS is told', () => {
    const identities = [
      choose({}, file()),
      choose({}),
      choose({ roleChaining: true }),
      choose({ audience: 'own' }),
      choose({ roleSessionName: 'other' }),
      choose({ externalId: 'other' }),
      choose({ roleArn: `${CI}-2` }),
    ];
    expect(new Set(identities.map(identityKey)).size).toBe(identities.length);
  });
});

describe('who it is', () => {
  const source = (of: Source): Identity => ({ kind: 'source', source: of });
  const role = { arn: 'arn:aws:iam::1:role/a', sessionName: 's1', externalId: undefined, from: 'a' };
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

  test('in a few words, as AWS shows it', () => {
    expect(nameIdentity(source({ kind: 'profile', profile: 'p', from: '[codeartifact]' }), {})).toBe('profile p');
    for (const from of ['the inputs', '[codeartifact name="a (b)"]']) {
      expect(nameIdentity(source({ kind: 'keys', keys: KEYS, from }), {})).toBe(`the access keys of ${from}`);
    }
    expect(nameIdentity(CHAIN, { AWS_PROFILE: 'p' })).toBe('profile p');
    const ci = { ...role, arn: 'arn:aws:iam::111111111111:role/path/ci' };
    for (const one of [
      { ...CHAIN, role: ci },
      { kind: 'oidc', audience: 'a', role: ci },
    ] as const) {
      expect(nameIdentity(one, {})).toBe('role ci of account 111111111111');
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
      { kind: 'source' as const, source: { kind: 'default-chain' as const }, role },
      { kind: 'oidc' as const, audience: 'p', role },
      { kind: 'oidc' as const, audience: 'q', role },
    ];
    expect(new Set(different.map(identityKey)).size).toBe(different.length);
    expect(identityKey(keys({}, 'b'))).toBe(identityKey(keys()));
    expect(identityKey(profile('p', 'b'))).toBe(identityKey(profile('p')));
  });
});

test('the mark of an identity holds no secret, and is equal in all jobs of a role, a profile or a pair of keys', () => {
  const mark = (identity: Identity, environment: Environment = {}) => identityMark(identity, environment);
  const keys = (accessKeyId: string, more = {}): Identity => ({
    kind: 'source',
    source: { kind: 'keys', keys: { accessKeyId, secretAccessKey: 'marked/secret', ...more }, from: 'a' },
  });
  const chain: Identity = { kind: 'source', source: { kind: 'default-chain' } };
  const role = { arn: 'arn:aws:iam::1:role/a', sessionName: 'one', externalId: undefined, from: 'a' };
  const oidc: Identity = { kind: 'oidc', audience: 'a', role };
  const profileA = profileIdentity('a');
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
  expect(mark({ ...oidc, audience: 'b' })).not.toBe(mark(oidc));
  // Temporary keys are new ones in each job.
  const temporary = [
    mark(keys('ASIAONE', { sessionToken: 'one' })),
    mark(chain, { AWS_ACCESS_KEY_ID: 'ASIATWO' }),
    mark(chain),
  ];
  expect(new Set(temporary).size).toBe(1);
  expect(mark({ ...oidc, role: { ...role, sessionName: 'another run' } })).toBe(mark(oidc));
});

describe('who names the identity', () => {
  const ROLE = 'role_arn = arn:aws:iam::111111111111:role/ci';
  const OIDC = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.example/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
  const roleArn = 'arn:aws:iam::111111111111:role/of-inputs';

  test.each<[string, string, string, IdentityInputs, Environment]>([
    ['section', 'keys', file(KEY_ID, SECRET), {}, {}],
    ['section', 'a profile', file(PROFILE), {}, {}],
    ['section', 'a role with the default chain', file(ROLE), {}, {}],
    ['section', 'a role with the OIDC token', file(ROLE), {}, OIDC],
    ['inputs', 'a profile, in the place of a role of the section', file(ROLE), { profile: 'in' }, OIDC],
    ['inputs', 'keys', file(PROFILE), KEYS, {}],
    ['inputs', 'a profile', file(PROFILE), { profile: 'in' }, {}],
    ['inputs', 'a role, with a profile of the section', file(PROFILE), { roleArn }, {}],
    ['inputs', 'a role with the OIDC token', file(), { roleArn }, OIDC],
    ['environment', 'nothing', file('token_duration = 900'), {}, {}],
    ['environment', 'variables', file(), {}, { AWS_PROFILE: 'file-profile' }],
  ])('%s: %s', (origin, _, text, settings, environment) => {
    expect(originOf(identityIn(text, settings, environment))).toBe(origin);
  });
});
