import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type CommandEffects, createCommandProcessor } from '../../sandbox/runner/command-processor.ts';

const WORKSPACE = resolve('/work');

/** Runs lines through a processor; gives what they did, in order, and which of them were plain text. */
function runLines(lines: string[], env: Record<string, string> = {}, echo = false): string[] {
  const done: string[] = [];
  const note =
    (what: string) =>
    (...values: unknown[]): void =>
      void done.push([what, ...values.filter((value) => typeof value === 'string')].join(' '));
  const effects: CommandEffects = {
    workspace: WORKSPACE,
    repository: 'me/mine',
    write: note('write'),
    debug: note('debug'),
    issue: note('issue'),
    fail: note('fail'),
    addSecret: note('secret'),
    addMask: note('mask'),
    setOutput: note('output'),
    saveState: note('state'),
    setEnv: note('env'),
    addPath: note('path'),
    readEnv: (name) => env[name],
  };
  const processor = createCommandProcessor(effects, echo);
  for (const line of lines) if (!processor.process(line)) done.push(`text ${line}`);
  return done;
}

describe('effects', () => {
  test.each<[string, string[]]>([
    ['::add-mask::a%0Ab', ['mask a\nb']],
    ['::add-mask::%20 ', ['mask %20 ']],
    ['::add-mask:: ', ["issue warning Can't add secret mask for empty string in ##[add-mask] command."]],
    ['::error file=a.py,line=3::bad%0Aworse', ['issue error bad\nworse']],
    ['##[warning]careful', ['issue warning careful']],
    ['::notice title=t::see', ['issue notice see']],
    ['::debug::deep', ['debug deep']],
    ['::group::Title', ['write ##[group]Title']],
    ['::endgroup::', ['write ##[endgroup]']],
    ['::add-matcher::', ['issue warning File path must be specified.']],
    ['::add-mas\u212a::x', ['text ::add-mas\u212a::x']],
    ['::add-mask::\u0085', ["issue warning Can't add secret mask for empty string in ##[add-mask] command."]],
    ['::add-mask::\ufeff', ['mask \ufeff']],
    ['::remove-matcher owner=me::', []],
  ])('%s', (line, done) => {
    expect(runLines([line])).toEqual(done);
  });

  test('set-output and save-state still work, with a warning', () => {
    expect(runLines(['::set-output name=a::1', '::save-state name=b::2'])).toEqual([
      expect.stringContaining('issue warning The `set-output` command is deprecated'),
      'output a 1',
      expect.stringContaining('issue warning The `save-state` command is deprecated'),
      'state b 2',
    ]);
  });

  test.each(['::add-matcher::m.json', '::remove-matcher::m.json'])('%s of a missing file fails the step', (line) => {
    expect(runLines([line])).toEqual([
      `issue error Unable to process command '${line}' successfully.`,
      `issue error Could not find file '${resolve(WORKSPACE, 'm.json')}'.`,
      'fail',
    ]);
  });

  test.each(['::remove-matcher::', '::remove-matcher owner=me::m.json'])('%s is a warning', (line) => {
    expect(runLines([line])).toEqual([
      expect.stringMatching(/^issue warning Either .* in ##\[remove-matcher\] command/),
    ]);
  });

  test('a name for set-output in two cases: the last counts', () => {
    expect(runLines(['::set-output name=a,NAME=b::1']).at(-1)).toBe('output b 1');
  });

  test('set-env and add-path are refused, and fail the step', () => {
    expect(runLines(['::set-env name=A::1', '::add-path::/b'])).toEqual([
      "issue error Unable to process command '::set-env name=A::1' successfully.",
      expect.stringContaining('issue error The `set-env` command is disabled'),
      'fail',
      "issue error Unable to process command '::add-path::/b' successfully.",
      expect.stringContaining('issue error The `add-path` command is disabled'),
      'fail',
    ]);
  });

  test('set-env and add-path can be allowed, but not for NODE_OPTIONS', () => {
    const lines = ['::set-env name=A::1', '::set-env name=node_options::x', '::add-path::/b'];
    expect(runLines(lines, { ACTIONS_ALLOW_UNSECURE_COMMANDS: 'TRUE' })).toEqual([
      'env A 1',
      expect.stringContaining('issue error'),
      'path /b',
    ]);
  });
});

describe('stop-commands', () => {
  test('makes every command plain text until its token, in any case and either form', () => {
    const lines = ['::stop-commands::abc', '::add-mask::x', '##[error]y', 'text', '##[ABC]', '::add-mask::z'];
    expect(runLines(lines)).toEqual([
      'write ::stop-commands::abc',
      'text ::add-mask::x',
      'text ##[error]y',
      'text text',
      'write ##[ABC]',
      'mask z',
    ]);
  });

  test('the token is a command no longer once it was used', () => {
    expect(runLines(['::stop-commands::abc', '::abc::', '::abc::']).at(-1)).toBe('text ::abc::');
  });

  test('a token of more than six characters becomes a secret', () => {
    expect(runLines(['::stop-commands::abcdefg'])[0]).toBe('secret abcdefg');
    expect(runLines(['::stop-commands::abcdef'])[0]).toBe('write ::stop-commands::abcdef');
  });

  test.each(['', 'add-mask', 'Stop-Commands', 'pause-logging'])('refuses the token %j', (token) => {
    expect(() => runLines([`::stop-commands::${token}`])).toThrow(/^You cannot use a endToken/);
  });
});

describe('echo', () => {
  test('shows commands as they run, but for those that show themselves and for masks', () => {
    const lines = ['::echo::On ', '::set-output name=a::1', '::error::e', '::add-mask::s', '::echo::off', '::echo::on'];
    expect(runLines(lines).filter((line) => line.startsWith('write'))).toEqual([
      'write ::set-output name=a::1',
      'write ::add-mask::***',
      'write ::echo::off',
    ]);
  });

  test('with any other value fails the step', () => {
    expect(runLines(['::echo::loud']).at(-1)).toBe('fail');
    expect(runLines(['::echo::'])).toContain("issue error Value cannot be null. (Parameter 'value')");
  });

  test('is on from the start when asked', () => {
    expect(runLines(['::group::G'], {}, true)).toEqual(['write ::group::G', 'write ##[group]G']);
  });
});
