import { describe, expect, test } from '@jest/globals';
import { type Choice, chooseSection } from '../../../src/keyringrc/choose-section.ts';
import { NO_KEYRINGRC, readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import type { Matching } from '../../../src/keyringrc/section.ts';

const REPOSITORY = { domain: 'acme', account: '111111111111', region: 'us-east-1', name: 'internal' };

const choose = (text: string, matching: Matching, repository: Partial<typeof REPOSITORY> = {}) =>
  chooseSection(readKeyringrc(text), { ...REPOSITORY, ...repository }, matching);
const optionsOf = ({ options }: Choice) => Object.fromEntries([...options].map(([name, { value }]) => [name, value]));

describe("the document's examples", () => {
  const single = `[codeartifact]
# Tokens should only be valid for 30 minutes.
token_duration=1800

# Use the 'default' profile name.
profile_name=default

# Use the following access keys.
aws_access_key_id=xxxxxxxxx
aws_secret_access_key=xxxxxxxxx
`;
  const several = `# These are the defaults for other sections.
[codeartifact]
token_duration=1800

# Use for any repositories in account 000000000000.
[codeartifact account="000000000000"]
profile_name=special_profile

# Use for account 999999999999 with a repository named "staging".
[codeartifact account="999999999999" name="staging"]
profile_name=staging_profile
`;

  test('neither has mistakes or warnings', () => {
    for (const text of [single, several]) {
      const { mistakes, warnings } = readKeyringrc(text);
      expect([mistakes, warnings]).toEqual([
        { strict: [], keyring: [] },
        { strict: [], keyring: [] },
      ]);
    }
  });

  test.each(['strict', 'keyring'] as const)('a single section: %s', (matching) => {
    const choice = choose(single, matching);
    expect(choice).toMatchObject({
      label: 'codeartifact',
      line: 1,
      score: 0,
      why: 'there are no sections with qualifiers',
    });
    expect(choice).not.toHaveProperty('other');
    expect(optionsOf(choice)).toEqual({
      token_duration: '1800',
      profile_name: 'default',
      aws_access_key_id: 'xxxxxxxxx',
      aws_secret_access_key: 'xxxxxxxxx',
    });
  });

  test.each<[Matching, account: string, name: string, line: number, score: number, profile: string | undefined]>([
    ['strict', '000000000000', 'internal', 6, 1, 'special_profile'],
    ['strict', '999999999999', 'staging', 10, 2, 'staging_profile'],
    ['strict', '999999999999', 'internal', 2, 0, undefined],
    ['strict', '111111111111', 'internal', 2, 0, undefined],
    ['strict', '000000000000', 'staging', 6, 1, 'special_profile'],
    ['keyring', '000000000000', 'internal', 6, 1, 'special_profile'],
    ['keyring', '999999999999', 'staging', 10, 2, 'staging_profile'],
    ['keyring', '999999999999', 'internal', 10, 1, 'staging_profile'],
    ['keyring', '111111111111', 'internal', 6, 0, 'special_profile'],
    ['keyring', '000000000000', 'staging', 6, 1, 'special_profile'],
  ])('several sections: %s, account %s, name %s', (matching, account, name, line, score, profile) => {
    const choice = choose(several, matching, { account, name });
    expect([choice.line, choice.score]).toEqual([line, score]);
    expect(optionsOf(choice)).toEqual({ token_duration: '1800', ...(profile && { profile_name: profile }) });
  });
});

describe('what the package does with sections that strict would not take', () => {
  test('a lone section serves every account', () => {
    const text = '[codeartifact account="222222222222"]\nprofile_name = two';
    const choice = choose(text, 'keyring');
    expect(choice).toMatchObject({
      label: 'codeartifact account="222222222222"',
      line: 1,
      score: 0,
      why: 'account does not match; 0 of 1 qualifier',
      other: {
        label: 'codeartifact',
        line: undefined,
        score: 0,
        why: 'no section applies (line 1 has account="222222222222")',
        missed: 'line 1 has account="222222222222"',
        options: new Map(),
      },
    });
    expect(choose(text, 'strict')).toMatchObject({ label: 'codeartifact', other: { line: 1 } });
  });

  test('two equal qualifiers and the wrong account win over the right account', () => {
    const text = [
      '[codeartifact account="222222222222" region="us-east-1" domain="acme"]\nprofile_name = two',
      '[codeartifact account="111111111111"]\nprofile_name = one',
    ].join('\n');
    expect(choose(text, 'keyring')).toMatchObject({
      line: 1,
      score: 2,
      why: 'domain and region match, account does not; 2 of 3 qualifiers',
      other: { line: 3, score: 1, why: 'account matches; 1 of 1 qualifier' },
    });
    expect(choose(text, 'strict')).toMatchObject({ line: 3, score: 1, other: { line: 1, score: 2 } });
  });

  test.each(['account=1', `account="1'`, 'account = "1"', 'acount="1"', 'prod', ''])(
    '[codeartifact %s] has score 0',
    (rest) => {
      const text = `[codeartifact ${rest}]\nprofile_name = a`;
      const choice = choose(text, 'keyring', { account: '1' });
      expect(choice).toMatchObject({ line: 1, score: 0 });
      // Strict refuses the file, so it takes no other section.
      expect(choice).not.toHaveProperty('other');
      expect(() => choose(text, 'strict')).toThrow(RangeError);
    },
  );

  test('several that do not match', () => {
    const text = '[codeartifact domain="x" region="y" name="internal"]';
    expect(choose(text, 'keyring').why).toBe('name matches, domain and region do not; 1 of 3 qualifiers');
    expect(choose(text, 'keyring', { name: 'z' }).why).toBe('domain, region and name do not match; 0 of 3 qualifiers');
  });

  test('a section without qualifiers says so', () => {
    expect(choose('[codeartifact acount="1"]', 'keyring').why).toBe('it names no qualifier');
  });

  test('the last of equal qualifiers counts', () => {
    const text = '[codeartifact name="x" name="internal"]\nprofile_name = a\n[codeartifact domain="x"]';
    expect(choose(text, 'keyring')).toMatchObject({ line: 1, score: 1 });
  });

  test('the text up to the first closing quote counts', () => {
    expect(choose('[codeartifact name="in" ternal"]', 'keyring', { name: 'in' }).score).toBe(1);
  });

  test('sections with equal qualifiers: the options of the later at the place of the earlier', () => {
    const text = [
      '[codeartifact name="internal" account="111111111111"]\nprofile_name = first',
      '[codeartifact domain="acme" region="us-east-1"]\nprofile_name = between',
      '[codeartifact account="111111111111" name="internal"]\nprofile_name = last',
    ].join('\n');
    const choice = choose(text, 'keyring');
    expect(choice).toMatchObject({ line: 5, score: 2, why: expect.stringMatching(/the first of 2 such sections$/) });
    expect(optionsOf(choice)).toEqual({ profile_name: 'last' });
    expect(choice.other).toMatchObject({ line: 1 });
  });

  test('a longer word is taken', () => {
    expect(choose('[codeartifactory x]\nprofile_name = a', 'keyring')).toMatchObject({
      line: 1,
      other: { line: undefined },
    });
  });

  test('a capital makes it refuse the file', () => {
    expect(() => choose('[codeartifact Account="1"]', 'keyring')).toThrow(RangeError);
  });
});

describe('strict', () => {
  const header = (...qualifiers: string[]) => `[codeartifact ${qualifiers.join(' ')}]`;
  const [domain, account, region, name] = Object.entries(REPOSITORY).map(([key, value]) => `${key}="${value}"`) as [
    string,
    string,
    string,
    string,
  ];

  test.each<[what: string, headers: string[], line: number, why: string]>([
    [
      'most qualifiers',
      [header(name), header(account, name), header(domain)],
      2,
      'account and name match; 2 of 2 qualifiers',
    ],
    [
      'all four',
      [header(domain, account, region), header(name, region, account, domain)],
      2,
      'domain, account, region and name match; 4 of 4 qualifiers',
    ],
    [
      'the first of several that fit alike',
      [header(name), header(domain)],
      1,
      'name matches; 1 of 1 qualifier; the first of 2 such sections',
    ],
    [
      'one that contradicts is out',
      [header(domain, account, 'name="x"'), header(name)],
      2,
      'name matches; 1 of 1 qualifier',
    ],
  ])('%s', (_, headers, line, why) => {
    expect(choose(headers.join('\n'), 'strict')).toMatchObject({
      line,
      why,
      score: headers[line - 1]?.match(/=/g)?.length,
    });
  });

  test('the defaults alone where none applies', () => {
    const choice = choose('[codeartifact name="x"]\nprofile_name = x\n[codeartifact]\nverify = a', 'strict');
    expect(choice).toMatchObject({
      label: 'codeartifact',
      line: 3,
      score: 0,
      why: 'no section applies (line 1 has name="x")',
    });
    expect(optionsOf(choice)).toEqual({ verify: 'a' });
  });

  test('of those that do not apply the nearest three are told, and the others counted', () => {
    const headers = [
      header('name="x"'),
      header(domain, 'name="x"', 'region="y"'),
      header(domain, account, 'name="z"'),
      header('region="y"'),
      header('region="z"'),
    ];
    const missedOf = (number: number) => choose(headers.slice(0, number).join('\n'), 'strict').missed;
    const told = 'line 3 has name="z"; line 2 has region="y" and name="x"; line 1 has name="x"';
    expect([3, 4, 5].map(missedOf)).toEqual([told, `${told}; 1 more section`, `${told}; 2 more sections`]);
  });
});

describe('the other choice', () => {
  const text = (mine: string, theirs: string) =>
    `[codeartifact]\nverify = a\n[codeartifact name="x" domain="acme"]\n${theirs}\n` +
    `[codeartifact account="222222222222"]\n${mine}`;

  test.each<[what: string, mine: string, theirs: string, told: boolean]>([
    ['another value', 'profile_name = a', 'profile_name = b', true],
    ['one more option', 'profile_name = a', '', true],
    ['an empty token_duration', 'token_duration =', '', true],
    ['the same values', 'profile_name = a', 'profile_name = a', false],
    ['an empty option', 'profile_name =', '', false],
    ['the default, written again', 'verify = a', '', false],
    ['an unknown option', 'x = a', '', false],
  ])('%s', (_, mine, theirs, told) => {
    const choice = choose(text(mine, theirs), 'strict', { account: '222222222222' });
    expect(choice.line).toBe(5);
    // Keyring gives both a score of 1 and takes the first.
    expect(choice.other?.line).toBe(told ? 3 : undefined);
    expect(choice.other?.other).toBeUndefined();
  });

  test('without a file there is no section, and nothing to tell', () => {
    for (const matching of ['strict', 'keyring'] as const) {
      expect(chooseSection(NO_KEYRINGRC, REPOSITORY, matching)).toEqual({
        label: '',
        line: undefined,
        score: 0,
        why: 'there are no sections with qualifiers',
        options: new Map(),
      });
    }
  });
});

describe('the runner-up', () => {
  const HEADERS = [
    '[codeartifact account="111111111111" name="internal" region="eu-west-1"]',
    '[codeartifact account="111111111111"]',
    '[codeartifact region="us-east-1"]',
    '[codeartifact account="222222222222"]',
  ];
  const runnerUp = (headers: readonly string[], matching: Matching) => choose(headers.join('\n'), matching).runnerUp;

  test('strict: the next of those that apply', () => {
    expect(runnerUp(HEADERS, 'strict')).toEqual({
      label: 'codeartifact region="us-east-1"',
      line: 3,
      score: 1,
      why: 'region matches; 1 of 1 qualifier',
    });
  });

  test('strict: else the nearest of the others, with what contradicts', () => {
    const why = 'account and name match, region does not; 2 of 3 qualifiers';
    expect(runnerUp(HEADERS.slice(0, 2), 'strict')).toMatchObject({ line: 1, score: 2, why });
    expect(choose(HEADERS[0] ?? '', 'strict')).toMatchObject({
      label: 'codeartifact',
      why: 'no section applies (line 1 has region="eu-west-1")',
      runnerUp: { line: 1, score: 2, why },
    });
  });

  test('strict: none where nothing of the others is equal', () => {
    expect(choose(HEADERS.slice(3).join('\n'), 'strict')).not.toHaveProperty('runnerUp');
    expect(choose([HEADERS[1], HEADERS[3]].join('\n'), 'strict')).not.toHaveProperty('runnerUp');
  });

  test('keyring: the next by equal qualifiers, even where none is', () => {
    expect(runnerUp(HEADERS, 'keyring')).toMatchObject({ line: 2, score: 1 });
    expect(runnerUp([HEADERS[1] ?? '', HEADERS[3] ?? ''], 'keyring')).toMatchObject({ line: 2, score: 0 });
    expect(choose(HEADERS[3] ?? '', 'keyring')).not.toHaveProperty('runnerUp');
    expect(choose('[codeartifact]', 'keyring')).not.toHaveProperty('runnerUp');
  });
});
