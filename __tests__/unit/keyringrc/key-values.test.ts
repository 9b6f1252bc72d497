import { describe, expect, test } from '@jest/globals';
import { findKeyValues, findSecretValues } from '../../../src/keyringrc/key-values.ts';

describe('key values to mask', () => {
  test.each<[what: string, text: string, values: string[]]>([
    ['in every section', '[codeartifact]\naws_access_key_id = A\n[other]\nAWS_Secret_Access_Key: B', ['A', 'B']],
    ['above the first header', 'aws_secret_access_key=B', ['B']],
    ['given twice', '[a]\naws_secret_access_key=B\naws_secret_access_key=C', ['B', 'C']],
    ['in a comment', '# aws_secret_access_key = B', ['B']],
    ['in a comment with a comment', '# aws_secret_access_key = B # old', ['B', 'B # old']],
    ['behind a comment sign', '[a]\naws_secret_access_key = B # old: C', ['B', 'B # old: C']],
    ['where the versions of Python differ', '[a]\naws_secret_access_key = a;b ; c # d', ['a;b', 'a;b ; c # d']],
    ['inside another value', '[a]\nprofile_name = x\n  aws_secret_access_key = B', ['B']],
    ['without a delimiter', '[a]\naws_secret_access_key B', ['B']],
    ['without a delimiter, with more spaces', '[a]\n \taws_secret_access_key  B', ['B']],
    ['in several quotes', `[a]\naws_secret_access_key = ""'B'""`, [`""'B'""`, 'B']],
    ['with quotes inside', `[a]\naws_secret_access_key = B"C''D`, [`B"C''D`]],
    ['in quotes', `[a]\naws_secret_access_key = "B"\naws_access_key_id = 'A'`, ['"B"', 'B', `'A'`, 'A']],
    ['over several lines', '[a]\naws_secret_access_key =\n  B\n  C', ['B\nC', 'B', 'C']],
    ['after a byte order mark', '\ufeff[a]\naws_secret_access_key=B', ['B']],
    ['twice in a line', '# aws_access_key_id=A aws_secret_access_key=B', ['A', 'B']],
    ['empty', '[a]\naws_secret_access_key =\naws_access_key_id = # A', ['# A']],
    ['a session token, which is no option of ours', '[codeartifact]\naws_session_token = T', ['T']],
    ['passwords of other backends', '[x]\npassword = P\n[y]\ndb-passwd: Q\nclient.secret=R', ['P', 'Q', 'R']],
    ['a secret without a delimiter', '[a]\nmy_secret B', ['B']],
    ['no duration or name', '[a]\ntoken_duration = 900\nrole_session_name = x', []],
    ['none', '[a]\nprofile_name = x\n# give aws_secret_access_key and aws_access_key_id', []],
  ])('%s', (_, text, values) => {
    expect(new Set(findSecretValues(text))).toEqual(new Set(values));
  });
});

test('which of them are parts of an AWS key', () => {
  const text =
    '[a]\naws_secret_access_key = B\npassword = P\n# AWS_SESSION_TOKEN: T # old\naws_access_key_id A\nmy_secret=S';
  expect(new Set(findKeyValues(text))).toEqual(new Set(['A', 'B', 'T', 'T # old']));
  expect(new Set(findSecretValues(text))).toEqual(new Set(['A', 'B', 'T', 'T # old', 'P', 'S']));
});

test('of more than 1,000 values, the first 1,000', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `aws_secret_access_key = value-${index}`);
  const values = findSecretValues(lines.join('\n'));
  expect(values).toHaveLength(1_000);
  expect(values[0]).toBe('value-0');
});

test.each(['secret', 'secret ', 'passw', 'session_token=', 'aws_access_key_id ', '-secret', ' ', '_'])(
  'a line full of %j takes little time',
  (unit) => {
    const text = `[a]\n${unit.repeat(65_000 / unit.length)}`;
    const started = process.cpuUsage();
    findSecretValues(text);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(500);
  },
);
