import { readFileSync, writeFileSync } from 'node:fs';
import { EOL } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  checkVariables,
  markOf,
  rememberVariables,
  setVariables,
  takeBackVariables,
} from '../../../src/apply/variables.ts';
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
    expect(markOf('ours')).toMatch(/^[0-9a-f]{64}$/);
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
