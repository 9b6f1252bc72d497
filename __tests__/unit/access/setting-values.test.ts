import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  readExternalId,
  readKey,
  readRoleArn,
  readSessionName,
  readSwitch,
  readTokenDuration,
  readVerify,
} from '../../../src/access/setting-values.ts';
import { problemsOf } from '../../support/problems-of.ts';

describe('token_duration', () => {
  test.each([
    ['0', 0],
    ['900', 900],
    ['3600', 3600],
    ['43200', 43_200],
    ['000900', 900],
  ])('%s', (text, seconds) => {
    expect(readTokenDuration(text, 'here')).toBe(seconds);
  });

  test.each([
    ...['', ' ', '1', '899', '43201', '999999', '-0', '-900', '+900', '900.0', '9e2', '0x384', ' 900', '900 ', '900\n'],
    ...['3_600', '٩٠٠', '９００', '1h', 'NaN', 'Infinity', '900 # an hour', '0000900'],
  ])('%j is refused', (text) => {
    expect(problemsOf(() => readTokenDuration(text, 'f.cfg line 3: token_duration'))).toEqual([
      'f.cfg line 3: token_duration must be a number of seconds from 900 to 43200 (3600 is an hour), or 0 for as ' +
        'long as the role session lasts.',
    ]);
  });

  test('no other text is a number, and no other number is accepted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer({ min: -1, max: 50_000 }).map(String)), (text) => {
        let seconds: number | undefined;
        const problems = problemsOf(() => {
          seconds = readTokenDuration(text, 'here');
        });
        expect(problems.length > 0).toBe(seconds === undefined);
        if (seconds === undefined) return;
        expect(seconds === 0 || (seconds >= 900 && seconds <= 43_200)).toBe(true);
        expect(text.replace(/^0+(?=\d)/, '')).toBe(String(seconds));
      }),
    );
  });
});

describe('verify', () => {
  test.each(['1', 'yes', 'on', 'true', 'YES', 'On', 'tRUE'])('%s is on', (text) => {
    expect(readVerify(text, 'verify')).toBe(true);
  });

  test.each(['0', 'no', 'off', 'false', 'NO', 'Off', 'fALSE'])('%s is off', (text) => {
    expect(readVerify(text, 'verify')).toBe(false);
  });

  // Nothing but the words turns the verification off: a typing mistake is a path that does not exist.
  test.each([
    ['certs/ca.pem', 'certs/ca.pem'],
    ['"certs/my ca.pem"', 'certs/my ca.pem'],
    ['""certs/ca.pem"', 'certs/ca.pem'],
    ['"certs/ca.pem""', 'certs/ca.pem'],
    [`'ca.pem`, `'ca.pem`],
    ['a"b', 'a"b'],
    ['"offf"', 'offf'],
    [`"it's/ca.pem"`, "it's/ca.pem"],
    ['offf', 'offf'],
    [' off', ' off'],
    ['n', 'n'],
    ['disabled', 'disabled'],
  ])('%j is a path', (text, caFile) => {
    expect(readVerify(text, 'verify')).toEqual({ caFile });
  });

  test.each(['', '"', '""'])('%j is no path', (text) => {
    expect(problemsOf(() => readVerify(text, 'Input verify'))).toEqual([
      'Input verify must be on, off or the path of a CA bundle.',
    ]);
  });

  test.each(['"off"', `'off'`, '"TRUE"', `'1'`, `'certs/ca.pem'`, `''`])('%s: the quotes are told', (text) => {
    expect(problemsOf(() => readVerify(text, 'Input verify'))).toEqual([
      'Input verify must not have quotes around it; remove them.',
    ]);
  });
});

test('a switch takes the same words for on and off, and nothing else', () => {
  for (const word of ['1', 'Yes', 'on', 'TRUE']) expect(readSwitch(word, 'here')).toBe(true);
  for (const word of ['0', 'No', 'off', 'FALSE']) expect(readSwitch(word, 'here')).toBe(false);
  for (const text of ['maybe', '', '"', 'ca.pem']) {
    expect(problemsOf(() => readSwitch(text, 'here'))).toEqual(['here must be true or false.']);
  }
});

