import { describe, expect, test } from '@jest/globals';
import { decode, linesOf, nameReplaced, replacedPaths } from '../../../src/formats/user-text.ts';
import { userFile } from '../../support/client-changes.ts';

describe('decode', () => {
  test('UTF-8 where all files are, else a character for each byte', () => {
    expect(decode([])).toEqual({ texts: [], encoding: 'utf8' });
    expect(decode([userFile('é'), userFile('')])).toEqual({ texts: ['é', ''], encoding: 'utf8' });
    const odd = Buffer.from([0x61, 0xe9, 0xff]);
    expect(decode([userFile('é'), userFile(odd)])).toEqual({ texts: ['Ã©', 'aéÿ'], encoding: 'latin1' });
  });

  test('every byte comes back as it was', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const bytes of [all, Buffer.from('\ufeffé\u0085\u{1f600}\r\n')]) {
      const { texts, encoding } = decode([userFile(bytes)]);
      expect(Buffer.from(texts[0] ?? '', encoding)).toEqual(bytes);
    }
  });
});

test('lines, in whatever bytes', () => {
  expect(linesOf(userFile('é\n\nb'))).toEqual(['é', '', 'b']);
  expect(linesOf(userFile(Buffer.from([0xe9, 0x0a, 0x62])))).toEqual(['é', 'b']);
});

describe('the files that one of ours replaces', () => {
  const PATHS = ['/h/pip.conf', '/h\u00e9 \u{1f600}\n#"x"/pip.conf', 'C:\\h\\pip.ini', '/\u0085\u2028/x', '\ud800'];

  test('are found by the comments in it, whatever they are called', () => {
    const text = PATHS.map((path) => nameReplaced(userFile('', path))).join('[global]\n');
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(text.split('\n')).toHaveLength(2 * PATHS.length);
    expect(replacedPaths(userFile(text))).toEqual(PATHS);
    // Other lines of the file may be in other bytes.
    expect(replacedPaths(userFile(Buffer.from(`${text}cert = \xff\n`, 'latin1')))).toEqual(PATHS);
  });

  test('are none by a comment that somebody spoilt', () => {
    const comments = ['"/missing"', '/pip.conf', '"', '', '{}', 'null', '["/etc/passwd"]', '7'];
    const text = `${comments.map((comment) => `# In the place of ${comment}\n`).join('')}[global]\n`;
    expect(replacedPaths(userFile(text))).toEqual(['/missing']);
    expect(replacedPaths(userFile(' # In the place of "/x"\nx # In the place of "/x"\n'))).toEqual([]);
  });
});
