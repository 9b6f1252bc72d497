import { describe, expect, test } from '@jest/globals';
import { rowOf, TOOLS } from '../../src/clients/table.ts';
import { type Inputs, readFileInputs, readInputs } from '../../src/inputs.ts';
import { joinWords } from '../../src/messages/wording.ts';
import { setInputs } from '../support/action-inputs.ts';
import { problemsOf } from '../support/problems-of.ts';
import { sampleRepository } from '../support/sample-repository.ts';
import { printedBy } from '../support/step-output.ts';

const INTERNAL = sampleRepository();
const STAGING = sampleRepository({ alias: 'stage', name: 'staging' });
const ONE = { repositories: INTERNAL.url };
const TWO = { repositories: `${INTERNAL.url}\nstage=${STAGING.url}` };

function read(inputs: Readonly<Record<string, string>>): Inputs {
  setInputs(inputs);
  return printedBy(readInputs).result;
}

function problems(inputs: Readonly<Record<string, string>>): readonly string[] {
  setInputs(inputs);
  return printedBy(() => problemsOf(readInputs)).result;
}

const DEFAULTS: Inputs = {
  repositories: [INTERNAL],
  keyringrc: '',
  matching: 'strict',
  settings: {},
  tools: ['pip', 'twine', 'uv'],
  mainIndex: { kind: 'repository', repository: INTERNAL },
  publishTo: INTERNAL,
  tokenPlace: 'netrc',
  preflight: false,
  plan: false,
  cleanUp: true,
  summary: true,
  forks: 'fail',
  warnings: [],
};

describe('defaults', () => {
  test('of inputs that are unset', () => {
    expect(read(ONE)).toEqual(DEFAULTS);
  });

  test('of inputs that are passed empty or as white space, as the runner and unset secrets do', () => {
    const names = ['keyringrc', 'section-matching', 'profile-name', 'token-duration', 'verify', 'tools', 'index-url'];
    const more = ['publish-to', 'credentials', 'preflight', 'plan', 'clean-up', 'summary', 'forks'];
    const keys = ['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'];
    for (const value of ['', ' \n\t']) {
      const empty = Object.fromEntries([...names, ...more, ...keys].map((name) => [name, value]));
      expect(read({ ...ONE, ...empty })).toEqual(DEFAULTS);
    }
  });

  test('with several repositories: the first is the main index, and uploads have no default', () => {
    const { mainIndex, publishTo } = read(TWO);
    expect(mainIndex).toEqual({ kind: 'repository', repository: INTERNAL });
    expect(publishTo).toBeUndefined();
  });
});

describe('values', () => {
  test('every input', () => {
    const inputs = read({
      ...TWO,
      keyringrc: ' config/keyringrc.cfg ',
      'section-matching': 'keyring',
      'profile-name': 'team a',
      'role-to-assume': 'arn:aws:iam::111111111111:role/path/of/ci',
      'role-session-name': 'night.ly',
      'role-external-id': 'agreed',
      'role-chaining': 'Yes',
      audience: 'own-audience',
      'token-duration': '900',
      verify: 'certs/ca.pem',
      tools: 'twine',
      'index-url': 'stage',
      'publish-to': 'internal',
      credentials: 'url',
      preflight: 'true',
      plan: 'true',
      'clean-up': 'false',
      summary: 'no',
      forks: 'skip',
      'aws-access-key-id': 'AKIAEVERYINPUT',
      'aws-secret-access-key': 'every/input/secret',
      'aws-session-token': 'every+input+session',
    });
    expect(inputs).toEqual({
      repositories: [INTERNAL, STAGING],
      keyringrc: 'config/keyringrc.cfg',
      matching: 'keyring',
      settings: {
        accessKeyId: 'AKIAEVERYINPUT',
        secretAccessKey: 'every/input/secret',
        sessionToken: 'every+input+session',
        profile: 'team a',
        roleArn: 'arn:aws:iam::111111111111:role/path/of/ci',
        roleSessionName: 'night.ly',
        externalId: 'agreed',
        roleChaining: true,
        audience: 'own-audience',
        tokenDuration: 900,
        verify: { caFile: 'certs/ca.pem' },
      },
      tools: ['twine'],
      mainIndex: { kind: 'repository', repository: STAGING },
      publishTo: INTERNAL,
      tokenPlace: 'url',
      preflight: true,
      plan: true,
      cleanUp: false,
      summary: false,
      forks: 'skip',
      warnings: [],
    });
  });

  test('keys without a session token', () => {
    expect(
      read({ ...ONE, 'aws-access-key-id': 'AKIANOSESSION', 'aws-secret-access-key': 'nosession1' }).settings,
    ).toEqual({
      accessKeyId: 'AKIANOSESSION',
      secretAccessKey: 'nosession1',
    });
  });

  test.each([
    ['pip twine', ['pip', 'twine']],
    ['twine,pip', ['twine', 'pip']],
    ['\n  pip\n  twine\n', ['pip', 'twine']],
    [', pip ,,\t', ['pip']],
    ['pip pip', ['pip']],
  ])('tools %j', (tools, names) => {
    expect(read({ ...ONE, tools }).tools).toEqual(names);
  });
});