describe('what names a role', () => {
  test.each([
    'arn:aws:iam::111111111111:role/ci',
    'arn:aws:iam::111111111111:role/path/of/Ci_+=,.@-1',
    'arn:aws-cn:iam::111111111111:role/ci',
    'arn:aws-us-gov:iam::111111111111:role/ci',
  ])('the ARN %s', (arn) => {
    expect(readRoleArn(arn, 'here')).toBe(arn);
  });

  test.each([
    ['ci', 'its name alone'],
    ['role/ci', 'its name alone'],
    ['arn:aws:iam::111111111111:user/ci', 'that of a user'],
    ['arn:aws:iam::111111111111:policy/ci', 'that of a policy'],
    ['arn:aws:iam::111111111111:instance-profile/ci', 'that of an instance profile'],
    ['arn:aws:sts::111111111111:assumed-role/ci/x', 'that of one of its sessions'],
  ])('%s: what it is, and what it must be', (text, what) => {
    expect(problemsOf(() => readRoleArn(text, 'f.cfg line 2: role_arn'))).toEqual([
      `f.cfg line 2: role_arn must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME, not ${what}.`,
    ]);
  });

  test('an account that lacks a digit', () => {
    for (const partition of ['aws', 'aws-us-gov']) {
      expect(problemsOf(() => readRoleArn(`arn:${partition}:iam::11111111111:role/ci`, 'Input x'))).toEqual([
        'Input x must name an account of 12 digits, not of 11 (11111111111).',
      ]);
    }
  });

  test.each(['role/ci', 'user/ci', 'policy/ci', 'instance-profile/ci', 'assumed-role/ci/x'])(
    'what only has an ARN with %s in it is none of them',
    (rest) => {
      for (const service of ['iam', 'sts']) {
        const [problem] = problemsOf(() => readRoleArn(`the arn:aws:${service}::11111111111:${rest}`, 'Input x'));
        expect(problem).toBe('Input x must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME.');
      }
    },
  );

  test.each([
    ...['', 'arn:aws:iam::111111111111:role/'],
    ...['arn:aws:iam:us-east-1:111111111111:role/ci', 'arn:aws:iam::111111111111:role/c i'],
    ...[
      'arn:aws:iam::111111111111:role/ci\n',
      ' arn:aws:iam::111111111111:role/ci',
      'arn:evil:iam::111111111111:role/ci',
    ],
    `arn:aws:iam::111111111111:role/${'x'.repeat(577)}`,
  ])('%j is no ARN of a role', (text) => {
    expect(problemsOf(() => readRoleArn(text, 'f.cfg line 2: role_arn'))).toEqual([
      'f.cfg line 2: role_arn must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME.',
    ]);
  });

  test('session names and external ids, within their bounds', () => {
    for (const name of ['ab', 'x'.repeat(64), 'a_+=,.@-9']) expect(readSessionName(name, 'here')).toBe(name);
    for (const name of ['', 'a', 'x'.repeat(65), 'a b', 'a/b', 'é1', 'ab\n']) {
      expect(problemsOf(() => readSessionName(name, 'here'))).toEqual([
        expect.stringMatching(/^here must be 2 to 64 letters/),
      ]);
    }
    for (const id of ['ab', 'x'.repeat(1224), 'a_+=,.@:/-9']) expect(readExternalId(id, 'here')).toBe(id);
    for (const id of ['', 'a', 'x'.repeat(1225), 'a b', 'é1']) {
      expect(problemsOf(() => readExternalId(id, 'here'))).toEqual([
        expect.stringMatching(/^here must be 2 to 1224 letters/),
      ]);
    }
  });
});

test('quotes are no part of a value', () => {
  const readers = [readRoleArn, readSessionName, readExternalId, readTokenDuration, readSwitch, readKey];
  for (const read of readers) {
    for (const text of ['"x"', "'arn:aws:iam::111111111111:role/ci'", '"900"', '"true"']) {
      expect(problemsOf(() => read(text, 'here'))).toEqual(['here must not have quotes around it; remove them.']);
    }
  }
});

test('a key is visible ASCII, and a problem never quotes it', () => {
  for (const key of ['', 'AKIAGOODKEY', 'good/secret+=', '!~']) expect(readKey(key, 'here')).toBe(key);
  for (const character of [' ', '\n', '\t', '\u0000', 'é', '\u007f', '\u0e33']) {
    expect(problemsOf(() => readKey(`mistaken${character}value`, 'here'))).toEqual([
      'here holds a space or a character that no AWS key has; copy the key again without it.',
    ]);
  }
});
