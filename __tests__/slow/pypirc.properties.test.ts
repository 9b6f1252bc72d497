import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addIndexServers, removeOwner } from '../../src/formats/pypirc.ts';
import type { IndexServer } from '../../src/formats/pypirc-section.ts';
import { problemsOf } from '../support/problems-of.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { type PythonReader, startPythonReader, type Table } from '../support/python-reader.ts';
import { userConfigFiles } from '../support/user-config-files.ts';

const NOON = new Date('2026-11-23T12:00:00.000Z');
const OWNERS = ['a', 'b', 'c'] as const;
const NAMES = ['staging', 'prod', 'a.b', 'pypi'] as const;

type Owner = (typeof OWNERS)[number];
type Name = (typeof NAMES)[number];

function server(name: Name, owner: Owner): IndexServer {
  const expiration = new Date(NOON.getTime() + 3_600_000);
  return { name, url: `https://host/pypi/${name}/`, token: `token-of-${owner}`, identity: 'mark', expiration };
}

const users = userConfigFiles(
  fc.constantFrom('pypi', 'hers', 'DEFAULT', 'server-login', 'distutils', 'x', 'staging', ' x ', 'a]b'),
  fc.constantFrom('repository', 'username', 'Password', 'index-servers', 'x', 'ca_cert', 'a b', '[z'),
  fc.constantFrom<string[][]>(
    ['[distutils]', 'index-servers =', '    pypi', '    hers'],
    ['[distutils]', 'index-servers = pypi hers'],
    ['[distutils]', ' index-servers: pypi', '   hers', '# c', ''],
    ['[distutils]', 'x = 1', 'index-servers=', '\thers', '', 'y = 2'],
    ['[distutils]', 'index-servers = staging prod', '  staging'],
    ['  [distutils]', '  index-servers = hers', '      a'],
    ['[distutils]'],
    ['[distutils]', 'x = 1'],
    ['[pypi]', 'username = __token__', 'password = pypi-abc'],
  ),
);

const scenarios = fc.record({
  user: fc.option(users, { nil: undefined, freq: 20 }),
  adding: fc.array(fc.tuple(fc.constantFrom(...OWNERS), fc.subarray([...NAMES], { minLength: 1, maxLength: 2 })), {
    minLength: 1,
    maxLength: 4,
  }),
  leaving: fc.shuffledSubarray([...OWNERS], { minLength: OWNERS.length }),
});

/** The files that the runs make of the user's, one after another; or the problems of one that was refused. */
function play({ user, adding, leaving }: typeof scenarios extends fc.Arbitrary<infer T> ? T : never) {
  const files: string[] = [];
  let text = user;
  const problems = problemsOf(() => {
    for (const [owner, names] of adding) {
      const mode = files.length > 0 ? 0o600 : user === undefined ? undefined : 0o644;
      text = addIndexServers(
        text,
        mode,
        names.map((name) => server(name, owner)),
        owner,
        NOON,
      );
      files.push(text);
    }
  });
  let mode: number | undefined;
  for (const owner of leaving) {
    const left = text === undefined ? undefined : removeOwner(text, owner, NOON);
    if (left !== undefined) ({ text, mode } = left);
  }
  return { problems, files, end: text, mode };
}

test('when all runs have left, the file is what it was, byte for byte, whatever it said', () => {
  let refused = 0;
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const { problems, end, mode } = play(scenario);
      if (problems.length > 0) refused += 1;
      // A run that is refused has written nothing, so the others leave as if it had not been there.
      if (end !== scenario.user) throw new Error(JSON.stringify({ end, user: scenario.user }));
      if (mode !== undefined && mode !== (scenario.user === undefined ? 0o600 : 0o644)) throw new Error(`mode ${mode}`);
    }),
    { numRuns: 1_500 },
  );
  expect(refused).toBeLessThan(750);
});

await describeWithPython('as Python reads it', ({ python }) => {
  let reader: PythonReader;
  beforeAll(() => {
    reader = startPythonReader(python);
  });

  test("every file on the way has our servers and all that the user's said", async () => {
    const cases = fc.sample(scenarios, 250);
    let accepted = 0;
    await Promise.all(
      cases.map(async (scenario) => {
        const shown = JSON.stringify(scenario.user);
        const before = Buffer.from(scenario.user ?? '');
        const [config, twine] = await Promise.all([reader.read('config', before), reader.read('twine', before)]);
        // The text that is edited has a character for each byte.
        const user = scenario.user === undefined ? undefined : before.toString('latin1');
        const { problems, files } = play({ ...scenario, user });
        if (config.ok === undefined) {
          expect({ shown, problems }).toEqual({
            shown,
            problems: expect.arrayContaining([expect.stringMatching(/line/)]),
          });
          return;
        }
        for (const problem of problems)
          expect(problem).toMatch(
            /^(Input repositories: the name "\S+" is already a section of|~\/\.pypirc has indented lines)/,
          );
        if (problems.length === 0) accepted += 1;
        const last = files.at(-1);
        if (last === undefined) return;
        const bytes = Buffer.from(last, 'latin1');
        const [configNow, twineNow] = await Promise.all([reader.read('config', bytes), reader.read('twine', bytes)]);
        const added = scenario.adding.slice(0, files.length);
        const names = new Set(added.flatMap(([, each]) => each));
        expect({ shown, config: withoutLists(configNow.ok, names) }).toEqual({
          shown,
          config: withoutLists(config.ok, new Set()),
        });
        for (const name of names) {
          const owner = added.findLast(([, each]) => each.includes(name))?.[0] ?? 'a';
          expect({ shown, server: twineNow.ok?.[name] }).toEqual({
            shown,
            server: expect.objectContaining({
              repository: server(name, owner).url,
              username: 'aws',
              password: `token-of-${owner}`,
            }),
          });
        }
        for (const [name, knew] of Object.entries(twine.ok ?? {})) {
          if (!names.has(name as Name))
            expect({ shown, name, knows: twineNow.ok?.[name] }).toEqual({ shown, name, knows: knew });
        }
      }),
    );
    expect(accepted).toBeGreaterThan(cases.length / 3);
  });
});

/** All but the lists of index servers, which we add to, and `[distutils]` where it says nothing else of its own. */
function withoutLists(table: Table = {}, ours: ReadonlySet<string>): Table {
  return Object.fromEntries(
    Object.entries(table).flatMap(([section, options]) => {
      const { 'index-servers': _, ...rest } = options;
      const own = Object.entries(rest).some(([name, value]) => table['DEFAULT']?.[name] !== value);
      if (ours.has(section) || (section === 'distutils' && !own)) return [];
      return [[section, rest]];
    }),
  );
}
