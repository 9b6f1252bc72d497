import { beforeAll, describe, expect, test } from '@jest/globals';
import { addIndexServers, removeOwner } from '../../../src/formats/pypirc.ts';
import type { IndexServer } from '../../../src/formats/pypirc-section.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { describeWithPython } from '../../support/python-clients.ts';
import { type PythonReader, startPythonReader } from '../../support/python-reader.ts';

const NOON = new Date('2026-11-23T12:00:00.000Z');
const later = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);
const [A, B, C] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)] as const;

function server(
  name: string,
  { minutes = 60, token = `token-of-${name}`, url = `https://host/pypi/${name}/`, identity = 'someone' } = {},
): IndexServer {
  return { name, url, token, identity, expiration: later(minutes) };
}

/** Adds to a file with mode 644. */
const add = (text: string | undefined, servers: readonly IndexServer[], owner: string = A, now = NOON) =>
  addIndexServers(text, text === undefined ? undefined : 0o644, servers, owner, now);

const STAGING = [server('staging')];
const HERS =
  '[distutils]\nindex-servers =\n    pypi\n    hers\n\n[hers]\nrepository = https://hers/\npassword = p%4#;\n';

/** What a section of ours says, with the lines of the file that is there. */
const section = (name: string, owners: string, original: string) =>
  `[${name}]\nrepository = https://host/pypi/${name}/\nusername = aws\npassword = token-of-${name}\n` +
  `codeartifact-keyring-owners = ${owners}\n` +
  `codeartifact-keyring-token = name=${name} identity=someone until=${UNTIL_ONE}\n` +
  `codeartifact-keyring-file = ${original}\n`;
const UNTIL_ONE = '2026-11-23T13:00:00.000Z';

describe('adding', () => {
  test('to no file', () => {
    expect(add(undefined, [server('staging'), server('my.repo')])).toBe(
      '[distutils]\nindex-servers =\n    pypi\n    testpypi\n    staging\n    my.repo\n' +
        section('staging', `${A}@${UNTIL_ONE}`, 'mode=none newline=yes distutils=section') +
        section('my.repo', `${A}@${UNTIL_ONE}`, 'mode=none newline=yes distutils=section'),
    );
    expect(addIndexServers(undefined, 0o600, STAGING, A, NOON)).toContain('mode=none');
  });

  test("to the user's file: its lines stay as they are, comments and all", () => {
    const user = `# mine\n${HERS}\n; end\n`;
    const head = user.replace('    hers\n', '    hers\n    staging\n');
    expect(add(user, STAGING)).toBe(
      head + section('staging', `${A}@${UNTIL_ONE}`, 'mode=644 newline=yes distutils=list'),
    );
  });

  test.each<[string, string, string]>([
    [
      'a list in one line',
      '[distutils]\nindex-servers = pypi hers\nx = 1\n',
      '[distutils]\nindex-servers = pypi hers\n    staging\nx = 1\n',
    ],
    ['an empty list', '[distutils]\nindex-servers:\n', '[distutils]\nindex-servers:\n    staging\n'],
    [
      'an indented list, with comments in it',
      '  [distutils]\n  Index-Servers =\n      # one\n\n      hers\n      # end\n',
      '  [distutils]\n  Index-Servers =\n      # one\n\n      hers\n      staging\n      # end\n',
    ],
    [
      'a section without a list',
      '[distutils]\nx = 1\n\n[hers]\n',
      '[distutils]\nx = 1\nindex-servers =\n    pypi\n    testpypi\n    staging\n\n[hers]\n',
    ],
    ['an empty section', '[distutils]', '[distutils]\nindex-servers =\n    pypi\n    testpypi\n    staging\n'],
    [
      'a list that [distutils] has from [DEFAULT]',
      '[DEFAULT]\nindex-servers = hers\n[distutils]\n',
      '[DEFAULT]\nindex-servers = hers\n    staging\n[distutils]\n',
    ],
    [
      'CRLF line ends',
      '[distutils]\r\nindex-servers = hers\r\n',
      '[distutils]\r\nindex-servers = hers\r\n    staging\n',
    ],
  ])('to %s', (_, user, head) => {
    const text = add(user, STAGING);
    expect(text.slice(0, text.indexOf('[staging]'))).toBe(head);
    expect(removeOwner(text, A, NOON)).toEqual({ text: user, mode: 0o644 });
  });

  test('nothing: the file stays as it is', () => {
    for (const user of [HERS, HERS.trimEnd()]) expect(add(user, [])).toBe(user);
  });

  test('twice for one run: the newer token counts', () => {
    const again = add(add(HERS, STAGING), [server('staging', { token: 'newer', minutes: 90 })]);
    expect(again.match(/password = newer/g)).toHaveLength(1);
    expect(again).not.toContain('token-of-staging');
    expect(again).toContain(`owners = ${A}@${later(90).toISOString()}\n`);
    expect(removeOwner(again, A, NOON)?.text).toBe(HERS);
  });
});

