import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { EOL } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPairs } from '../../../sandbox/runner/file-commands.ts';
import { appendTo, assign } from '../../../src/github/command-file.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { NO_PIPES, testUnless } from '../../support/test-unless.ts';

function commandFile(text = '') {
  const path = join(freshFolder(), 'set_env');
  writeFileSync(path, text);
  return { path, environment: { GITHUB_ENV: path }, read: () => readFileSync(path, 'utf8') };
}

describe('appending', () => {
  test('comes after what is there, and can be taken back', () => {
    const { environment, read } = commandFile('A=1\n');
    const undo = appendTo('GITHUB_ENV', 'B=ä\n', environment);
    const again = appendTo('GITHUB_ENV', 'C=3\n', environment);
    expect(read()).toBe('A=1\nB=ä\nC=3\n');
    again();
    undo();
    expect(read()).toBe('A=1\n');
  });

  test('is not taken back where something else came after it', () => {
    const { path, environment, read } = commandFile();
    const undo = appendTo('GITHUB_ENV', 'B=2\n', environment);
    appendFileSync(path, 'C=3\n');
    expect(problemsOf(undo)).toEqual([`${path} (GITHUB_ENV) was changed by something else, and stays as it is.`]);
    expect(read()).toBe('B=2\nC=3\n');
  });

  test('needs a runner', () => {
    for (const environment of [{}, { GITHUB_ENV: '' }]) {
      expect(problemsOf(() => appendTo('GITHUB_ENV', 'A=1\n', environment))).toEqual([
        'The variable GITHUB_ENV names no file; run this as a step of a GitHub workflow.',
      ]);
    }
  });

  test('to a file that is gone makes none, and says who may have done it', () => {
    const { path, environment } = commandFile();
    rmSync(path);
    const problem =
      `${path} (GITHUB_ENV) is gone, because something emptied RUNNER_TEMP while this step ran; do ` +
      'that after the job.';
    expect(problemsOf(() => appendTo('GITHUB_ENV', 'A=1\n', environment))).toEqual([problem]);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('to a folder is told', () => {
    const { path, environment } = commandFile();
    rmSync(path);
    mkdirSync(path);
    const problem = `${path} (GITHUB_ENV) is not a file any more; leave the runner's own files alone.`;
    expect(problemsOf(() => appendTo('GITHUB_ENV', 'A=1\n', environment))).toEqual([problem]);
  });

  testUnless(NO_PIPES)('to a pipe, which nobody reads, is told at once', () => {
    const { path, environment } = commandFile();
    rmSync(path);
    execFileSync('mkfifo', [path]);
    const problem = `${path} (GITHUB_ENV) is not a file any more; leave the runner's own files alone.`;
    expect(problemsOf(() => appendTo('GITHUB_ENV', 'A=1\n', environment))).toEqual([problem]);
  });
});

describe('an assignment', () => {
  test('is a line, or several where the value has line breaks', () => {
    expect(assign('NAME', 'a=b<<c')).toBe(`NAME=a=b<<c${EOL}`);
    expect(assign('a-name', '')).toBe(`a-name=${EOL}`);
    expect(assign('NAME', 'x\nend\nend_')).toMatch(/^NAME<<end__\r?\nx\nend\nend_\r?\nend__\r?\n$/);
    expect(assign('NAME', 'a\nb')).toMatch(/^NAME<<end\r?\na\nb\r?\nend\r?\n$/);
  });

  test('is read back by the runner as it is', () => {
    const text = fc.array(fc.oneof(fc.constantFrom('\r', '\n', '=', '<<', 'X=1', 'end', '_', ' '), fc.string()));
    fc.assert(
      fc.property(text, (parts) => {
        const value = parts.join('').toWellFormed();
        const pairs = [...readPairs(assign('A', value) + assign('B', 'next'))];
        expect(pairs).toEqual([
          ['A', value],
          ['B', 'next'],
        ]);
      }),
    );
  });

  test('has a name of ours', () => {
    for (const name of ['', 'A B', 'A=', 'A\n', 'A<<B']) {
      expect(() => assign(name, 'x')).toThrow(`${JSON.stringify(name)} cannot name a value.`);
    }
  });
});
