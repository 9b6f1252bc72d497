import { describe, expect, test } from '@jest/globals';
import { checkVariables, markOf, rememberVariables } from '../../../src/apply/variables.ts';
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