describe('leaving', () => {
  test('a file that nobody had is no file again; one that was there is what it was', () => {
    expect(removeOwner(add(undefined, STAGING), A, NOON)).toEqual({ text: undefined, mode: 0o600 });
    expect(removeOwner(add('', STAGING), A, NOON)).toEqual({ text: '', mode: 0o644 });
    for (const user of ['\n', '# only a comment', HERS, HERS.trimEnd(), `${HERS}\r`, HERS.replaceAll('\n', '\r')]) {
      expect(removeOwner(add(user, STAGING), A, NOON)).toEqual({ text: user, mode: 0o644 });
    }
  });

  test('the permission bits of the file before the first run', () => {
    for (const mode of [0o600, 0o644, 0o400, 0o000, 0o7777]) {
      const first = addIndexServers(HERS, mode, STAGING, A, NOON);
      const both = addIndexServers(first, 0o600, [server('b')], B, NOON);
      expect(removeOwner(both, A, NOON)?.mode).toBe(0o600);
      const left = removeOwner(both, B, NOON)?.text ?? '';
      expect(removeOwner(left, A, NOON)).toEqual({ text: HERS, mode });
    }
  });

  test('a text without sections of ours, whatever it says, stays', () => {
    for (const text of ['', HERS, 'broken', '[staging]\nrepository = https://host/pypi/staging/\nusername = aws\n']) {
      expect(removeOwner(text, A, NOON)).toBeUndefined();
    }
  });

  test('a run that is no owner takes nothing with it', () => {
    const text = add(HERS, STAGING);
    expect(removeOwner(text, B, NOON)).toEqual({ text, mode: 0o600 });
    expect(removeOwner(text, '', NOON)?.text).toBe(text);
  });
});

