import { describe, expect, test } from '@jest/globals';
import { describeDifferences, planTokenRequests } from '../../../src/access/token-request.ts';
import type { Inputs } from '../../../src/inputs.ts';
import { readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import type { KeyringrcFile } from '../../../src/keyringrc/keyringrc-file.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { sampleInputs } from '../../support/sample-inputs.ts';
import { machineWith, sampleDisk } from '../../support/sample-machine.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

/** The requests of a job without variables. */
const requestsOf = (inputs: Inputs, file?: KeyringrcFile) =>
  planTokenRequests(inputs, file, machineWith({}), sampleDisk()).requests;
/** What the user should know about them. */
const warningsOf = (inputs: Inputs, file?: KeyringrcFile, environment: Environment = {}) =>
  planTokenRequests(inputs, file, machineWith(environment), sampleDisk()).warnings;

const differencesOf = (inputs: Inputs, from: KeyringrcFile) =>
  describeDifferences(requestsOf(inputs, from), inputs.matching);

const INTERNAL = sampleRepository();
const STAGING = sampleRepository({ name: 'staging' });
const ELSEWHERE = sampleRepository({ alias: 'elsewhere', domain: 'globex', account: '222222222222' });

function file(...lines: string[]): KeyringrcFile {
  return { name: '.github/keyringrc.cfg', content: readKeyringrc(lines.join('\n')) };
}

const FILE = file(
  '[codeartifact]',
  'token_duration = 1800',
  'profile_name = everyone',
  '[codeartifact account="111111111111"]',
  'verify = off',
  '[codeartifact account="111111111111" name="staging"]',
  'token_duration = 900',
  'verify =',
  'profile_name = stager',
);

describe('planTokenRequests', () => {
  test('each repository has its section, its options, and what it inherits', () => {
    const repositories = [INTERNAL, STAGING, ELSEWHERE];
    const found = requestsOf(sampleInputs({ repositories }), FILE);
    expect(
      found.map(({ repository, choice, identity, duration, verify }) => [
        repository.alias,
        choice.label,
        choice.line,
        identity.kind === 'source' && identity.source.kind === 'profile' && identity.source.profile,
        duration,
        verify,
      ]),
    ).toEqual([
      ['internal', 'codeartifact account="111111111111"', 4, 'everyone', 1800, false],
      ['staging', 'codeartifact account="111111111111" name="staging"', 6, 'stager', 900, true],
      ['elsewhere', 'codeartifact', 1, 'everyone', 1800, true],
    ]);
  });

  test('without a file, the defaults', () => {
    expect(requestsOf(sampleInputs())).toEqual([
      expect.objectContaining({
        repository: INTERNAL,
        choice: expect.objectContaining({ label: '', score: 0 }),
        identity: { kind: 'source', source: { kind: 'default-chain' } },
        duration: 3600,
        verify: true,
      }),
    ]);
  });

  test('the name that a section gives is that of the repository, not the one that the job calls it by', () => {
    const called = sampleRepository({ alias: 'staging', name: 'internal' });
    const [request] = requestsOf(sampleInputs({ repositories: [called] }), FILE);
    expect(request?.choice.line).toBe(4);
  });

  test('inputs override the file for every repository', () => {
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    const repositories = [INTERNAL, STAGING, ELSEWHERE];
    const verify = { caFile: 'ca.pem' };
    const settings = { ...keys, tokenDuration: 0, verify };
    for (const request of requestsOf(sampleInputs({ repositories, settings }), FILE)) {
      expect(request).toMatchObject({ identity: { source: { kind: 'keys', keys } }, duration: 0, verify });
    }
    const [verified] = requestsOf(sampleInputs({ settings: { verify: true, profile: 'p' } }), FILE);
    expect(verified).toMatchObject({ identity: { source: { kind: 'profile', profile: 'p' } }, verify: true });
  });

  describe('an option that an input overrides cannot fail the step', () => {
    const ARN = 'arn:aws:iam::111111111111:role/ci';
    const ROLE_OPTIONS = ['role_arn = ci', 'role_session_name = a b', 'external_id = x', 'role_chaining = maybe'];
    const KEY_OPTIONS = ['aws_access_key_id = A B', 'aws_secret_access_key = s\u0007', 'profile_name = a\u0007'];

    test.each<[string, Inputs['settings'], readonly string[]]>([
      ['token-duration', { tokenDuration: 900 }, ['token_duration = soon']],
      ['verify', { verify: true }, ['verify = "']],
      ['role-to-assume', { roleArn: ARN }, ROLE_OPTIONS],
      ['role-session-name', { roleSessionName: 'ok' }, ['role_session_name = a b']],
      ['role-external-id', { externalId: 'ok' }, ['external_id = x']],
      ['role-chaining', { roleChaining: false }, ['role_chaining = maybe']],
      ['profile-name', { profile: 'p' }, [...KEY_OPTIONS, ...ROLE_OPTIONS]],
      ['the keys', { accessKeyId: 'AKIA', secretAccessKey: 's' }, [...KEY_OPTIONS, ...ROLE_OPTIONS]],
    ])('%s', (_, settings, options) => {
      const wrong = file('[codeartifact]', ...options);
      expect(problemsOf(() => requestsOf(sampleInputs(), wrong))).toHaveLength(options.length);
      expect(requestsOf(sampleInputs({ settings }), wrong)).toHaveLength(1);
    });
  });

  test('the way of matching is that of the inputs', () => {
    const contradicting = file('[codeartifact account="222222222222"]', 'profile_name = other');
    const identityOf = (inputs: Inputs) => requestsOf(inputs, contradicting)[0]?.identity;
    expect(identityOf(sampleInputs())).toMatchObject({ source: { kind: 'default-chain' } });
    expect(identityOf(sampleInputs({ matching: 'keyring' }))).toMatchObject({ source: { profile: 'other' } });
  });

  test.each([
    ['token_duration = 60', /^\.github\/keyringrc\.cfg line 2: token_duration is .*; it must be a number of seconds/],
    ['token_duration =', /^\.github\/keyringrc\.cfg line 2: token_duration is .*; it must be a number/],
    ['profile_name = a\n  verify = off', /line 2: profile_name goes on in the next line/],
    ['aws_access_key_id = AKIA\n\tx', /line 2: aws_access_key_id goes on in the next line/],
    ['aws_secret_access_key = s\u0007', /line 2: aws_secret_access_key has a control character/],
    ['verify = a\n b', /line 2: verify goes on in the next line/],
    ['token_duration = 900\n 1', /line 2: token_duration goes on in the next line/],
    ['role_arn = ci', /line 2: role_arn is "ci"; it must be the ARN of a role, .*, not its name alone\.$/],
    ['role_arn = a\n b', /line 2: role_arn goes on in the next line/],
    ['role_session_name = a b', /line 2: role_session_name is "a b"; it must be 2 to 64 letters/],
    ['external_id = ä', /line 2: external_id is "ä"; it must be 2 to 1224 letters/],
    ['role_chaining = maybe', /line 2: role_chaining is "maybe"; it must be true or false/],
    ['verify = "', /line 2: verify is .*; it must be on, off or the path of a CA bundle/],
    [`verify = 'ca.pem'`, /line 2: verify is .*; it must not have quotes around it; remove them\.$/],
    ['token_duration = "900"', /line 2: token_duration is .*; it must not have quotes around it; remove them\.$/],
    ['role_arn = "ci"', /line 2: role_arn is .*; it must not have quotes around it; remove them\.$/],
    ['role_session_name = "ci"', /line 2: role_session_name is .*; it must not have quotes around it; remove them\.$/],
    ["external_id = 'agreed'", /line 2: external_id is .*; it must not have quotes around it; remove them\.$/],
    ['role_chaining = "on"', /line 2: role_chaining is .*; it must not have quotes around it; remove them\.$/],
    ['aws_access_key_id = "AKIA"', /line 2: aws_access_key_id must not have quotes around it; remove them\.$/],
    ["aws_secret_access_key = 's'", /line 2: aws_secret_access_key must not have quotes around it; remove them\.$/],
    ['profile_name = "acme"', /^\.github\/keyringrc\.cfg line 2: profile_name has quotes around it/],
  ])('%j is refused', (option, problem) => {
    expect(problemsOf(() => requestsOf(sampleInputs(), file('[codeartifact]', option)))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test('a value that is as long as a secret key of AWS is not shown', () => {
    const told = (value: string) => problemsOf(() => requestsOf(sampleInputs(), file('[codeartifact]', value)))[0];
    const name = 'a/b+c='.repeat(7);
    expect(told(`external_id = ${name.slice(0, 39)} x`)).toMatch(/: external_id is "a\/b/);
    expect(told(`external_id = x ${name.slice(0, 40)}`)).toMatch(/: external_id must be 2 to 1224 letters/);
  });

  describe('a profile whose name is in quotes', () => {
    const SENTENCE =
      "has quotes around it, which are a part of the profile's name, and this machine has no profile of that name; " +
      'remove the quotes.';
    const quotedName = file('[codeartifact]', `profile_name = 'acme'`, 'role_arn = arn:aws:iam::111111111111:role/ci');
    const oidc = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };

    test('is told once by its line, however many repositories have it; or by the input', () => {
      const repositories = [INTERNAL, STAGING];
      expect(problemsOf(() => requestsOf(sampleInputs({ repositories }), quotedName))).toEqual([
        `.github/keyringrc.cfg line 2: profile_name ${SENTENCE}`,
      ]);
      const settings = { profile: '"acme"' };
      expect(problemsOf(() => requestsOf(sampleInputs({ repositories, settings }), quotedName))).toEqual([
        `Input profile-name ${SENTENCE}`,
      ]);
    });

    test("is only a warning where GitHub's OIDC token takes its place", () => {
      const repositories = [INTERNAL, STAGING];
      expect(warningsOf(sampleInputs({ repositories }), quotedName, oidc)).toEqual([
        `.github/keyringrc.cfg line 2: profile_name ${SENTENCE}`,
      ]);
    });

    test('is fine where this machine has it', () => {
      const disk = sampleDisk({ '/home/user/.aws/credentials': "['acme']\n" });
      const { requests, warnings } = planTokenRequests(sampleInputs(), quotedName, machineWith({}), disk);
      expect(requests[0]?.identity).toMatchObject({ source: { profile: "'acme'" } });
      expect(warnings).toEqual([]);
    });
  });

  test("a profile that GitHub's OIDC token takes the place of is told once, and no other", () => {
    const shared = file('[codeartifact]', 'profile_name = acme', 'role_arn = arn:aws:iam::111111111111:role/ci');
    const oidc = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
    const inputs = sampleInputs({ repositories: [INTERNAL, STAGING] });
    const notesOf = (environment: Environment, disk = sampleDisk()) =>
      planTokenRequests(inputs, shared, machineWith(environment), disk).notes;
    expect(notesOf(oidc)).toEqual([
      'This machine has no profile "acme" ([codeartifact]), so the role arn:aws:iam::111111111111:role/ci is assumed ' +
        "with GitHub's OIDC token.",
    ]);
    expect(notesOf({})).toEqual([]);
    expect(notesOf(oidc, sampleDisk({ '/home/user/.aws/config': '[profile acme]\n' }))).toEqual([]);
    const role = file('[codeartifact]', 'role_arn = arn:aws:iam::111111111111:role/ci');
    expect(planTokenRequests(inputs, role, machineWith(oidc), sampleDisk()).notes).toEqual([]);
  });

  test('an empty option of a role counts as left out', () => {
    const names = ['role_arn', 'role_session_name', 'external_id', 'role_chaining'];
    const empty = file('[codeartifact]', ...names.map((name) => `${name} =`));
    expect(requestsOf(sampleInputs(), empty)[0]?.identity).toEqual({
      kind: 'source',
      source: { kind: 'default-chain' },
    });
  });

  test('a role of another partition than the region is told', () => {
    const wrong = file('[codeartifact]', 'role_arn = arn:aws-cn:iam::111111111111:role/ci');
    expect(problemsOf(() => requestsOf(sampleInputs(), wrong))).toEqual([
      'internal: the role arn:aws-cn:iam::111111111111:role/ci ([codeartifact]) is in partition aws-cn, the ' +
        'repository in aws; name a role of that partition.',
    ]);
  });

  test('all mistakes of all chosen sections at once, none of the others, no secret, each once', () => {
    const wrong = file(
      '[codeartifact]',
      'token_duration = never-ever',
      '[codeartifact name="staging"]',
      'verify = nowhere\n\tat-all',
      'aws_secret_access_key = hidden\n\tsecret',
      '[codeartifact domain="unused"]',
      'token_duration = unused',
    );
    const problems = problemsOf(() =>
      requestsOf(sampleInputs({ repositories: [INTERNAL, STAGING, ELSEWHERE] }), wrong),
    );
    expect(problems.map((problem) => /line \d+/.exec(problem)?.[0]).toSorted()).toEqual(['line 2', 'line 4', 'line 6']);
    expect(problems.join()).not.toMatch(/nowhere|at-all|hidden|secret\b(?!_)/);
  });
});

describe('warnings', () => {
  test('says nothing where both ways of matching agree', () => {
    const inputs = sampleInputs({ repositories: [STAGING, ELSEWHERE] });
    const agreeing = file('[codeartifact]', 'profile_name = a', '[codeartifact name="x"]', 'profile_name = a');
    expect(warningsOf(inputs, agreeing)).toEqual([]);
    expect(differencesOf(inputs, agreeing)).toEqual([]);
    expect(warningsOf(inputs)).toEqual([]);
  });

  test('says which section each way of matching takes, for each repository where they differ', () => {
    const contradicting = file('[codeartifact account="222222222222"]', 'profile_name = other');
    const repositories = [INTERNAL, STAGING, ELSEWHERE];
    const remedy = 'to make them agree, add a section with account="111111111111".';
    expect(differencesOf(sampleInputs({ repositories }), contradicting)).toEqual(
      ['internal', 'staging'].map(
        (name) =>
          `${name}: section-matching strict takes no section, keyring would take ` +
          `[codeartifact account="222222222222"] (line 1); ${remedy}`,
      ),
    );
    expect(differencesOf(sampleInputs({ matching: 'keyring' }), contradicting)).toEqual([
      'internal: section-matching keyring takes [codeartifact account="222222222222"] (line 1), strict would take no ' +
        `section; ${remedy}`,
    ]);
    // They are no news of a step that fails.
    expect(warningsOf(sampleInputs({ repositories }), contradicting)).toEqual([]);
  });

  test('names the repositories whose connections are not verified', () => {
    const repositories = [INTERNAL, STAGING, sampleRepository({ alias: 'prod', name: 'production' })];
    const warnings = warningsOf(sampleInputs({ repositories }), FILE);
    expect(warnings).toEqual([
      expect.stringMatching(/^The certificates of AWS are not verified for internal and prod \(verify is off\)/),
    ]);
    const settings = { verify: { caFile: 'ca.pem' } };
    expect(warningsOf(sampleInputs({ repositories, settings }), FILE)).toEqual([]);
  });

  test("an external id that GitHub's OIDC token has no use for", () => {
    const role = file('[codeartifact]', 'role_arn = arn:aws:iam::111111111111:role/ci', 'external_id = agreed');
    const oidc = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
    expect(warningsOf(sampleInputs(), role, oidc)).toEqual([
      'internal: the external id for arn:aws:iam::111111111111:role/ci is not used, since the role is assumed with ' +
        "GitHub's OIDC token; leave it out, or set role-chaining.",
    ]);
    expect(warningsOf(sampleInputs(), role, {})).toEqual([]);
    const alone = file('[codeartifact]', 'role_arn = arn:aws:iam::111111111111:role/ci');
    expect(warningsOf(sampleInputs(), alone, oidc)).toEqual([]);
  });
});
