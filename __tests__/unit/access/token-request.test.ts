import { describe, expect, test } from '@jest/globals';
import { accessWarnings, type KeyringrcFile, planAccess as planAccessIn } from '../../../src/access/token-request.ts';
import { readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { sampleInputs } from '../../support/sample-inputs.ts';
import { sampleRepository } from '../../support/sample-repository.ts';

/** In a job without variables. */
const planAccess = (inputs: Parameters<typeof planAccessIn>[0], file: Parameters<typeof planAccessIn>[1]) =>
  planAccessIn(inputs, file, {});

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

describe('planAccess', () => {
  test('each repository has its section, its options, and what it inherits', () => {
    const repositories = [INTERNAL, STAGING, ELSEWHERE];
    const found = planAccess(sampleInputs({ repositories }), FILE);
    expect(
      found.map(({ repository, choice, identity, duration, verify }) => [
        repository.name,
        choice.label,
        choice.line,
        identity.source.kind === 'profile' && identity.source.profile,
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
    expect(planAccess(sampleInputs(), undefined)).toEqual([
      expect.objectContaining({
        repository: INTERNAL,
        choice: expect.objectContaining({ label: '', score: 0 }),
        identity: { source: { kind: 'default-chain' } },
        duration: 3600,
        verify: true,
      }),
    ]);
  });

  test('the name that a section gives is that of the repository, not the one that the job calls it by', () => {
    const called = sampleRepository({ alias: 'staging', name: 'internal' });
    const [access] = planAccess(sampleInputs({ repositories: [called] }), FILE);
    expect(access?.choice.line).toBe(4);
  });

  test('inputs override the file for every repository', () => {
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    const repositories = [INTERNAL, STAGING, ELSEWHERE];
    const verify = { caFile: 'ca.pem' };
    for (const access of planAccess(sampleInputs({ repositories, keys, tokenDuration: 0, verify }), FILE)) {
      expect(access).toMatchObject({ identity: { source: { kind: 'keys', keys } }, duration: 0, verify });
    }
    const [verified] = planAccess(sampleInputs({ verify: true, profileName: 'p' }), FILE);
    expect(verified).toMatchObject({ identity: { source: { kind: 'profile', profile: 'p' } }, verify: true });
  });

  test('an input hides a mistake in the option that it overrides', () => {
    const wrong = file('[codeartifact]', 'token_duration = soon');
    expect(problemsOf(() => planAccess(sampleInputs(), wrong))).not.toEqual([]);
    expect(planAccess(sampleInputs({ tokenDuration: 900 }), wrong)[0]?.duration).toBe(900);
  });

  test('the way of matching is that of the inputs', () => {
    const contradicting = file('[codeartifact account="222222222222"]', 'profile_name = other');
    expect(planAccess(sampleInputs(), contradicting)[0]?.identity.source.kind).toBe('default-chain');
    expect(planAccess(sampleInputs({ matching: 'keyring' }), contradicting)[0]?.identity.source).toMatchObject({
      profile: 'other',
    });
  });

  test.each([
    ['token_duration = 60', /^\.github\/keyringrc\.cfg line 2: token_duration must be a whole number of seconds/],
    ['token_duration =', /^\.github\/keyringrc\.cfg line 2: token_duration must be a whole number/],
    ['profile_name = a\n  verify = off', /line 2: profile_name holds a control character or goes on in the next line/],
    ['aws_access_key_id = AKIA\n\tx', /line 2: aws_access_key_id holds a control character or goes on/],
    ['aws_secret_access_key = s\u0007', /line 2: aws_secret_access_key holds a control character/],
    ['verify = a\n b', /line 2: verify holds a control character or goes on in the next line/],
    ['token_duration = 900\n 1', /line 2: token_duration holds a control character or goes on in the next line/],
    ['role_arn = ci', /line 2: role_arn must be the ARN of a role/],
    ['role_arn = a\n b', /line 2: role_arn holds a control character or goes on in the next line/],
    ['role_session_name = a b', /line 2: role_session_name must be 2 to 64 letters/],
    ['external_id = ä', /line 2: external_id must be 2 to 1224 letters/],
    ['role_chaining = maybe', /line 2: role_chaining must be true or false/],
    ['verify = "', /line 2: verify must be on, off or the path of a CA bundle/],
  ])('%j is refused', (option, problem) => {
    expect(problemsOf(() => planAccess(sampleInputs(), file('[codeartifact]', option)))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test('an empty option of a role counts as left out', () => {
    const names = ['role_arn', 'role_session_name', 'external_id', 'role_chaining'];
    const empty = file('[codeartifact]', ...names.map((name) => `${name} =`));
    expect(planAccess(sampleInputs(), empty)[0]?.identity).toEqual({ source: { kind: 'default-chain' } });
  });

  test('a role of another partition than the region is told', () => {
    const wrong = file('[codeartifact]', 'role_arn = arn:aws-cn:iam::111111111111:role/ci');
    expect(problemsOf(() => planAccess(sampleInputs(), wrong))).toEqual([
      'internal: the role arn:aws-cn:iam::111111111111:role/ci ([codeartifact]) is of the partition aws-cn, ' +
        "the repository's region us-east-1 of aws; name a role of that partition.",
    ]);
  });

  test('all mistakes of all chosen sections at once, none of the others, no value, each once', () => {
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
      planAccess(sampleInputs({ repositories: [INTERNAL, STAGING, ELSEWHERE] }), wrong),
    );
    expect(problems.map((problem) => /line \d+/.exec(problem)?.[0]).toSorted()).toEqual(['line 2', 'line 4', 'line 6']);
    expect(problems.join()).not.toMatch(/never-ever|nowhere|at-all|hidden|secret\b(?!_)/);
  });
});

describe('accessWarnings', () => {
  test('says nothing where both ways of matching agree', () => {
    const inputs = sampleInputs({ repositories: [STAGING, ELSEWHERE] });
    const agreeing = file('[codeartifact]', 'profile_name = a', '[codeartifact name="x"]', 'profile_name = a');
    expect(accessWarnings(planAccess(inputs, agreeing), 'strict')).toEqual([]);
    expect(accessWarnings(planAccess(inputs, undefined), 'strict')).toEqual([]);
  });

  test('says which section each way of matching takes, for each repository where they differ', () => {
    const contradicting = file('[codeartifact account="222222222222"]', 'profile_name = other');
    const repositories = [INTERNAL, STAGING, ELSEWHERE];
    expect(accessWarnings(planAccess(sampleInputs({ repositories }), contradicting), 'strict')).toEqual([
      'internal: section-matching strict takes [codeartifact], keyring would take [codeartifact account="222222222222"] (line 1).',
      'staging: section-matching strict takes [codeartifact], keyring would take [codeartifact account="222222222222"] (line 1).',
    ]);
    const [first] = planAccess(sampleInputs({ matching: 'keyring' }), contradicting);
    expect(first && accessWarnings([first], 'keyring')).toEqual([
      'internal: section-matching keyring takes [codeartifact account="222222222222"] (line 1), strict would take [codeartifact].',
    ]);
  });

  test('names the repositories whose connections are not verified', () => {
    const repositories = [INTERNAL, STAGING, sampleRepository({ alias: 'prod', name: 'production' })];
    const warnings = accessWarnings(planAccess(sampleInputs({ repositories }), FILE), 'strict');
    expect(warnings).toEqual([
      expect.stringMatching(/^The certificates of AWS are not verified for internal, prod \(verify is off\)/),
    ]);
    const verified = planAccess(sampleInputs({ repositories, verify: { caFile: 'ca.pem' } }), FILE);
    expect(accessWarnings(verified, 'strict')).toEqual([]);
  });

  test("an external id that GitHub's OIDC token has no use for", () => {
    const role = file('[codeartifact]', 'role_arn = arn:aws:iam::111111111111:role/ci', 'external_id = agreed');
    const oidc = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
    expect(accessWarnings(planAccessIn(sampleInputs(), role, oidc), 'strict')).toEqual([
      "internal: the external id for arn:aws:iam::111111111111:role/ci is not used, since GitHub's OIDC token takes the role on; " +
        'leave it out, or set role-chaining.',
    ]);
    expect(accessWarnings(planAccessIn(sampleInputs(), role, {}), 'strict')).toEqual([]);
    const alone = file('[codeartifact]', 'role_arn = arn:aws:iam::111111111111:role/ci');
    expect(accessWarnings(planAccessIn(sampleInputs(), alone, oidc), 'strict')).toEqual([]);
  });
});
