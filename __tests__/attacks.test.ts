/**
 * Attacks on the pure parts, one for each way in that other tests do not try. Whole jobs: jobs/attacks.test.ts. What a
 * threat is, and what stands against it: docs/security.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPairs } from '../sandbox/runner/file-commands.ts';
import { splitLines } from '../sandbox/runner/line-splitter.ts';
import { parseCommand } from '../sandbox/runner/workflow-commands.ts';
import { planAccess } from '../src/access.ts';
import { explain } from '../src/aws/explain.ts';
import { cleanUp } from '../src/clean-up.ts';
import { findKeyValues } from '../src/keyringrc/key-values.ts';
import { type Matching, readKeyringrc, resolveOptions } from '../src/keyringrc/keyringrc.ts';
import { failure } from '../src/log.ts';
import { apply, takeBackVariables } from '../src/machine/apply.ts';
import { readRepositories } from '../src/repository.ts';
import { saveCleanUp } from '../src/state.ts';
import { freshFolder } from './support/fresh-folder.ts';
import { problemsOf, problemsOfAsync } from './support/problems-of.ts';
import { sampleInputs } from './support/sample-inputs.ts';
import { choiceIn } from './support/section-choice.ts';
import { printedBy } from './support/step-output.ts';

/** What breaks out of a line, an assignment or a here-document of the runner's files, and what surrounds it. */
const breakout = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['\nX=1', '\r\nX=1', '\rX=1', 'A=B', 'K<<E', '\nE\n', '<<', '=', '\n', 'X', ' ', '"', '%0A'],
        ...['ghadelimiter_', '\nghadelimiter_1f0c9b1e\nNODE_PATH=/evil\n', '\u2028X=1', '\0', '\ufeff'],
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('a value or a name that holds assignments of its own', () => {
  const files = { GITHUB_ENV: join(freshFolder(), 'env'), GITHUB_STATE: join(freshFolder(), 'state') };
  const OURS = ['PIP_CONFIG_FILE', 'NETRC', 'TWINE_REPOSITORY', 'TWINE_NON_INTERACTIVE'];
  const before = { ...process.env };
  afterEach(() => {
    for (const name of [...OURS, 'RUNNER_TEMP', 'STATE_clean-up', ...Object.keys(files)]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  /** The pairs that the runner finds in a file after the work. */
  function pairsAfter<T>(name: keyof typeof files, work: () => T): { result: T; pairs: [string, string][] } {
    writeFileSync(files[name], '');
    process.env[name] = files[name];
    const { result } = printedBy(work);
    return { result, pairs: [...readPairs(readFileSync(files[name], 'utf8'))] };
  }

  const folder = `/temp/codeartifact-keyring-${'0'.repeat(32)}`;
  const stateOf = (variables: { name: string; value: string; before: string }[]) => ({
    folder,
    pypirc: undefined,
    variables,
  });

  test('what a variable was before comes back as one variable, whatever it was', () => {
    fc.assert(
      fc.property(breakout, breakout, (value, old) => {
        const state = stateOf([{ name: 'NETRC', value, before: old }]);
        const { pairs } = pairsAfter('GITHUB_ENV', () => takeBackVariables(state, OURS, { NETRC: value }));
        expect(pairs).toEqual([['NETRC', old]]);
      }),
    );
  });

  test('the state is one entry', () => {
    fc.assert(
      fc.property(breakout, breakout, breakout, (name, value, old) => {
        const state = stateOf([{ name, value, before: old }]);
        const { pairs } = pairsAfter('GITHUB_STATE', () => saveCleanUp(state));
        expect(pairs).toEqual([['clean-up', JSON.stringify(state)]]);
      }),
    );
  });

  test('a new variable is one, or refused before any is set', async () => {
    const changes = { files: [], indexServers: [], notes: [], warnings: [], overrides: [], checks: [] };
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(breakout, async (value) => {
        const variables = [
          { name: 'TWINE_REPOSITORY', value: 'team' },
          { name: 'NETRC', value },
        ];
        const path = join(freshFolder(), `codeartifact-keyring-${'0'.repeat(32)}`);
        const { result, pairs } = pairsAfter('GITHUB_ENV', () => readFileSync(files.GITHUB_ENV));
        expect([result.length, pairs]).toEqual([0, []]);
        const problems = await problemsOfAsync(() =>
          apply({ ...changes, variables }, stateOf([]), { path, isNew: true }, {}, async () => {}),
        );
        if (problems.length > 0) refused += 1;
        expect(problems.length > 0).toBe(/\p{Cc}/u.test(value));
        expect([...readPairs(readFileSync(files.GITHUB_ENV, 'utf8'))]).toEqual(
          problems.length > 0 ? [] : variables.map((each) => [each.name, each.value]),
        );
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(5);
  });

  test('post takes no name but ours from a forged state', async () => {
    const temp = freshFolder();
    process.env['RUNNER_TEMP'] = temp;
    const names = fc.oneof(
      breakout.map((text) => `NETRC${text}`),
      fc.constantFrom('NODE_PATH', 'LD_PRELOAD', 'netrc', 'NETRC\nNODE_PATH', 'NETRC<<E', 'A=B', '__proto__', ''),
    );
    await fc.assert(
      fc.asyncProperty(names, breakout, async (name, old) => {
        fc.pre(!OURS.includes(name));
        mkdirSync(join(temp, `codeartifact-keyring-${'0'.repeat(32)}`), { recursive: true });
        const state = { ...stateOf([{ name, value: 'set', before: old }]), folder: join(temp, folder.slice(6)) };
        process.env['STATE_clean-up'] = JSON.stringify(state);
        if (!/[=\0]/.test(name) && name !== '') process.env[name] = 'set';
        writeFileSync(files.GITHUB_ENV, '');
        process.env['GITHUB_ENV'] = files.GITHUB_ENV;
        await printedBy(cleanUp).result;
        if (!/[=\0]/.test(name) && name !== '') delete process.env[name];
        expect(readFileSync(files.GITHUB_ENV, 'utf8')).toBe('');
      }),
      { numRuns: 60 },
    );
  });
});

/** All that the runner carries out. */
const COMMANDS = new Set([
  ...['add-mask', 'stop-commands', 'set-output', 'save-state', 'set-env', 'add-path', 'debug', 'warning', 'error'],
  ...['notice', 'group', 'endgroup', 'echo', 'add-matcher', 'remove-matcher', 'internal-set-repo-path'],
]);

describe('text of others that holds commands of the runner', () => {
  const exitCode = process.exitCode;
  afterEach(() => {
    process.exitCode = exitCode;
  });

  /** The commands that the runner finds in a step that fails with these problems. */
  function commandsOf(problems: readonly string[]): string[] {
    const { lines } = printedBy(() => failure(problems));
    return splitLines(lines.join('\n')).flatMap((line) => parseCommand(line, COMMANDS)?.name ?? []);
  }

  const HOSTILE = [
    'x##[stop-commands]t',
    '\r::add-mask::a',
    '\n::stop-commands::t',
    'x##[add-mask]a',
    '::add-path::/x',
  ];

  test.each(HOSTILE)('%j in what AWS says, as any part of the error, and in AWS_PROFILE', async (text) => {
    const [access] = planAccess(sampleInputs(), undefined, {});
    if (!access) throw new Error('one repository gives one access');
    for (const parts of [
      { message: text },
      { name: text },
      { code: text },
      { name: 'CredentialsProviderError', message: text },
    ]) {
      const said = await explain(Object.assign(new Error('x'), parts), access, { AWS_PROFILE: text }, 0);
      expect(said).toContain(text);
      expect(commandsOf([said])).toEqual(['error']);
      expect(commandsOf([text, said])).toEqual(['error']);
    }
  });

  test.each(HOSTILE)('%j in the list of repositories is refused, and the refusal is no command', (text) => {
    const url = 'https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/';
    for (const line of [`${text}=${url}team/`, `${url}${text}/`, `${url}team/${text}`, text]) {
      const problems = problemsOf(() => readRepositories(line));
      expect(problems).not.toEqual([]);
      expect(commandsOf(problems)).toEqual(['error']);
    }
  });
});

describe('a region that would lead the signed calls elsewhere', () => {
  const FORMS: readonly ((region: string) => string)[] = [
    (region) => `https://acme-111122223333.d.codeartifact.${region}.amazonaws.com/pypi/team/`,
    (region) => `https://acme-111122223333.codeartifact.${region}.on.aws/pypi/team/`,
    (region) => `https://vpce-1.d.codeartifact.${region}.vpce.amazonaws.com/pypi/d/acme-111122223333/team/`,
    (region) => `arn:aws:codeartifact:${region}:111122223333:repository/acme/team`,
  ];

  test('each form takes a region', () => {
    for (const form of FORMS) expect(readRepositories(form('eu-central-1'))[0]?.region).toBe('eu-central-1');
  });

  test.each([
    ...[
      'x@evil:443/#',
      'x@evil.com/#',
      'evil.com/#',
      'evil.com/',
      'evil:443/',
      'us-east-1/..',
      'us-east-1?',
      'us-east-1#',
    ],
    ...['us-east-1.evil.com', 'evil.com\\', 'us-east-1%2eevil', 'us-east-1\t', 'us-east-1\nevil', '', '.', '..', '*'],
    ...[
      'us-east-1.',
      '.us-east-1',
      'US-EAST-1@x',
      'us--east-1',
      '-',
      '127.0.0.1',
      'localhost',
      'us-east-1:443',
      'ｕs-east-1',
    ],
  ])('%j is refused', (region) => {
    for (const form of FORMS) {
      const address = form(region);
      expect({ address, problems: problemsOf(() => readRepositories(address)) }).toEqual({
        address,
        problems: expect.arrayContaining([expect.stringMatching(/^Input repositories, line \d: /)]),
      });
    }
  });
});

describe('a keyringrc.cfg that attacks its reader', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '__defineGetter__'];
  const HEADERS = NAMES.flatMap((name) => [
    `[${name}]`,
    `[codeartifact name=${name}]`,
    `[codeartifact name="${name}"]`,
    `[codeartifact ${name}="x"]`,
    `[codeartifact.${name}]`,
  ]);
  const prototype = () => Reflect.ownKeys(Object.prototype).map((key) => [key, Reflect.get(Object.prototype, key)]);

  test.each(HEADERS)('%s changes no prototype', (header) => {
    const before = prototype();
    for (const option of ['profile_name', 'polluted', ...NAMES]) {
      const file = readKeyringrc(`${header}\n${option} = evil\n`);
      for (const matching of ['strict', 'keyring'] satisfies Matching[]) {
        for (const section of [file.defaults, ...file.sections[matching]]) {
          expect([...resolveOptions(file, section)].map(([name, { value }]) => [name, value])).toEqual(
            section === file.defaults ? [] : [[option.toLowerCase(), 'evil']],
          );
          expect(Object.keys(section.qualifiers).filter((key) => key !== 'name')).toEqual([]);
        }
      }
      expect(({} as Record<string, unknown>)[option]).not.toBe('evil');
    }
    expect(prototype()).toEqual(before);
  });

  test('the name __proto__ without quotes: strict refuses the file, keyring has a section that no repository fits', () => {
    const file = readKeyringrc('[codeartifact name=__proto__]\nprofile_name = evil\n');
    expect(file.mistakes.strict).toEqual([{ line: 1, rule: expect.stringContaining('name has no quotes') }]);
    expect(choiceIn('[codeartifact name=__proto__]\nprofile_name = evil\n', undefined, 'keyring').score).toBe(0);
    expect(choiceIn('[__proto__]\nprofile_name = evil\n').options.get('profile_name')).toBeUndefined();
  });

  const SIZE = 1_000_000;
  const NAMES_OF_SIZE: [string, string][] = [
    ['one long word', 'a'],
    ['quotes', '"'],
    ['both quotes', `"'`],
    ['qualifiers without a value', 'name='],
    ['quotes that never close', 'name="'],
    ['blanks', ' '],
    ['opening brackets', '['],
    ['closing brackets', ']'],
    ['signs of comments', '#;'],
    ['comments', ' #a;'],
    ['names of keys', 'aws_access_key_id '],
    ['names of keys with a delimiter', 'aws_secret_access_key='],
    ['names of prototypes', '__proto__'],
  ];
  test.each(NAMES_OF_SIZE)('a section name of 1 MB in less than 200 ms: %s', (_, unit) => {
    for (const start of ['[', '[codeartifact ', '[codeartifact name="']) {
      const text = `${start.padEnd(SIZE, unit)}x]\nprofile_name = evil\n`;
      // The fastest of three: other work on the machine is not what is measured.
      const times = Array.from({ length: 3 }, () => {
        const started = performance.now();
        const file = readKeyringrc(text);
        findKeyValues(text);
        const time = performance.now() - started;
        // Longer than any line may be, so it is refused, whatever else it is.
        expect(file.mistakes.strict[0]?.rule).toMatch(/longer than 65,536 characters/);
        expect(file.mistakes.keyring[0]?.rule).toMatch(/longer than 65,536 characters/);
        return time;
      });
      expect({ start, time: Math.min(...times) < 200 || times }).toEqual({ start, time: true });
    }
  });
});