describe('mistakes', () => {
  test.each<[inputs: Record<string, string>, problem: RegExp]>([
    [{ repositories: '' }, /^Input repositories is empty/],
    [
      { keyringrc: 'a\nb' },
      /^Input keyringrc holds a line break or another control character; write it on one line\.$/,
    ],
    [{ 'profile-name': 'a\nb' }, /^Input profile-name holds a line break/],
    [{ 'profile-name': 'a\u001bb' }, /^Input profile-name holds a line break or another control/],
    [{ 'token-duration': '9\r00' }, /^Input token-duration holds a line break/],
    [{ verify: 'on\noff' }, /^Input verify holds a line break/],
    [{ 'index-url': 'a\nb' }, /^Input index-url holds a line break/],
    [{ 'publish-to': 'a\u0085b' }, /^Input publish-to holds a line break/],
    [{ 'section-matching': 'Strict' }, /^Input section-matching is "Strict"; write "strict" or "keyring"\.$/],
    [{ credentials: 'netrc,url' }, /^Input credentials is "netrc,url"; write "netrc" or "url"\.$/],
    [{ preflight: 'maybe' }, /^Input preflight is "maybe"; it must be true or false\.$/],
    [{ plan: 'dry' }, /^Input plan is "dry"; it must be true or false\.$/],
    [{ summary: 'maybe' }, /^Input summary is "maybe"; it must be true or false\.$/],
    [{ forks: 'ignore' }, /^Input forks is "ignore"; write "fail" or "skip"\.$/],
    [{ 'clean-up': 'Falsch' }, /^Input clean-up is "Falsch"; it must be true or false\.$/],
    [{ 'clean-up': 'a\nb' }, /^Input clean-up holds a line break or another control character/],
    [
      { tools: 'pip nothing' },
      new RegExp(`^Input tools names "nothing", which is not known; the tools are ${TOOLS[0]}, `),
    ],
    [
      { 'index-url': 'project', credentials: 'url' },
      /^Input credentials is "url", which needs a pip\.conf, and with index-url: project none is written; leave one of/,
    ],
    [{ tools: 'pip;twine' }, /^Input tools names "pip;twine", which is not known; the tools are /],
    [
      { tools: '- pip\n- twine' },
      /^Input tools is written as a YAML list; write the tools on one line, as in "pip twine"/,
    ],
    [{ tools: '[pip, twine]' }, /^Input tools is written as a YAML list/],
    [{ tools: 'constructor' }, /^Input tools names "constructor"/],
    [
      { 'token-duration': '899' },
      /^Input token-duration is "899"; it must be a number of seconds from 900 to 43200 \(3600/,
    ],
    [{ 'token-duration': '43201' }, /^Input token-duration is "43201"; it must/],
    [{ 'token-duration': '1h' }, /^Input token-duration is "1h"; it must/],
    [{ 'token-duration': '-900' }, /^Input token-duration is "-900"; it must/],
    [
      { 'role-to-assume': 'ci' },
      /^Input role-to-assume is "ci"; it must be the ARN of a role, arn:aws:iam::ACCOUNT:role\/N/,
    ],
    [{ 'role-session-name': 'a b' }, /^Input role-session-name is "a b"; it must be 2 to 64 letters/],
    [{ 'role-external-id': 'x' }, /^Input role-external-id is "x"; it must be 2 to 1224 letters/],
    [{ 'role-chaining': 'maybe' }, /^Input role-chaining is "maybe"; it must be true or false\.$/],
    [{ audience: 'a\nb' }, /^Input audience holds a line break/],
    [{ verify: '"' }, /^Input verify is '"'; it must be on, off or the path of a CA bundle\.$/],
    [{ preflight: '"' }, /^Input preflight is '"'; it must be true or false\.$/],
    [
      { 'index-url': 'staging' },
      /^Input index-url is "staging", which is not the name of a listed repository\. Listed: internal\. It can/,
    ],
    [
      { 'publish-to': 'staging' },
      /^Input publish-to is "staging", which is not the name of a listed repository\. Listed: internal\.$/,
    ],
    [
      { 'aws-access-key-id': 'AKIAALONE1' },
      /^Input aws-secret-access-key is empty while aws-access-key-id is given; giv/,
    ],
    [{ 'aws-secret-access-key': 'alone12' }, /^Input aws-access-key-id is empty while aws-secret-access-key is given/],
    [
      { 'aws-session-token': 'alone12' },
      /^Input aws-access-key-id and aws-secret-access-key are empty while aws-session-token is given/,
    ],
    [
      { 'aws-session-token': 'alone12', 'aws-secret-access-key': 'alone12' },
      /^Input aws-access-key-id is empty while aws-secret-access-key and aws-session-token are given/,
    ],
  ])('%j', (inputs, problem) => {
    expect(problems({ ...ONE, ...inputs })).toEqual([expect.stringMatching(problem)]);
  });

  test('a key with a character that no key has', () => {
    const keys = {
      'aws-access-key-id': 'AKIAGOODKEY',
      'aws-secret-access-key': 'good/secret',
      'aws-session-token': '',
    };
    for (const name of Object.keys(keys)) {
      for (const character of [' ', '\n', '\t', '\u0000', 'é', '\u007f']) {
        expect(problems({ ...ONE, ...keys, [name]: `mistaken${character}value` })).toEqual([
          `Input ${name} holds a space or a character that no AWS key has; copy the key again without it.`,
        ]);
      }
    }
  });

  test('all of them at once, those that need the repositories included', () => {
    const found = problems({
      ...ONE,
      keyringrc: 'a\nb',
      'section-matching': 'x',
      'profile-name': 'a\nb',
      'role-to-assume': 'x',
      'role-chaining': 'x',
      audience: 'a\nb',
      'token-duration': 'x',
      verify: 'a\nb',
      tools: 'x y',
      'index-url': 'x',
      'publish-to': 'y',
      credentials: 'x',
      preflight: 'x',
      plan: 'x',
      'clean-up': 'x',
      'aws-access-key-id': 'AKIAALLATONCE',
    });
    const names = found.map((problem) => /^Input ([a-z-]+) /.exec(problem)?.[1]);
    expect(names.toSorted().join(' ')).toBe(
      'audience aws-secret-access-key clean-up credentials index-url keyringrc plan preflight profile-name ' +
        'publish-to role-chaining role-to-assume section-matching token-duration tools tools verify',
    );
  });

  test('of the list of repositories, without questions about what is not known then', () => {
    const found = problems({ repositories: 'http://x', 'index-url': 'x', 'publish-to': 'y', credentials: 'x' });
    expect(found).toEqual([expect.stringMatching(/^Input repositories, line 1/), expect.stringMatching(/^Input cred/)]);
  });

  test('of the list of repositories, and of what is wrong beside it whatever the list says', () => {
    for (const [name, text] of [
      ['index-url', 'http://index.example/'],
      ['index-url', 'https://u:p@index.example/'],
      ['publish-to', 'a\nb'],
    ]) {
      expect(problems({ repositories: 'http://x', [name as string]: text as string })).toEqual([
        expect.stringMatching(/^Input repositories, line 1/),
        expect.stringMatching(new RegExp(`^Input ${name} `)),
      ]);
    }
  });

  test('each key and session token that is no such thing', () => {
    const wrong = { 'aws-access-key-id': 'A B', 'aws-secret-access-key': 'C D', 'aws-session-token': 'E F' };
    expect(problems({ ...ONE, ...wrong })).toEqual(
      Object.keys(wrong).map(
        (name) => `Input ${name} holds a space or a character that no AWS key has; copy the key again without it.`,
      ),
    );
  });
});

test('beside an index of others, whoever publishes there is warned of, for the tools that merge indexes', () => {
  const merging = TOOLS.filter((tool) => rowOf(tool).merges);
  const warningsOf = (tools: readonly string[], index = 'https://index.example/simple/') =>
    read({ ...TWO, tools: tools.join(' '), 'index-url': index }).warnings;
  expect(warningsOf(['pip', 'twine'])).toEqual([expect.stringContaining('and pip takes the highest version of all')]);
  const all = `and ${joinWords(merging)} take the highest version of all`;
  expect(warningsOf(TOOLS)).toEqual([expect.stringContaining(all)]);
  expect(warningsOf(TOOLS.filter((tool) => !merging.includes(tool)))).toEqual([]);
  expect(warningsOf(TOOLS, '')).toEqual([]);
});

describe('secrets', () => {
  const SECRETS = {
    'aws-access-key-id': 'AKIA MISTAKEN ID',
    'aws-secret-access-key': 'a secret with spaces',
    'aws-session-token': 'a session with spaces',
  };

  test('no problem quotes one', () => {
    for (const kept of [Object.keys(SECRETS), ...Object.keys(SECRETS).map((name) => [name])]) {
      const inputs = Object.fromEntries(Object.entries(SECRETS).filter(([name]) => kept.includes(name)));
      const found = problems({ ...inputs, repositories: 'x', 'index-url': 'https://u:p4ssw0rd@index.example/' });
      expect(found).not.toEqual([]);
      for (const secret of [...Object.values(SECRETS), 'p4ssw0rd', 'MISTAKEN', 'with spaces']) {
        expect(found.join('\n')).not.toContain(secret);
      }
    }
    expect(problems({ ...ONE, 'index-url': 'https://u:p4ssw0rd@index.example/' })).toEqual([
      'Input index-url holds a user name or password; leave them out and put them in a netrc of your own.',
    ]);
  });

  test('each is masked, also when the inputs are refused', () => {
    setInputs({
      repositories: '',
      'aws-access-key-id': 'AKIAMASKEDATONCE',
      'aws-secret-access-key': 'masked/at+once',
      'aws-session-token': 'masked session',
    });
    const { masks } = printedBy(() => problemsOf(readInputs));
    expect(masks).toEqual(expect.arrayContaining(['AKIAMASKEDATONCE', 'masked/at+once', 'masked session']));
  });
});

test('the inputs that say which file is read can be had without the others', () => {
  setInputs({ keyringrc: 'x.cfg', 'section-matching': 'keyring', tools: 'nonsense' });
  expect(readFileInputs()).toEqual({ keyringrc: 'x.cfg', matching: 'keyring' });
  setInputs({ keyringrc: 'a\nb', 'section-matching': 'x' });
  expect(problemsOf(readFileInputs)).toEqual([
    expect.stringMatching(/^Input keyringrc/),
    expect.stringMatching(/^Input section-matching/),
  ]);
});