describe('several runs', () => {
  test('sections of their own, in every order of leaving', () => {
    for (const order of [
      [A, B, C],
      [A, C, B],
      [B, A, C],
      [B, C, A],
      [C, A, B],
      [C, B, A],
    ]) {
      for (const user of [undefined, HERS, HERS.trimEnd(), '[distutils]\nx=1']) {
        let text: string | undefined = [A, B, C].reduce<string | undefined>(
          (sofar, owner) => add(sofar, [server(`s-${owner[0]}`)], owner),
          user,
        );
        for (const [index, owner] of order.entries()) {
          expect(text).toContain(`[s-${owner[0]}]`);
          text = removeOwner(text ?? '', owner, NOON)?.text;
          expect(text ?? '').not.toContain(`s-${owner[0]}`);
          for (const other of order.slice(index + 1)) expect(text).toContain(`password = token-of-s-${other[0]}\n`);
        }
        expect(text).toBe(user);
      }
    }
  });

  test('one section for the same name, with the token that lives longest, until the last of them leaves', () => {
    const short = server('staging', { minutes: 30, token: 'short' });
    const long = server('staging', { minutes: 90, token: 'long' });
    const two = add(add(HERS, STAGING, A), [short], B);
    expect(two).toContain(`owners = ${A}@${UNTIL_ONE} ${B}@2026-11-23T12:30:00.000Z\n`);
    expect(two).toContain('password = token-of-staging\n');
    const three = add(two, [long], C);
    expect(three).toContain('password = long\n');
    expect(three).not.toContain('token-of-staging');
    for (const text of [two, three]) {
      expect(text.match(/\[staging\]/g)).toHaveLength(1);
      expect(text.match(/^ {4}staging$/gm)).toHaveLength(1);
    }
    const left = removeOwner(removeOwner(three, C, NOON)?.text ?? '', A, NOON)?.text ?? '';
    expect(left).toContain(`owners = ${B}@2026-11-23T12:30:00.000Z\n`);
    expect(left).toContain('password = long\n');
    expect(removeOwner(left, B, NOON)?.text).toBe(HERS);
  });

  test('one that died is forgotten when its token is void, by whoever writes next', () => {
    const dead = add(HERS, [server('dead', { minutes: 10 }), server('alive')], A);
    expect(add(dead, STAGING, B, later(9))).toContain('[dead]');
    const next = add(dead, STAGING, B, later(11));
    expect(next).not.toContain('dead');
    expect(next).toContain('[alive]');
    const left = removeOwner(next, B, later(12))?.text ?? '';
    expect(left).toContain('[alive]');
    expect(removeOwner(left, B, later(61))).toEqual({ text: HERS, mode: 0o644 });
    // Where nothing is left of the dead run's, its memory of the user's file still is.
    expect(removeOwner(add(dead, STAGING, B, later(61)), B, later(62))).toEqual({ text: HERS, mode: 0o644 });
  });

  test('an owner of a shared section that died keeps nobody else from leaving', () => {
    const both = add(add(HERS, [server('staging', { minutes: 10 })], A), STAGING, B);
    expect(removeOwner(both, B, later(11))?.text).toBe(HERS);
    expect(removeOwner(both, B, later(9))?.text).toContain('[staging]');
  });

  test('another repository under the name of a live run is told, with the way out', () => {
    const text = add(HERS, STAGING, A);
    const other = server('staging', { url: 'https://other/pypi/staging/' });
    expect(problemsOf(() => add(text, [other], B))).toEqual([
      `Input repositories: another step or job of this machine uses the name "staging" in ~/.pypirc for ` +
        `https://host/pypi/staging/ until ${UNTIL_ONE}; choose another, as in ` +
        'my-staging=https://other/pypi/staging/.',
    ]);
    expect(add(text, [other], A)).toContain('https://other/');
    expect(add(text, [other], B, later(61))).toContain('https://other/');
  });

  test('another identity under the name of a live run is told, but not by a rehearsal, which has none yet', () => {
    const text = add(HERS, STAGING, A);
    const other = server('staging', { identity: 'another' });
    expect(problemsOf(() => add(text, [other], B))).toEqual([
      'Input repositories: another step or job of this machine uses the name "staging" in ~/.pypirc with another AWS ' +
        `identity until ${UNTIL_ONE}, and each would upload with the token of the other; choose another, as in ` +
        'my-staging=https://host/pypi/staging/.',
    ]);
    expect(add(text, [{ ...other, identity: undefined }], B)).toContain(B);
    expect(add(text, [other], A)).toContain('identity=another');
    expect(add(text, [other], B, later(61))).toContain('identity=another');
  });

  test("a section that the user copied from ours under another name is the user's", () => {
    const own = add(HERS, STAGING, A);
    const copy = own.slice(own.indexOf('[staging]')).replace('[staging]', '[copied]');
    expect(removeOwner(own + copy, A, NOON)?.text).toBe(HERS + copy);
  });
});

