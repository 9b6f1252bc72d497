/**
 * Attacks on the pure parts, one for each way in that other tests do not try. Whole jobs: jobs/attacks.test.ts. What a
 * threat is, and what stands against it: docs/security.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { readPairs } from '../../sandbox/runner/file-commands.ts';
import { splitLines } from '../../sandbox/runner/line-splitter.ts';
import { parseCommand } from '../../sandbox/runner/workflow-commands.ts';
import { markOf } from '../../src/access/mark.ts';
import { readVerify } from '../../src/access/setting-values.ts';
import { planTokenRequests } from '../../src/access/token-request.ts';
import { Refusal } from '../../src/access/tokens.ts';
import { apply } from '../../src/apply/apply.ts';
import { takeBackVariables } from '../../src/apply/variables.ts';
import { explain } from '../../src/aws/explain.ts';
import { cleanUp } from '../../src/clean-up.ts';
import { type Changes, joinChanges } from '../../src/clients/changes.ts';
import { configureAll, loadClients } from '../../src/clients/clients.ts';
import { isOurVariable } from '../../src/clients/declared.ts';
import { TOOLS } from '../../src/clients/table.ts';
import { failure, info } from '../../src/github/log.ts';
import { type State, saveCleanUp } from '../../src/github/state.ts';
import { findSecretValues } from '../../src/keyringrc/key-values.ts';
import { readKeyringrc, resolveOptions } from '../../src/keyringrc/keyringrc.ts';
import type { Matching } from '../../src/keyringrc/section.ts';
import type { Environment } from '../../src/machine/machine.ts';
import { type Repository, readRepositories } from '../../src/repositories/repository.ts';
import { declares, ROWS, variablesWith } from '../support/client-rows.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { problemsOf, problemsOfAsync } from '../support/problems-of.ts';
import { hostileLength } from '../support/random-cases.ts';
import { sampleInputs } from '../support/sample-inputs.ts';
import { machineWith, sampleDisk, sampleMachine } from '../support/sample-machine.ts';
import { authorize, sampleSetup } from '../support/sample-setup.ts';
import { choiceIn } from '../support/section-choice.ts';
import { printedBy } from '../support/step-output.ts';

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
  const OWNER = '0'.repeat(32);
  const temp = freshFolder();
  const file = join(freshFolder(), 'pairs');
  const before = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
    Object.assign(process.env, before);
  });

  /** The state of a run that set a variable; its private folder was never made. */
  const stateOf = (name: string, value: string, old: string): State => ({
    folder: join(temp, `codeartifact-keyring-${OWNER}`),
    pypirc: undefined,
    variables: [{ name, mark: markOf(value), before: old }],
  });

  /** The pairs that the runner finds after the work in the file that a variable names. */
  async function pairsOf(
    variable: 'GITHUB_ENV' | 'GITHUB_STATE',
    work: (environment: Environment) => unknown,
  ): Promise<[string, string][]> {
    writeFileSync(file, '');
    process.env[variable] = file;
    await work(process.env);
    return [...readPairs(readFileSync(file, 'utf8'))];
  }

  test('what a variable was before comes back as one variable, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(breakout, breakout, async (value, old) => {
        const takeBack = (environment: Environment) =>
          takeBackVariables(stateOf('NETRC', value, old).variables, { ...environment, NETRC: value });
        expect(await pairsOf('GITHUB_ENV', takeBack)).toEqual([['NETRC', old]]);
      }),
    );
  });

  test('the state is one entry', async () => {
    await fc.assert(
      fc.asyncProperty(breakout, breakout, breakout, async (name, value, old) => {
        const state = stateOf(name, value, old);
        const pairs = await pairsOf('GITHUB_STATE', (environment) =>
          saveCleanUp(state, { environment, platform: 'linux' }),
        );
        expect(pairs).toEqual([['clean-up', JSON.stringify(state)]]);
      }),
    );
  });

  test('a new variable is one, or refused before any is set', async () => {
    const changes = joinChanges([]);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(breakout, async (value) => {
        const variables = [
          { name: 'TWINE_REPOSITORY', value: 'team' },
          { name: 'NETRC', value },
        ];
        const folder = { path: join(freshFolder(), `codeartifact-keyring-${OWNER}`), isNew: true };
        let problems: readonly string[] = [];
        const pairs = await pairsOf('GITHUB_ENV', async (environment) => {
          const state = stateOf('NETRC', value, '');
          problems = await problemsOfAsync(() =>
            apply({ ...changes, variables }, state, folder, machineWith(environment), []),
          );
        });
        refused += problems.length;
        expect(problems).toHaveLength(/\p{Cc}/u.test(value) ? 1 : 0);
        expect(pairs).toEqual(problems.length > 0 ? [] : variables.map(({ name, value }) => [name, value]));
      }),
    );
    expect(refused).toBeGreaterThan(5);
  });

  test('no name of a repository makes another variable than one of ours, for whatever tool', async () => {
    const clients = await Promise.all(TOOLS.map((tool) => loadClients([tool], 'netrc')));
    const names = fc.oneof(
      breakout,
      fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/),
      fc.constantFrom('constructor', 'A-B', 'a..b', 'x_PASSWORD', 'HOME', 'toString'),
    );
    let accepted = 0;
    fc.assert(
      fc.property(names, names, (one, other) => {
        const url = (domain: string) =>
          `https://${domain}-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/`;
        let repositories: readonly Repository[] = [];
        const list = `${one}=${url('acme')}\n${other}=${url('globex')}`;
        if (problemsOf(() => (repositories = readRepositories(list))).length > 0) return;
        accepted += 1;
        const authorized = repositories.map((repository, index) => authorize(repository, `token-${index}`));
        for (const configures of clients) {
          let changes: Partial<Changes> = {};
          problemsOf(
            () =>
              (changes = configureAll(
                configures,
                sampleSetup({ authorized, publishTo: repositories[0]?.alias ?? '' }),
              )),
          );
          for (const { name, value } of changes.variables ?? []) {
            expect(name).toMatch(/^(?:[A-Z]+_)*[A-Z0-9_]+$/);
            expect([name, isOurVariable(name)]).toEqual([name, true]);
            expect(value).not.toMatch(/\p{Cc}/u);
          }
        }
      }),
    );
    expect(accepted).toBeGreaterThan(5);
  });

  test('post takes no name but ours from a forged state', async () => {
    const ours = variablesWith('A');
    const names = fc.oneof(
      fc.tuple(fc.constantFrom(...ours), breakout).map(([name, text]) => name + text),
      fc.tuple(breakout, fc.constantFrom(...ours)).map(([text, name]) => text + name),
      fc.constantFrom('NODE_PATH', 'LD_PRELOAD', 'netrc', 'NETRC\nNODE_PATH', 'UV_INDEX_\n_PASSWORD', '__proto__', ''),
    );
    const silenced = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    process.env['RUNNER_TEMP'] = temp;
    await fc.assert(
      fc.asyncProperty(names, breakout, async (name, old) => {
        fc.pre(!ROWS.some(({ variables }) => variables.some((one) => declares(one, name))));
        // The value that post looks for, where an environment can have the name.
        const possible = name !== '' && !/[=\0]/.test(name);
        if (possible) process.env[name] = 'set';
        process.env['STATE_clean-up'] = JSON.stringify(stateOf(name, possible ? 'set' : '', old));
        expect(await pairsOf('GITHUB_ENV', () => cleanUp(() => async () => {}))).toEqual([]);
        if (possible) delete process.env[name];
      }),
    );
    silenced.mockRestore();
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

  /** The commands that the runner finds in a step that says these sentences in the log, and fails with them. */
  function commandsOf(sentences: readonly string[]): string[] {
    const { lines } = printedBy(() => {
      for (const sentence of sentences) info(sentence);
      failure(sentences);
    });
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
    const [request] = planTokenRequests(sampleInputs(), undefined, sampleMachine(), sampleDisk()).requests;
    if (!request) throw new Error('one repository gives one request');
    for (const parts of [
      { message: text },
      { name: text },
      { code: text },
      { name: 'CredentialsProviderError', message: text },
    ]) {
      const times = { lack: 'no token', elapsed: 0, waited: undefined };
      const error = Object.assign(new Error('x'), parts);
      const said = new Refusal(await explain(error, request, machineWith({ AWS_PROFILE: text }), times)).message;
      expect(said).toContain(text);
      expect(commandsOf([said, text])).toEqual(['error']);
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

  test('the name __proto__ without quotes: strict refuses it, keyring has a section that no repository fits', () => {
    const file = readKeyringrc('[codeartifact name=__proto__]\nprofile_name = evil\n');
    expect(file.mistakes.strict).toEqual([{ line: 1, rule: expect.stringContaining('name has no quotes') }]);
    expect(choiceIn('[codeartifact name=__proto__]\nprofile_name = evil\n', undefined, 'keyring').score).toBe(0);
    expect(choiceIn('[__proto__]\nprofile_name = evil\n').options.get('profile_name')).toBeUndefined();
  });

  const SIZE = hostileLength(1_000_000);
  /** Milliseconds. For coverage, V8 counts what runs, and compiles nothing for speed. */
  const MOST = process.env['NODE_V8_COVERAGE'] ? 1_000 : 200;
  const NAMES_OF_SIZE: [string, string][] = [
    ['one long word', 'a'],
    ['quotes', '"'],
    ['both quotes', `"'`],
    ['qualifiers without a value', 'name='],
    ['quotes that never close', 'name="'],
    ['spaces', ' '],
    ['opening brackets', '['],
    ['closing brackets', ']'],
    ['signs of comments', '#;'],
    ['comments', ' #a;'],
    ['names of keys', 'aws_access_key_id '],
    ['names of keys with a delimiter', 'aws_secret_access_key='],
    ['names of prototypes', '__proto__'],
  ];
  /** Milliseconds of processor time, the least of up to three where other work on the machine is in the way. */
  function timeOf(work: () => void): number {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && least >= MOST; tries++) {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, (user + system) / 1000);
    }
    return least;
  }

  test.each(NAMES_OF_SIZE)('a very long section name in less than 200 ms: %s', (_, unit) => {
    for (const start of ['[', '[codeartifact ', '[codeartifact name="']) {
      const text = `${start.padEnd(SIZE, unit)}x]\nprofile_name = evil\n`;
      let file = readKeyringrc('');
      const readingTime = timeOf(() => {
        file = readKeyringrc(text);
      });
      expect(readingTime).toBeLessThan(MOST);
      // Longer than any line may be, so it is refused, whatever else it is.
      const { strict, keyring } = file.mistakes;
      for (const [first] of [strict, keyring]) expect(first?.rule).toMatch(/longer than 65,536 characters/);
      expect(timeOf(() => findSecretValues(text))).toBeLessThan(MOST);
    }
  });
});

test('a run of quotes inside a value takes linear time', () => {
  for (const quote of ['"', "'", `"'`]) {
    const value = `x${quote.repeat(60_000 / quote.length)}x`;
    const started = performance.now();
    expect(findSecretValues(`[codeartifact]\naws_secret_access_key = ${value}\n`)).toEqual([value]);
    expect(readVerify(value, 'Input verify')).toEqual({ caFile: value });
    expect(performance.now() - started).toBeLessThan(200);
  }
}, 120_000);
