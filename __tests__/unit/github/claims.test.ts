import { expect, test } from '@jest/globals';
import { GITHUB_ISSUER, readClaims } from '../../../src/github/claims.ts';

const tokenOf = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
const PLAIN = { sub: 'repo:acme/widgets:ref:refs/heads/main', aud: 'sts.amazonaws.com', iss: GITHUB_ISSUER };

test('what a trust policy can ask for is told in one order, and nothing else of the token', () => {
  const more = {
    jti: 'no',
    exp: 1,
    environment: '',
    enterprise_id: null,
    actor_id: '12',
    repository_id: '7',
    job_workflow_ref: 'a@b',
  };
  expect(readClaims(tokenOf({ ...more, ...PLAIN }))).toEqual({
    issuer: GITHUB_ISSUER,
    words: [
      `sub ${PLAIN.sub}`,
      'aud sts.amazonaws.com',
      `iss ${GITHUB_ISSUER}`,
      'repository_id 7',
      'job_workflow_ref a@b',
      'actor_id 12',
    ],
  });
});

test('a value without end is cut', () => {
  expect(readClaims(tokenOf({ workflow: 'w'.repeat(201) }))?.words).toEqual([`workflow ${'w'.repeat(200)}...`]);
  expect(readClaims(tokenOf({ workflow: 'w'.repeat(200) }))?.words).toEqual([`workflow ${'w'.repeat(200)}`]);
});

test.each(['https://github.acme.example/_services/token', 'https://token.actions.acme.ghe.com', GITHUB_ISSUER])(
  'the issuer %s',
  (iss) => expect(readClaims(tokenOf({ iss }))?.issuer).toBe(iss),
);

test.each([
  undefined,
  7,
  '',
  'http://x',
  'https://a b',
  'https://x/\n',
  `https://${'x'.repeat(101)}`,
  'https://x/?a',
  'see https://x',
  ['https://x'],
])('no issuer: %j', (iss) => expect(readClaims(tokenOf({ iss }))?.issuer).toBe(GITHUB_ISSUER));

test('text that is no token says nothing', () => {
  for (const text of ['', 'token', 'a.b.c', 'a..c', tokenOf(null)]) expect(readClaims(text)).toBeUndefined();
});
