import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type HostToken, writeNetrc } from '../../../src/formats/netrc-text.ts';
import { otherPythons } from '../../support/other-pythons.ts';
import { describeWithPython } from '../../support/python-clients.ts';
import { startPythonReader } from '../../support/python-reader.ts';
import { randomCases } from '../../support/random-cases.ts';

const ACME = 'acme-111111111111.d.codeartifact.us-east-1.amazonaws.com';
const GLOBEX = 'globex-222222222222.d.codeartifact.eu-west-1.amazonaws.com';
const HOSTS: HostToken[] = [
  { host: ACME, token: 'eyJ2ZXIiOjF9.a_b-c~d/e+f==' },
  { host: GLOBEX, token: 'token-of-globex' },
];
const OURS = HOSTS.map(({ host, token }) => `machine ${host}\n  login aws\n  password ${token}\n`).join('');
const USERS = 'machine other.example login me password mine\n';

describe('without the user', () => {
  test('an entry for each host', () => {
    expect(writeNetrc(HOSTS, undefined)).toEqual({ text: OURS, replaced: [], unreadable: false });
    expect(writeNetrc([], undefined).text).toBe('');
  });
});

describe("with the user's text behind ours", () => {
  test.each([
    '',
    '\n',
    USERS,
    USERS.trimEnd(),
    'machine other.example\n\tlogin "me"\n\tpassword "a # \\" b"\n',
    'default login anonymous password me@example\n',
    'machine a login b password #c\n',
    'machine a login b # a comment of several words\n password c\n',
    'machine a login b #a comment of several words\n password c\n',
    'machine a #a comment of several words\n login b password c\n',
    '# a comment\nmachine a login b password c\n',
    '#comment\nmachine a login b password c\n',
    'macdef x\n\n# a comment\nmachine a login b password c\n',
    'macdef\n\ninit\ncd /pub\n\nmachine a login b password c\n',
    'macdef init\ncd /pub\nmachine not.one\n\nmachine a login b password c\n',
    'machine\na\nlogin\nb\naccount\nx\npassword\nc',
    'machine a\n',
  ])('as it is: %j', (user) => {
    expect(writeNetrc(HOSTS, user)).toEqual({ text: OURS + user, replaced: [], unreadable: false });
  });

  test('with line feeds for other line ends, as Python reads it', () => {
    const { text } = writeNetrc(HOSTS, USERS.replace('\n', '\r\n') + USERS.replace('\n', '\r'));
    expect(text).toBe(OURS + USERS + USERS);
  });

  test('without its entries for our hosts, in whatever case, wherever they stand', () => {
    const stale = `machine ${ACME}\n\tlogin aws\n\tpassword stale # yesterday\n`;
    const capital = `machine ${GLOBEX.toUpperCase()} login aws password "stale \\" too"`;
    for (const user of [stale + USERS, USERS + stale, USERS + stale.trimEnd(), stale + USERS + stale]) {
      const { text, replaced, unreadable } = writeNetrc(HOSTS, user);
      expect(text).not.toContain('stale');
      expect(text.replace(OURS, '')).toBe(USERS);
      expect(new Set(replaced)).toEqual(new Set([ACME]));
      expect(unreadable).toBe(false);
    }
    expect(writeNetrc(HOSTS, `${capital}\n${USERS}`)).toEqual({
      text: OURS + USERS,
      replaced: [GLOBEX.toUpperCase()],
      unreadable: false,
    });
  });

  test('alone, where we have none: a comment of several words needs a space there', () => {
    expect(writeNetrc([], `# a comment\n${USERS}`)).toEqual({
      text: `# a comment\n${USERS}`,
      replaced: [],
      unreadable: false,
    });
    expect(writeNetrc([], '# nothing\n')).toEqual({ text: '# nothing\n', replaced: [], unreadable: false });
    expect(writeNetrc([], `#a comment\n${USERS}`).unreadable).toBe(true);
  });

  test('without what stands behind an entry for our host, where quotes end the file for Python', () => {
    expect(writeNetrc(HOSTS, `machine ${ACME} login a password b\n"" rest\n`)).toEqual({
      text: OURS,
      replaced: [ACME],
      unreadable: false,
    });
  });

  test('our hosts in a macro, a comment or a password are no entries', () => {
    const user = `macdef x\nmachine ${ACME} login a password b\n\nmachine a login ${ACME} password ${GLOBEX}\n`;
    expect(writeNetrc(HOSTS, user).text).toBe(OURS + user);
  });
});

describe('what Python would refuse is left out whole', () => {
  test.each([
    'nonsense',
    'machine',
    'machine a login b password c d\n',
    'machine a\n  # a comment of several words\n\n  # behind an empty line\n login b\n',
    'macdef init\ncd /pub\n',
    'macdef init\ncd /pub',
    'macdef x\n\n#a comment of several words\nmachine a login b password c\n',
    'machine a login b password c\nmacdef init',
    `{"json": true}`,
  ])('%j', (user) => {
    expect(writeNetrc(HOSTS, user)).toEqual({ text: OURS, replaced: [], unreadable: true });
  });

  test.each([
    'login evil password evil\n',
    'password evil',
    '"password" evil\n',
    '# comment\npassword evil\n',
    'account evil\n',
    'user evil machine a\n',
  ])('and what would be read as a part of our last entry: %j', (user) => {
    expect(writeNetrc(HOSTS, user)).toEqual({ text: OURS, replaced: [], unreadable: true });
  });
});

