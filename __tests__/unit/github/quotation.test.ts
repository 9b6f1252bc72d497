import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskSecret } from '../../../src/github/masks.ts';
import { quote } from '../../../src/github/quotation.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { randomCases } from '../../support/random-cases.ts';
import { printedBy } from '../../support/step-output.ts';

describe('what stays as it is', () => {
  test.each([
    'User: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Administrator_0123456789abcdef/jo@example.com is ' +
      'not authorized to perform: codeartifact:GetAuthorizationToken on resource: ' +
      'arn:aws:codeartifact:eu-central-1:111122223333:domain/acme because no identity-based policy allows the ' +
      'codeartifact:GetAuthorizationToken action',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
      'and signing method. Consult the service documentation for details.',
    'Signature expired: 20261127T101500Z is now earlier than 20261127T102000Z (20261127T103500Z - 15 min.)',
    'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    'with an explicit deny in a service control policy: ' +
      'arn:aws:organizations::123456789012:policy/o-a1b2c3d4e5/service_control_policy/p-12345678',
    `ENOENT: no such file or directory, open '/home/runner/work/${'a-folder-of-a-project/'.repeat(8)}token'`,
    "ENOENT: no such file or directory, open '/home/runner/work/_temp/9b2f6a6e-4f0c-4f4e-9d0e-6b1f6a6e4f0c/token'",
    'connect ECONNREFUSED 127.0.0.1:40799',
    'Failed to establish tunnel to sts.us-east-1.amazonaws.com:443 via http://10.20.30.40:3128/: HTTP/1.1 407 Proxy ' +
      'Authentication Required',
    '',
  ])('%s', (text) => {
    expect(quote(text)).toBe(text);
  });
});

test('one line: blanks of all kinds are one blank each', () => {
  expect(quote(' a\r\n\tb\u200bc\u2028d\\n e ')).toBe('a b c d e');
});

test('a line of OpenSSL says its reason', () => {
  const line =
    '402D041C677F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version ' +
    'number:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:\n';
  expect(quote(line)).toBe('wrong version number');
});

test('a text without end is cut', () => {
  expect(quote('word '.repeat(5000))).toMatch(/^(?:word ){200}\.\.\.$/);
});

describe('the bounds', () => {
  test('40 signs of chance in one run of a text, 150 in all of it', () => {
    expect(['1', 'A'].map((sign) => quote(`a ${sign.repeat(39)}`))).toEqual([
      `a ${'1'.repeat(39)}`,
      `a ${'A'.repeat(39)}`,
    ]);
    expect(['1', 'A'].map((sign) => quote(`a, ${sign.repeat(40)}`))).toEqual(['a, ***', 'a, ***']);
    const pieces = (last: number) => [30, 30, 30, 30, last].map((length) => '1'.repeat(length)).join(': ');
    expect(quote(pieces(29))).toBe(pieces(29));
    expect(quote(pieces(30))).toBe('(not shown, since it could quote a secret)');
  });

  test('64 characters of one part, whatever they are', () => {
    expect(quote('a'.repeat(64))).toBe('a'.repeat(64));
    expect(quote('a'.repeat(65))).toBe('***');
  });

  test('capitals that begin words are none of chance', () => {
    expect(quote('Ab '.repeat(60))).toBe('Ab '.repeat(60).trim());
  });

  test('1,000 characters', () => {
    const text = (length: number) =>
      'word '
        .repeat(300)
        .slice(0, length - 1)
        .concat('.');
    expect(quote(text(1_000))).toBe(text(1_000));
    expect(quote(text(1_001))).toBe(`${text(1_001).slice(0, 1_000)}...`);
  });
});

/** Text with blanks wherever the numbers say. */
function takeApart(text: string, lengths: readonly number[], blank: string): string {
  let rest = text;
  const pieces: string[] = [];
  for (let index = 0; rest !== ''; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    pieces.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return pieces.join(blank);
}

/** How many characters of a secret show in one piece, blanks aside. */
function shown(secret: string, text: string): number {
  const bare = text.replace(/\s/g, '');
  let most = 0;
  for (let start = 0; start < secret.length; start += 1) {
    while (bare.includes(secret.slice(start, start + most + 1)) && start + most < secret.length) most += 1;
  }
  return most;
}

const blanks = fc.constantFrom(' ', '\n', '\r\n', '\t', '\n  ', '\u200b', '\\n', '\u00a0', '\u2028');
const lengths = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 20 });

test('a token that only the AWS SDK knows does not show, whole or taken apart by spaces, in words or alone', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 150, maxLength: 900 }),
      lengths,
      blanks,
      fc.constantFrom('', 'The token ', 'refused: "', '{"token": "'),
      (bytes, parts, blank, before) => {
        // Bytes of chance, so that fast-check's small examples are none of zeros.
        const token = Buffer.from(bytes.map((byte, index) => byte ^ (NOISE[index] ?? 0))).toString('base64');
        const said = quote(`${before}${takeApart(token, parts, blank)} was refused.`);
        expect(shown(token, said)).toBeLessThan(8);
      },
    ),
    { numRuns: randomCases(300) },
  );
});
const NOISE = randomBytes(900);

test('a known secret does not show either, however short it is', () => {
  printedBy(() => {
    maskSecret('hunter-of-two');
    maskSecret('header-of-a-token.payload.signature');
  });
  expect(quote('you sent hunter-of-two, it is wrong')).toBe('you sent ***, it is wrong');
  for (const blank of [' ', '\n', '\u200b', '\\n']) {
    for (const secret of ['hunter-of-two', 'header-of-a-token.payload.signature']) {
      expect(quote(`you sent ${takeApart(secret, [3], blank)}`)).toBe('(not shown, since it quotes a secret)');
    }
  }
});

test('a token in pieces that other signs divide is not shown either', () => {
  const token = randomBytes(600).toString('base64');
  expect(quote(`it said ${takeApart(token, [30], ':')}`)).toBe('(not shown, since it could quote a secret)');
});

test('whatever it is given, it gives one line of bounded length', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 3000 }), (text) => {
      const said = quote(text);
      expect(said.length).toBeLessThanOrEqual(1003);
      expect(said).not.toMatch(/[\r\n]/);
    }),
  );
});