describe('what is refused', () => {
  test("a name that is a section of the user's own, with its line", () => {
    expect(problemsOf(() => add(HERS, [server('hers'), server('staging')]))).toEqual([
      'Input repositories: the name "hers" is already a section of your ~/.pypirc (line 6); choose another, as in ' +
        'my-hers=https://host/pypi/hers/.',
    ]);
    expect(add(HERS, [server('Hers')])).toContain('[Hers]');
  });

  test('all names that are taken at once', () => {
    const user = `${HERS}[staging]\n`;
    expect(problemsOf(() => add(user, [server('hers'), server('staging'), server('new')]))).toHaveLength(2);
  });

  test.each([
    'password = hidden\n',
    '[a]\npassword hidden\n',
    '[a]\npassword = x\npassword = hidden\n',
    '[a]\n[a]\npassword = hidden\n',
    '\ufeff[a]\npassword = hidden\n',
    '[a\npassword = hidden\n',
  ])('a file that twine cannot read: %j', (user) => {
    const problems = problemsOf(() => add(user, STAGING));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      expect(problem).toMatch(/^~\/\.pypirc line \d: .* \(twine cannot read this file either\)\.$/);
      expect(problem).not.toContain('hidden');
    }
  });

  test('all mistakes of a file at once, by their lines', () => {
    const problems = problemsOf(() => add('[a]\npassword hidden\n[b]\nx = hidden\n[b]\n', STAGING));
    expect(problems).toEqual([
      expect.stringMatching(/^~\/\.pypirc line 2: this line is neither .* \(twine cannot read this file either\)\.$/),
      expect.stringMatching(
        /^~\/\.pypirc line 5: this section is already .* \(twine cannot read this file either\)\.$/,
      ),
    ]);
    expect(problems.join()).not.toContain('hidden');
  });

  test('a file with more lines than are read, of which nobody says that twine cannot read it', () => {
    const lines = (count: number) => '#\n'.repeat(count);
    expect(problemsOf(() => add(lines(10_001), STAGING))).toEqual([
      '~/.pypirc line 10001: the file has more than 10,000 lines; make it shorter.',
    ]);
    expect(add(lines(9_900), STAGING)).toContain('[staging]');
  });

  test('a file that would be larger than 1 MiB, which the next run could not read', () => {
    const user = (bytes: number) => '\n'.padStart(bytes, `# ${'x'.repeat(1021)}\n`);
    const room = 1024 * 1024 - (add('\n', STAGING).length - 1);
    expect(add(user(room), STAGING)).toHaveLength(1024 * 1024);
    expect(problemsOf(() => add(user(room + 1), STAGING))).toEqual([
      '~/.pypirc would be larger than 1 MiB with all these index servers; list fewer repositories.',
    ]);
  });

  test.each(['[distutils]\n [hers]\n', '[distutils]\n [hers]\n username = x\n', ' [distutils]\n  [hers]\n  x = 1\n'])(
    'a file whose indentation would make its lines a part of ours: %j',
    (user) => {
      expect(problemsOf(() => add(user, STAGING))).toEqual([
        '~/.pypirc has indented lines, below which nothing can be added safely; start its headers and options at the ' +
          'beginning of the line.',
      ]);
    },
  );
});

