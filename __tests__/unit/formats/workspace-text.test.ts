import { describe, expect, test } from '@jest/globals';
import { readWorkspaceText, type Said } from '../../../src/formats/workspace-text.ts';
import { userFile } from '../../support/client-changes.ts';
import { hostileLength } from '../../support/random-cases.ts';

const show = (said: readonly Said[]) => said.map(({ text, findLine }) => [text, findLine()]);
const saidIn = (path: string, text: string) =>
  show(readWorkspaceText(userFile(text, path)).said.filter((one) => one.text.trim() !== ''));
const trustedIn = (path: string, text: string) => show(readWorkspaceText(userFile(text, path)).trusted);

describe('TOML and JSON', () => {
  test.each(['pyproject.toml', '/w/uv.lock', 'Pipfile', '/w/Pipfile', 'C:\\w\\Pipfile', 'pylock.x.toml'])(
    'values are texts, and comments and keys are not: %s',
    (path) => {
      const text = '# no\na = "one"\nb = ["two", { no = "three" }]\n"no" = 1\n[t]\nc = "o\\u006ee"\n';
      expect(saidIn(path, text).toSorted()).toEqual([
        ['one', 2],
        ['one', 2],
        ['three', 3],
        ['two', 3],
      ]);
    },
  );

  test('a value that is written with escapes has no line', () => {
    expect(saidIn('uv.toml', 'a = "\\u0068ttp://x/"\n')).toEqual([['http://x/', undefined]]);
  });

  test('an error that says nothing of the file is thrown as it is', () => {
    const file = userFile('{}', 'Pipfile.lock');
    let reads = 0;
    const failing = () => {
      if (++reads === 1) throw new RangeError('too long for a string');
      return '{}';
    };
    const bytes = Object.assign(Buffer.from('{}'), { toString: failing });
    expect(() => readWorkspaceText({ ...file, bytes })).toThrow('too long for a string');
  });

  test('a file that is broken is read by its lines', () => {
    expect(saidIn('uv.toml', 'a = "one"\nbroken\n')).toEqual([
      ['a = one', 1],
      ['broken', 2],
    ]);
    expect(saidIn('Pipfile.lock', '{"a"')).toEqual([['{a', 1]]);
  });

  test.each(['a.toml.in', 'poetry.lock.bak', 'Pipfile.in', '/w/MyPipfile', 'toml', 'Pipfile/x'])(
    'what only has such a name in its own is read by its lines: %s',
    (path) => {
      expect(saidIn(path, 'a = "one"\n')).toEqual([['a = one', 1]]);
    },
  );

  test('Pipfile.lock is JSON', () => {
    expect(saidIn('Pipfile.lock', '{"_meta": [\n{"url": "http:\\/\\/x"}, null, 1, "y"]}')).toEqual([
      ['y', 2],
      ['http://x', undefined],
    ]);
  });

  test('a TOML file that begins like Pipfile.lock is TOML', () => {
    expect(saidIn('Pipfile.lock.toml', 'a = "one"\n')).toEqual([['one', 1]]);
  });

  test('however deep', () => {
    const depth = hostileLength(100_000);
    expect(saidIn('Pipfile.lock', `${'['.repeat(depth)}"x"${']'.repeat(depth)}`)).toEqual([['x', 1]]);
    expect(saidIn('uv.toml', `${'a.'.repeat(depth)}a = "x"\n`)).toEqual([['x', 1]]);
  });

  test.each(['verify_ssl = false', 'verify_ssl = "no"', 'verify_ssl = []', 'verify_ssl = {}', 'ca_certs = "x"'])(
    'trust is of a table with a URL: %s',
    (line) => {
      expect(trustedIn('Pipfile', `[[source]]\nurl = "https://x/"\n${line}\n`)).toEqual([['https://x/', 2]]);
      expect(trustedIn('pdm.toml', `a = [{ url = "https://x/", ${line} }]\n`)).toEqual([['https://x/', 1]]);
      expect(trustedIn('pdm.toml', `url = 1\n${line}\n`)).toEqual([]);
      expect(trustedIn('Pipfile', `[[source]]\nurl = "https://x/"\n[[source]]\n${line}\n`)).toEqual([]);
    },
  );

  test('a table that says nothing of certificates, or wants them checked', () => {
    expect(trustedIn('Pipfile', 'url = "https://x/"\nverify_ssl = [1]\n')).toEqual([]);
    expect(trustedIn('Pipfile', 'url = "https://x/"\n[a]\nurl = "https://x/"\nverify_ssl = true\n')).toEqual([]);
  });
});

