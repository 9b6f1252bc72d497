import { expect, test } from '@jest/globals';
import { describeClaims } from '../../../src/github/oidc-token.ts';

test('what AWS compares with a trust policy, of a token; nothing of what is none', () => {
  const claims = { sub: 'repo:acme/widgets:ref:refs/heads/main', aud: 'sts.amazonaws.com', jti: 'not-told' };
  const token = ['head', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');
  expect(describeClaims(token)).toBe(
    'the token says sub repo:acme/widgets:ref:refs/heads/main and aud sts.amazonaws.com',
  );
  for (const text of ['', 'token', 'a.b.c', 'a..c']) expect(describeClaims(text)).toBe('');
});