describe('edited meanwhile', () => {
  const own = add(HERS, STAGING);
  const MORE = '[more]\nusername = x\n';

  test("what is put in front, behind, or among the user's lines stays", () => {
    expect(removeOwner(MORE + own, A, NOON)?.text).toBe(MORE + HERS);
    expect(removeOwner(own + MORE, A, NOON)?.text).toBe(HERS + MORE);
    expect(removeOwner(`${own}\n# end`, A, NOON)?.text).toBe(`${HERS}\n# end`);
    expect(removeOwner(own.replace('[hers]', `${MORE}[hers]`), A, NOON)?.text).toBe(
      HERS.replace('[hers]', `${MORE}[hers]`),
    );
    expect(removeOwner(own.replace('    hers\n', '    hers\n    more\n'), A, NOON)?.text).toBe(
      HERS.replace('    hers\n', '    hers\n    more\n'),
    );
  });

  test('a section of ours that lost its lines is nobody any more, and goes', () => {
    const stump = '[x]\ncodeartifact-keyring-token = name=x\n';
    expect(removeOwner(stump, A, NOON)).toEqual({ text: undefined, mode: 0o600 });
    expect(removeOwner(HERS + stump, A, NOON)).toEqual({ text: HERS, mode: 0o600 });
    const odd =
      `${stump}codeartifact-keyring-owners = ${A} @${UNTIL_ONE} ${A}@never\n` +
      'codeartifact-keyring-file = mode=9 newline=no distutils=x\n';
    expect(removeOwner(HERS + odd, B, NOON)).toEqual({ text: HERS.slice(0, -1), mode: 0o600 });
    expect(add(HERS + odd, STAGING)).toContain('[staging]');
    const list = '[distutils]\nindex-servers =\n    x\n';
    for (const file of ['mode=97', 'mode=79', 'mode=70000', 'distutils=mine']) {
      const owners = `codeartifact-keyring-owners = @${B}@${UNTIL_ONE}\n`;
      const text = `${list}${stump}${owners}codeartifact-keyring-file = ${file}\n`;
      expect(removeOwner(text, A, NOON)).toEqual({ text: '[distutils]\nindex-servers =\n', mode: 0o600 });
    }
  });

  test('a last line that was not ended is ended where something stands after it now, also for the runs to come', () => {
    const user = HERS.trimEnd();
    const more = add(user, STAGING) + MORE;
    expect(removeOwner(more, A, NOON)?.text).toBe(`${user}\n${MORE}`);
    const second = add(more, [server('b')], B);
    expect(removeOwner(removeOwner(second, A, NOON)?.text ?? '', B, NOON)?.text).toBe(`${user}\n${MORE}`);
    expect(removeOwner(removeOwner(second, B, NOON)?.text ?? '', A, NOON)?.text).toBe(`${user}\n${MORE}`);
    expect(removeOwner(`${add(user, STAGING)}# end\n`, A, NOON)?.text).toBe(`${user}\n# end\n`);
  });

  test('a file of which only our section is left, or all but the list, loses that', () => {
    const stays = (original: string) => section('staging', `${A}@${UNTIL_ONE}`, original);
    expect(removeOwner(stays('mode=644 newline=no distutils=list'), A, NOON)).toEqual({ text: '', mode: 0o644 });
    const user = '[distutils]\nx = 1\n';
    expect(removeOwner(user + stays('mode=644 newline=yes distutils=option'), A, NOON)?.text).toBe(user);
  });

  test('a list that another program wrote into one line loses our names, and no others', () => {
    const oneLine = (names: string) => own.replace(/index-servers =(\n {4}\S+)+\n/, `index-servers=${names}\n`);
    const left = (names: string) => /index-servers=.*/.exec(removeOwner(oneLine(names), A, NOON)?.text ?? '')?.[0];
    expect(left('pypi staging staging2 hers')).toBe('index-servers=pypi staging2 hers');
    expect(left('staging')).toBe('index-servers=');
    expect(left('staging hers')).toBe('index-servers= hers');
    expect(left('hers\tstaging')).toBe('index-servers=hers');
    expect(left('my-staging staging.x')).toBe('index-servers=my-staging staging.x');
    expect(left('pypi hers staging')).toBe('index-servers=pypi hers');
    expect(left('x#y staging')).toBe('index-servers=x#y');
    const inOneLine = own.replace('    hers\n    staging\n', '    hers staging\n');
    expect(removeOwner(inOneLine, A, NOON)?.text).toBe(HERS);
    const commented = own.replace('    staging\n', '    staging\n    # staging\n');
    expect(removeOwner(commented, A, NOON)?.text).toBe(HERS.replace('    hers\n', '    hers\n    # staging\n'));
    const more = own.replace('    staging\n', '    staging x:y\n    # staging\n    last\n');
    expect(removeOwner(more, A, NOON)?.text).toBe(
      HERS.replace('    hers\n', '    hers\n    x:y\n    # staging\n    last\n'),
    );
  });

  test('a section that we began stays while it has an option of another, and blank lines between ours are none', () => {
    const begun = add(undefined, STAGING);
    const text = begun.replace('[distutils]\n', '[distutils]\nx = 1\n');
    expect(removeOwner(text, A, NOON)?.text).toBe('[distutils]\nx = 1\n');
    expect(removeOwner(begun.replace('[staging]', '\n[staging]'), A, NOON)?.text).toBeUndefined();
  });

  test('a list of 100,000 words in one line is done with in a moment, names of ours and others', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `ours-${index}`);
    const sections = names.map((name) => section(name, `${A}@${UNTIL_ONE}`, 'mode=644 newline=yes distutils=list'));
    const others = 'other '.repeat(50_000);
    const text = `[distutils]\nindex-servers = ${others}${names.join(' ')} ${others}\n${sections.join('')}`;
    const begin = performance.now();
    expect(removeOwner(text, A, NOON)?.text).toBe(`[distutils]\nindex-servers = ${others.trimEnd()} ${others}\n`);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test('sections are found below more lines than such a file may have', () => {
    const begun = add(undefined, STAGING);
    const long = begun.replace('[staging]', `${'# another\n'.repeat(20_000)}[staging]`);
    expect(removeOwner(long, A, NOON)?.text).not.toContain('[staging]');
  });

  test('a list of another section is not that of the index servers', () => {
    const user = '[distutils]\n[x]\nindex-servers = a\n';
    expect(add(user, STAGING)).toContain('[distutils]\nindex-servers =\n    pypi\n');
    expect(removeOwner(add(user, STAGING), A, NOON)?.text).toBe(user);
  });

  test('a token is void at its end, and of two that end at once the later one counts', () => {
    expect(removeOwner(own, B, later(60))?.text).toBe(HERS);
    expect(removeOwner(own, B, later(59))?.text).toContain('[staging]');
    const [one, two] = ['one', 'two'].map((token) => server('staging', { token }));
    expect(add(add(HERS, one ? [one] : []), two ? [two] : [], B)).toContain('password = two\n');
  });

  test('a list that we began stays while it names a server that another program added', () => {
    const begun = add(undefined, STAGING).replace('    staging\n', '    staging\n    codeartifact\n');
    expect(removeOwner(`${begun}[codeartifact]\nusername = aws\n`, A, NOON)?.text).toBe(
      '[distutils]\nindex-servers =\n    pypi\n    testpypi\n    codeartifact\n[codeartifact]\nusername = aws\n',
    );
  });

  test('a file that was broken meanwhile is freed of our sections all the same', () => {
    const { text = '' } =
      removeOwner(`${own.replace('repository = https://hers/', 'repository https://hers/')}[more\n`, A, NOON) ?? {};
    expect(text).toBe(`${HERS.replace('repository = https://hers/', 'repository https://hers/')}[more\n`);
  });

  test('a section whose notes were spoilt is gone with its token when the next run writes', () => {
    const spoilt = own.replace(/owners = .*/, 'owners = nobody').replace(/file = .*/, 'file = mode=99 x');
    expect(add(spoilt, [server('b')], B)).not.toContain('token-of-staging');
    expect(removeOwner(spoilt, B, NOON)?.text).toBe(HERS);
  });
});