const pythons = await otherPythons();

/** Words that mean something, and whatever may stand between them. */
const words = fc.constantFrom(
  ...[
    'machine',
    'default',
    'macdef',
    'login',
    'user',
    'account',
    'password',
    '#',
    '# old',
    '#x',
    '""',
    '"',
    '\\',
    '\\ ',
  ],
  ...[
    '"machine"',
    'ma\\chine',
    '"a b"',
    '"a',
    'a"b',
    "'",
    'é',
    '\u{1f600}',
    '\u00a0',
    '\u2028',
    '\0',
    '!',
    'macdef x\n\n',
  ],
);
const host = fc.constantFrom(ACME, GLOBEX, ACME.toUpperCase(), `"${ACME}"`, `${ACME}.`, 'a.example', 'b.example', 'a');
const gap = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(' ', '\n') },
  fc.constantFrom('\t', '\n\n', '\r\n', '\r', '\f', ''),
);
const value = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('me', 'p4ss', '#p', 'a"b', '"a b"', 'a\\"b') }, words);
const mostly = (text: string) => fc.oneof({ weight: 15, arbitrary: fc.constant(text) }, words);
const pair = fc.tuple(mostly('login'), gap, value, gap, mostly('password'), gap, value).map((parts) => parts.join(''));
const entry = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(mostly('machine'), gap, host, gap, pair).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.tuple(mostly('default'), gap, pair).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.constantFrom('macdef init\ncd /pub\n\n', 'macdef init\nmachine x\n\n\n', 'macdef x\na') },
  { weight: 2, arbitrary: fc.constantFrom('# a comment', '#comment', '# password x', '#\n# x') },
  { weight: 1, arbitrary: fc.oneof(words, host, value) },
);
const netrcs = fc
  .tuple(fc.array(fc.tuple(entry, gap), { maxLength: 5 }), fc.boolean())
  .map(([parts, ended]) => parts.flat().join('') + (ended ? '\n' : ''));

await describeWithPython('read back', () => {
  for (const { command, version } of pythons) {
    describe(`by Python ${version.join('.')}`, () => {
      const reader = startPythonReader(command);
      const read = (text: string) => reader.read('netrc', Buffer.from(text.toWellFormed()));
      const current = version[1] >= 11;

      test('our entries', async () => {
        expect((await read(OURS)).ok).toEqual(
          Object.fromEntries(HOSTS.map(({ host, token }) => [host, ['aws', current ? '' : null, token]])),
        );
      });

      // Up to 3.10 the module was another one. It knows no quotes, reads on after the first word of a comment, and
      // refuses more: an entry without a password, for one.
      test('whatever the user has, our hosts have our tokens, and the others what they had', async () => {
        const known = current ? netrcs : netrcs.filter((text) => !/["\\]|#\S/.test(text));
        const cases = fc.sample(known, randomCases(current ? 300 : 60));
        const seen = { kept: 0, unreadable: 0, refused: 0 };
        await Promise.all(
          cases.map(async (user) => {
            const { text, replaced, unreadable } = writeNetrc(HOSTS, user);
            const [alone, after, joined] = await Promise.all([read(user), read(text), read(OURS + user)]);
            const shown = { user: JSON.stringify(user) };
            if (!current && after.ok === undefined) {
              // At the start of a file, a comment takes the next line with it, so that alone it may be another file.
              if (!/^\s*#/.test(user)) {
                expect({ ...shown, alone }).toEqual({ ...shown, alone: { refused: 'NetrcParseError' } });
              }
              seen.refused += 1;
              return;
            }
            expect({ ...shown, refused: after.refused }).toEqual({ ...shown, refused: undefined });
            for (const { host, token } of HOSTS) {
              expect({ ...shown, entry: after.ok?.[host] }).toEqual({
                ...shown,
                entry: ['aws', current ? '' : null, token],
              });
            }
            if (unreadable) seen.unreadable += 1;
            else seen.kept += 1;
            // At the start of a file, Python takes what follows the first word of a comment for more than a comment.
            if (/^\s*#/.test(user)) return;
            if (unreadable) {
              // Python would refuse it, by itself or behind ours.
              if (current) expect({ ...shown, found: alone.ok && joined.ok }).toEqual({ ...shown, found: undefined });
              return;
            }
            const isOurs = (name: string) => HOSTS.some(({ host }) => host === name.toLowerCase());
            const others = (hosts = {}) => Object.fromEntries(Object.entries(hosts).filter(([name]) => !isOurs(name)));
            if (alone.ok)
              expect({ ...shown, others: others(after.ok) }).toEqual({ ...shown, others: others(alone.ok) });
            expect(replaced.every(isOurs)).toBe(true);
          }),
        );
        expect(seen.kept).toBeGreaterThan(cases.length / 10);
        if (current) expect(seen.unreadable).toBeGreaterThan(cases.length / 10);
      });
    });
  }
});
