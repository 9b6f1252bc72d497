import { readFileSync, writeFileSync } from 'node:fs';
import { EOL } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { markOf } from '../../../src/access/mark.ts';
import {
  checkSizes,
  checkVariables,
  rememberVariables,
  setVariables,
  takeBackVariables,
} from '../../../src/apply/variables.ts';
import { roomFor, sizeOfAll } from '../../../src/machine/variable-size.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';

describe('what is remembered of a variable', () => {
  const environment = {
    NETRC: '/home/me@work/.netrc',
    UV_INDEX: 'https://me:passw0rd@index.example/',
    FLIT_PASSWORD: 'mine',
  };
  const remember = (name: string, secret = false, neutral?: string) =>
    rememberVariables([{ name, value: 'ours', secret, ...(neutral === undefined ? {} : { neutral }) }], environment)[0];

  test('what it was before, or what means nothing', () => {
    expect(remember('NETRC')?.before).toBe('/home/me@work/.netrc');
    const [unsaid] = rememberVariables([{ name: 'NETRC', value: 'ours' }], environment);
    expect(unsaid?.before).toBe('/home/me@work/.netrc');
    expect(remember('OTHER')?.before).toBe('');
    expect(remember('OTHER', false, '/neutral')?.before).toBe('/neutral');
  });

  test('never a secret: neither ours nor one that was there', () => {
    expect(remember('UV_INDEX')?.before).toBe('');
    expect(remember('FLIT_PASSWORD', true)).toEqual({ name: 'FLIT_PASSWORD', mark: markOf('ours'), before: '' });
  });
});

describe('the file of the runner', () => {
  const file = join(freshFolder(), 'set_env');
  const environment = { GITHUB_ENV: file, NETRC: 'ours', PIP_CONFIG_FILE: 'ours', PATH: 'ours' };
  const read = () => readFileSync(file, 'utf8').split(EOL);
  beforeEach(() => writeFileSync(file, ''));

  test('gets all variables, and loses them again', () => {
    const variables = [
      { name: 'NETRC', value: '/a' },
      { name: 'TWINE_REPOSITORY', value: 'team' },
    ];
    const undo = setVariables(variables, environment);
    expect(read()).toEqual(['NETRC=/a', 'TWINE_REPOSITORY=team', '']);
    undo();
    expect(read()).toEqual(['']);
  });

  const set = (name: string, value = 'ours', before = 'before') => ({ name, mark: markOf(value), before });

  test('gets those back that still have our value, and no name but ours', () => {
    takeBackVariables(
      [set('NETRC'), set('PIP_CONFIG_FILE', 'another'), set('PATH'), set('POETRY_CONFIG_DIR', '', 'x')],
      environment,
    );
    expect(read()).toEqual(['NETRC=before', 'POETRY_CONFIG_DIR=x', '']);
  });

  test('is not touched where there are none', () => {
    takeBackVariables([set('PATH')], {});
    expect(read()).toEqual(['']);
  });

  test('that cannot be written: which ones keep their values', () => {
    const missing = `${file}-not`;
    const problems = problemsOf(() =>
      takeBackVariables([set('NETRC'), set('PIP_CONFIG_FILE'), set('PATH')], { ...environment, GITHUB_ENV: missing }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^NETRC and PIP_CONFIG_FILE keep their values: .*-not \(GITHUB_ENV\)/),
    ]);
    expect(problemsOf(() => takeBackVariables([set('NETRC')], { ...environment, GITHUB_ENV: missing }))).toEqual([
      expect.stringMatching(/^NETRC keeps its value: .*-not \(GITHUB_ENV\)/),
    ]);
  });

  test('what nobody foresaw is thrown as it is', () => {
    const error = new RangeError('no such file');
    const broken = {
      ...environment,
      get GITHUB_ENV(): string {
        throw error;
      },
    };
    expect(() => takeBackVariables([set('NETRC')], broken)).toThrow(error);
  });
});

test('every value that would not stay one line is told', () => {
  const variables = [
    { name: 'NETRC', value: '/a\nb' },
    { name: 'TWINE_REPOSITORY', value: 'team' },
    { name: 'PIP_CONFIG_FILE', value: '/a\u0085b' },
  ];
  expect(problemsOf(() => checkVariables(variables))).toEqual(
    ['NETRC', 'PIP_CONFIG_FILE'].map(
      (name) => `The path for ${name} holds a control character; use a RUNNER_TEMP without one.`,
    ),
  );
});

describe('the sizes of the variables', () => {
  const check = (values: Record<string, string>, environment = {}, platform: NodeJS.Platform = 'linux') =>
    problemsOf(() =>
      checkSizes(
        Object.entries(values).map(([name, value]) => ({ name, value })),
        ['pip', 'uv', 'hatch'],
        { environment, platform },
      ),
    );

  test('one that no later step would start with is told, with its size and the way out', () => {
    const fits = 'x'.repeat(131_072 - 'UV_INDEX=\0'.length);
    expect(check({ UV_INDEX: fits, NETRC: '/n' })).toEqual([]);
    expect(check({ UV_INDEX: `${fits}x`, NETRC: `${fits}xxxx` })).toEqual([
      'The variable UV_INDEX would have 131073 bytes where Linux has room for 131072, and it starts no later step ' +
        'then, and no post that removes the tokens; list fewer repositories in this job, or leave uv and hatch out ' +
        'of tools.',
      expect.stringMatching(
        /^The variable NETRC would have 131073 bytes .* or leave pip, uv and hatch out of tools\.$/,
      ),
    ]);
    expect(check({ UV_INDEX: 'é'.repeat(32_767 - 'UV_INDEX=\0'.length) }, {}, 'win32')).toEqual([]);
    expect(check({ UV_INDEX: 'é'.repeat(32_768 - 'UV_INDEX=\0'.length) }, {}, 'win32')).toEqual([
      expect.stringMatching(/^The variable UV_INDEX would have 32768 characters where Windows has room for 32767,/),
    ]);
  });

  test('all together, with those that the job has', () => {
    const many = (count: number, name: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 'x'.repeat(1_000)]));
    expect(check(many(1_000, 'UV_INDEX_A_'), many(400, 'B'))).toEqual([]);
    expect(check(many(1_000, 'UV_INDEX_A_'), many(600, 'B'))).toEqual([
      expect.stringMatching(
        /^All variables of this job would have 16\d{5} bytes together, 10\d{5} of them from this step, where Linux/,
      ),
    ]);
    const room = roomFor('linux');
    const left = room.ofAll - sizeOfAll(many(1_000, 'A'), room) - sizeOfAll({ LAST: '' }, room);
    expect(check(many(1_000, 'A'), { LAST: 'x'.repeat(left) })).toEqual([]);
    expect(check(many(1_000, 'A'), { LAST: 'x'.repeat(left + 1) })).toHaveLength(1);
    // What a variable had before does not count.
    expect(check(many(1_000, 'A'), many(1_000, 'A'))).toEqual([]);
  });
});