describe('requirements and setup.cfg', () => {
  test('lines, without comments', () => {
    expect(saidIn('requirements.txt', '# no\na==1 # no\n\n  ; no\nb#c ; python_version < "3"\n')).toEqual([
      ['a==1', 2],
      ['b#c ; python_version < 3', 5],
    ]);
    expect(saidIn('requirements.txt', 'a # no\r\n  ; no\r\n# no\r\nb\r\n')).toEqual([
      ['a', 1],
      ['b', 4],
    ]);
    expect(saidIn('setup.cfg', '[easy_install]\r\nindex_url = x\r\n')).toEqual([
      ['[easy_install]', 1],
      ['index_url = x', 2],
    ]);
  });

  test('joined at a backslash, and each by itself, without quotes', () => {
    expect(saidIn('requirements.txt', 'a\n-i ht\\\ntp:/\\  \n/x\nb\n')).toEqual([
      ['a', 1],
      ['-i http://x', 2],
      ['-i ht', 2],
      ['tp:/', 2],
      ['/x', 2],
      ['b', 5],
    ]);
    expect(saidIn('requirements.txt', '# a \\\nb\n # c\\\r\nd # e\\\nf\n')).toEqual([
      ['b', 2],
      ['d', 4],
      ['d', 4],
      ['f', 4],
    ]);
    expect(saidIn('requirements.txt', '-i h\\ttp":"\'//x\'\n')).toEqual([['-i http://x', 1]]);
    expect(saidIn('requirements.txt', '-i C:\\wheels\nb\n')).toEqual([
      ['-i C:wheels', 1],
      ['b', 2],
    ]);
    expect(saidIn('requirements.txt', 'a\\')).toEqual([['a', 1]]);
    expect(saidIn('requirements.txt', 'a\rb\r\n').map(([said]) => said)).toEqual(['a\rb', 'a', 'b']);
    expect(saidIn('requirements.txt', '-r a\\ b\n')).toEqual([['-r a b', 1]]);
  });

  test('hosts that are trusted', () => {
    const text = '--trusted-host x.example\na --trusted-host=y.example:8080 --tru  "z"\n--trusted-hosts\n';
    expect(trustedIn('requirements.txt', text)).toEqual([
      ['https://x.example/', 1],
      ['https://y.example:8080/', 2],
      ['https://z/', 2],
    ]);
    expect(trustedIn('uv.toml', 'a = "--trusted-host x"\n')).toEqual([]);
  });

  test('as they are written', () => {
    const rawIn = (path: string, text: string) =>
      readWorkspaceText(userFile(text, path)).raw.map(({ text: raw, isValue, findLine }) => [raw, isValue, findLine()]);
    expect(rawIn('requirements.txt', '# "a" \\\nb\fc\u0085d\r\n')).toEqual([
      ['# "a" ', false, 1],
      ['b\fc\u0085d', false, 2],
      ...['b', 'c', 'd'].map((part) => [part, false, 2]),
      ['', false, 3],
    ]);
    expect(rawIn('requirements.txt', 'h\0t\0t\0p\0')).toEqual([
      ['h\0t\0t\0p\0', false, 1],
      ['http', false, 1],
    ]);
    expect(rawIn('Pipfile.lock', '{"a": NaN, "b": "\\u0068ttp"}')).toEqual([
      ['{"a": NaN, "b": "\\u0068ttp"}', false, 1],
      ['{"a": NaN, "b": "http"}', false, 1],
    ]);
    expect(rawIn('uv.toml', 'a = "one"\n')).toEqual([['one', true, 1]]);
  });
});

test('what a project says of itself to people is left out', () => {
  const text = '[project]\nname = "a"\ndescription = "b"\nreadme.text = "c"\n[tool.x]\nreadme = "d"\n';
  expect(saidIn('pyproject.toml', text).map(([said]) => said)).toEqual(['a', 'd']);
});
