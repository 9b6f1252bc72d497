import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { preflight } from '../../../src/apply/preflight.ts';
import { type Check, joinChanges, type Output, type Variable } from '../../../src/clients/changes.ts';
import { place } from '../../support/files.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { placeProgram } from '../../support/node-programs.ts';
import { problemsOfAsync } from '../../support/problems-of.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { printedByAsync } from '../../support/step-output.ts';
import { NO_LINKS, testUnless } from '../../support/test-unless.ts';

/** Folders of a machine: programs, the workspace, HOME, and one for the private folder, which is not there yet. */
function newGround() {
  const folder = freshFolder();
  const [programs = '', workspace = '', home = ''] = ['programs', 'workspace', 'home'].map((name) =>
    join(folder, name),
  );
  for (const path of [programs, workspace, home]) mkdirSync(path);
  return { programs, workspace, home, privateFolder: join(folder, 'temp', 'private') };
}

type Ground = ReturnType<typeof newGround>;

/** A check that runs a script of Node.js as the program of that name. */
function checkOf(
  ground: Ground,
  name: string,
  script: string,
  judge: (output: Output) => readonly string[] = () => [],
): Check {
  placeProgram(ground.programs, name, script);
  return { program: name, args: ['a b', '"'], judge };
}

interface Asked {
  readonly overrides?: readonly string[];
  readonly variables?: readonly Variable[];
  readonly environment?: Record<string, string>;
  readonly hosts?: readonly string[];
  readonly patience?: number;
  readonly ofAws?: readonly string[];
}

/** What preflight fails with, and what it prints. */
async function askedOn(ground: Ground, checks: readonly Check[], asked: Asked = {}) {
  const {
    overrides = [],
    variables = [{ name: 'OURS', value: 'set' }],
    environment,
    hosts = [],
    patience,
    ofAws = [],
  } = asked;
  const PATH = [ground.programs, process.env['PATH']].join(delimiter);
  const machine = sampleMachine({
    environment: { SYSTEMROOT: process.env['SYSTEMROOT'], PATH, ...environment },
    home: ground.home,
    workspace: ground.workspace,
    platform: process.platform,
  });
  const changes = joinChanges([{ checks, overrides, variables, files: [{ name: 'netrc', bytes: Buffer.from('') }] }]);
  return printedByAsync(() =>
    problemsOfAsync(() =>
      preflight(changes, { machine, folder: ground.privateFolder, hosts, askAws: async () => ofAws }, patience),
    ),
  );
}

const problemsOn = async (...given: Parameters<typeof askedOn>) => (await askedOn(...given)).result;

describe('preflight', () => {
  test('tells what every client answers, and what overrides it', async () => {
    const ground = newGround();
    const found = await problemsOn(
      ground,
      [
        checkOf(ground, 'one', 'process.exit(3)', ({ exitCode }) => [`one: ${exitCode}`]),
        checkOf(ground, 'other', 'console.log(process.env.OURS, process.argv.slice(2))', ({ stdout }) => [
          stdout.trim(),
        ]),
      ],
      { overrides: ['overridden.'], ofAws: ['not there.'] },
    );
    expect(found).toEqual(['overridden.', 'one: 3', `set [ 'a b', '"' ]`, 'not there.']);
  });

  test('a client that does not end hides no answer of the others', async () => {
    const ground = newGround();
    const slow = checkOf(ground, 'slow', 'setTimeout(() => {}, 2_000)');
    const quick = checkOf(ground, 'quick', '', () => ['quick: in the way.']);
    expect(await problemsOn(ground, [slow, quick], { patience: 1_000 })).toEqual([
      'preflight: slow a b " did not end within 1 s.',
      'quick: in the way.',
    ]);
  });

  test('a program that is not installed is a notice, and one for all questions to it', async () => {
    const ground = newGround();
    const missing = { program: 'no-such-program', args: [], judge: () => ['never'] };
    const { result, lines } = await askedOn(ground, [missing, missing]);
    expect(result).toEqual([]);
    expect(lines).toEqual(['::notice::preflight: no-such-program is not installed, so it was not asked.']);
  });

  test('clients start in an empty folder of our own, which is gone afterwards', async () => {
    const ground = newGround();
    const script = "console.log(process.cwd(), fs.readdirSync('.').length); fs.writeFileSync('left', '')";
    const check = checkOf(ground, 'client', `const fs = require('fs'); ${script}`, ({ stdout }) => [stdout.trim()]);
    expect(await problemsOn(ground, [check])).toEqual([`${join(ground.privateFolder, 'preflight')} 0`]);
    expect(existsSync(join(ground.privateFolder, '..'))).toBe(false);
    mkdirSync(ground.privateFolder, { recursive: true });
    await problemsOn(ground, [check]);
    expect(readdirSync(ground.privateFolder)).toEqual([]);
  });

  test('a program of the workspace is not started, and told; one behind it is asked', async () => {
    const ground = newGround();
    const check = checkOf(ground, 'client', '', () => ['asked']);
    const own = join(ground.workspace, 'bin');
    mkdirSync(own);
    placeProgram(own, 'client', "require('fs').writeFileSync(__dirname + '/ran', '')");
    const before = (environment: string) => ({
      PATH: [environment, ground.programs, process.env['PATH']].join(delimiter),
    });
    const end = process.platform === 'win32' ? '.cmd' : '';
    const { result, lines } = await askedOn(ground, [check], { environment: before(own) });
    expect(result).toEqual(['asked']);
    expect(lines).toEqual([
      `::notice::preflight: ${join(own, `client${end}`)} was not asked, since a checkout may have brought it; later ` +
        'steps run it as client.',
    ]);
    const alone = await askedOn(ground, [check], { environment: { PATH: own } });
    expect(alone.result).toEqual([]);
    expect(existsSync(join(own, 'ran'))).toBe(false);
  });

  testUnless(NO_LINKS)(
    "where HOME lies in the workspace, the user's settings are the checkout's: none is asked",
    async () => {
      const ground = newGround();
      const home = join(ground.workspace, 'home');
      mkdirSync(home);
      const link = join(ground.home, 'link');
      symlinkSync(home, link);
      const check = checkOf(ground, 'client', '', () => ['asked']);
      for (const path of [home, link]) {
        const { result, lines } = await askedOn({ ...ground, home: path }, [check]);
        expect(result).toEqual([]);
        expect(lines).toEqual([`::notice::preflight: ${path} lies in the workspace, so no client was asked.`]);
      }
    },
  );

  test('looks at the workspace, with or without clients', async () => {
    const ground = newGround();
    const file = join(ground.workspace, 'requirements.txt');
    place(file, '-i http://ours.example/simple/\n');
    place(join(ground.workspace, 'uv.lock'), `#${' '.repeat(1024 * 1024)}`);
    const { result, lines } = await askedOn(ground, [], { hosts: ['ours.example'] });
    expect(result).toEqual([
      `${file} line 1 uses http:// for ours.example, so anyone on the network can read its token; write https://.`,
    ]);
    const large = join(ground.workspace, 'uv.lock');
    expect(lines).toEqual([`::notice::preflight: ${large} is larger than 1 MiB, so it was not looked at.`]);
  });
});