await describeWithPython('read back by twine', ({ python }) => {
  let reader: PythonReader;
  beforeAll(() => {
    reader = startPythonReader(python);
  });
  const twine = async (text: string) => (await reader.read('twine', Buffer.from(text, 'latin1'))).ok;
  const ours = (name: string) => ({
    repository: `https://host/pypi/${name}/`,
    username: 'aws',
    password: `token-of-${name}`,
  });

  test('our servers, and all that it knew before', async () => {
    const files = [
      '',
      HERS,
      '[pypi]\nusername = __token__\npassword = pypi-x\n',
      '[testpypi]\nusername = t\n[unlisted]\nusername = u\n',
      '[server-login]\nusername = old\npassword = older\n',
      '[DEFAULT]\nusername = all\nca_cert = x\n[pypi]\n',
      '[DEFAULT]\nindex-servers = hers\nrepository = d\n[distutils]\n[hers]\nusername = h\n',
      '[DEFAULT]\nindex-servers = hers\n[hers]\nusername = h\n',
      HERS.replaceAll('\n', '\r\n'),
      Buffer.from(`${HERS}# \u00e9\u{1f600}`).toString('latin1'),
    ];
    for (const user of files) {
      const before = await twine(user);
      const text = addIndexServers(user, 0o644, [server('staging'), server('My.Repo')], A, NOON);
      const after = await twine(text);
      expect(after).toEqual({
        ...before,
        staging: { ...before?.['staging'], ...ours('staging'), ...(user.includes('ca_cert') && { ca_cert: 'x' }) },
        'My.Repo': { ...ours('My.Repo'), ...(user.includes('ca_cert') && { ca_cert: 'x' }) },
      });
    }
  });

  test('a repository called pypi takes the place of the public one while it is there', async () => {
    const text = add(undefined, [server('pypi')]);
    expect((await twine(text))?.['pypi']).toEqual(ours('pypi'));
    expect(removeOwner(text, A, NOON)?.text).toBeUndefined();
  });

  // `aws codeartifact login` reads with Python's configparser, adds a server, and writes: no comment survives.
  test('rewritten by Python: our sections go, and the rest says what it said', async () => {
    for (const user of [
      undefined,
      '',
      HERS,
      `# mine\n${HERS.trimEnd()}`,
      '[distutils]\nx = 1\n[hers]\n',
      '[DEFAULT]\na=b\n',
    ]) {
      const rewritten = await reader.read('rewritten', Buffer.from(add(add(user, STAGING), [server('b')], B)));
      let text: string | undefined = Buffer.from(rewritten.ok ?? '', 'base64').toString();
      const servers = await twine(text);
      expect(servers).toMatchObject({ staging: ours('staging'), b: ours('b') });
      text = add(text, [server('c')], C);
      for (const owner of [B, C, A]) text = removeOwner(text ?? '', owner, NOON)?.text;
      if (user === undefined) expect(text).toBeUndefined();
      else {
        const [before, after] = await Promise.all(
          [user, text ?? ''].map(async (each) => (await reader.read('config', Buffer.from(each))).ok),
        );
        expect(after).toEqual(before);
      }
    }
  });
});
