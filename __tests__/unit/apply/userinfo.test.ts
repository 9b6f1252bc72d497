import { expect, test } from '@jest/globals';
import { hasUserinfo } from '../../../src/apply/userinfo.ts';

test.each(['https://me:secret@host/', 'x http://me@host', 'a=socks5://:secret@host:1/ b'])('has some: %s', (text) => {
  expect(hasUserinfo(text)).toBe(true);
});

test.each(['', 'https://host/', 'me@host', 'https://host/@x', 'https:// me@host', 'git@host:a/b'])(
  'has none: %s',
  (text) => {
    expect(hasUserinfo(text)).toBe(false);
  },
);
