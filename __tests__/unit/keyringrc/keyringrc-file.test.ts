import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type KeyringrcInputs, keyringrcPaths, loadKeyringrc } from '../../../src/keyringrc/keyringrc-file.ts';
import type { Matching } from '../../../src/keyringrc/section.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { forkEvent } from '../../support/fork-event.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { printedBy } from '../../support/step-output.ts';
import { NO_LINKS, NO_PERMISSION_BITS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

type Given = Partial<KeyringrcInputs>;

/** A workspace and a HOME, both empty. */
function setUp() {
  const [workspace, home] = [freshFolder(), freshFolder()];
  const write = (path: string, content: string | Buffer): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const load = ({ keyringrc = '', matching = 'strict' }: Given = {}, environment: Environment = {}) =>
    loadKeyringrc({ keyringrc, matching }, { environment, home, platform: 'linux', workspace });
  return {
    workspace,
    home,
    inWorkspace: (path: string, content: string | Buffer) => write(join(workspace, path), content),
    atHome: (path: string, content: string | Buffer) => write(join(home, path), content),
    load,
    problems: (given?: Given, more?: Environment) => problemsOf(() => load(given, more)),
  };
}

const says = (profile: string) => `[codeartifact]\nprofile_name = ${profile}\n`;
const profileOf = (file: ReturnType<typeof loadKeyringrc>) => file?.content.defaults.options.get('profile_name')?.value;

describe('which file', () => {
  test('keyringrc.cfg of the workspace, then that in .github, then that of the machine, then none', () => {
    const { home, inWorkspace, atHome, load } = setUp();
    expect(load()).toBeUndefined();
    atHome('.config/python_keyring/keyringrc.cfg', says('machine'));
    const machine = posix.join(home, '.config/python_keyring/keyringrc.cfg');
    expect([load()?.name, profileOf(load())]).toEqual([machine, 'machine']);
    inWorkspace('.github/keyringrc.cfg', says('github'));
    expect([load()?.name, profileOf(load())]).toEqual(['.github/keyringrc.cfg', 'github']);
    inWorkspace('keyringrc.cfg', says('workspace'));
    expect([load()?.name, profileOf(load())]).toEqual(['keyringrc.cfg', 'workspace']);
  });

  test('a named one, relative to the workspace or absolute, and no other', () => {
    const { workspace, home, inWorkspace, atHome, load } = setUp();
    inWorkspace('keyringrc.cfg', says('usual'));
    inWorkspace('config/my.cfg', says('named'));
    const outside = atHome('other.cfg', says('outside'));
    for (const keyringrc of ['config/my.cfg', './config/../config/my.cfg', join(workspace, 'config/my.cfg')]) {
      expect([load({ keyringrc })?.name, profileOf(load({ keyringrc }))]).toEqual(['config/my.cfg', 'named']);
    }
    expect([load({ keyringrc: outside })?.name, profileOf(load({ keyringrc: outside }))]).toEqual([outside, 'outside']);
    expect(profileOf(load({ keyringrc: join('..', home.slice(dirname(home).length), 'other.cfg') }))).toBe('outside');
  });

  test('a named one that is not there, or no file, is an error, even beside the usual one', () => {
    const { inWorkspace, problems } = setUp();
    inWorkspace('keyringrc.cfg', says('usual'));
    for (const keyringrc of ['missing.cfg', '.', '/dev/null', 'keyringrc.cfg/x', 'a\u0000b', 'x'.repeat(5000)]) {
      expect(problems({ keyringrc })).toEqual([
        expect.stringMatching(
          /^Input keyringrc names (?:\/|[A-Z]:\\).*, which is not a file; write a path relative to the workspace/s,
        ),
      ]);
    }
  });

  testUnless(NO_PIPES)('a pipe that is named is not read', () => {
    const { workspace, problems } = setUp();
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    expect(problems({ keyringrc: 'pipe' })).toEqual([expect.stringContaining('which is not a file')]);
  });

  test('what is no file is passed over where nobody named it', () => {
    const { inWorkspace, load } = setUp();
    inWorkspace('keyringrc.cfg/inside', '');
    inWorkspace('.github/keyringrc.cfg', says('github'));
    expect(profileOf(load())).toBe('github');
  });

  test.each<[NodeJS.Platform, Environment, string]>([
    ['linux', {}, '/home/me/.config/python_keyring/keyringrc.cfg'],
    ['linux', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/python_keyring/keyringrc.cfg'],
    ['linux', { XDG_CONFIG_HOME: '' }, '/home/me/.config/python_keyring/keyringrc.cfg'],
    ['darwin', {}, '/home/me/.config/python_keyring/keyringrc.cfg'],
    ['darwin', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/python_keyring/keyringrc.cfg'],
    ['win32', { LOCALAPPDATA: 'C:\\Local', ProgramData: 'D:\\' }, 'C:\\Local\\Python Keyring\\keyringrc.cfg'],
    ['win32', { ProgramData: 'C:\\ProgramData' }, 'C:\\ProgramData\\Python Keyring\\keyringrc.cfg'],
    ['win32', {}, 'Python Keyring\\keyringrc.cfg'],
  ])("keyring's own place on %s with %j", (platform, environment, path) => {
    const workspace = platform === 'win32' ? 'C:\\work' : '/work';
    const separator = platform === 'win32' ? '\\' : '/';
    expect(keyringrcPaths({ workspace, environment, home: '/home/me', platform })).toEqual([
      `${workspace}${separator}keyringrc.cfg`,
      `${workspace}${separator}.github${separator}keyringrc.cfg`,
      path,
    ]);
  });
});

describe('on an event that a fork can bring about', () => {
  const ofFork = [forkEvent('pull_request_target', 1, { id: 2 }), forkEvent('workflow_run', 1, null)];
  const REFUSED =
    /^The file \S+ is in the workspace, and this workflow runs on (pull_request_target|workflow_run) for a fork, so/;

  test('a file of the workspace is refused, named or not, with the way out; nothing of it is read', () => {
    const { inWorkspace, problems } = setUp();
    inWorkspace('keyringrc.cfg', 'broken');
    inWorkspace('config/my.cfg', says('named'));
    for (const event of ofFork) {
      for (const keyringrc of ['', 'keyringrc.cfg', 'config/my.cfg', '.github/../config/my.cfg']) {
        const [problem, ...more] = problems({ keyringrc }, event);
        expect(problem).toMatch(REFUSED);
        expect(problem).toMatch(
          /copy the file of a trusted checkout to RUNNER_TEMP and give its path in the input keyringrc/,
        );
        expect(more).toEqual([]);
      }
    }
  });

  testUnless(NO_LINKS)('a link between the workspace and elsewhere does not help', () => {
    const { workspace, home, inWorkspace, atHome, problems } = setUp();
    const outside = atHome('outside.cfg', says('outside'));
    symlinkSync(outside, join(workspace, 'out.cfg'));
    symlinkSync(home, join(workspace, 'home'));
    symlinkSync(inWorkspace('in.cfg', says('inside')), join(home, 'in.cfg'));
    symlinkSync(workspace, join(home, 'work'));
    const through = ['out.cfg', 'home/outside.cfg', join(home, 'in.cfg'), join(home, 'work/in.cfg')];
    for (const event of ofFork) {
      for (const keyringrc of through) expect(problems({ keyringrc }, event)).toEqual([expect.stringMatching(REFUSED)]);
      const linked = { ...event, GITHUB_WORKSPACE: join(home, 'work') };
      for (const keyringrc of ['in.cfg', join(workspace, 'in.cfg')]) {
        expect(problems({ keyringrc }, linked)).toEqual([expect.stringMatching(REFUSED)]);
      }
    }
  });

  test("the machine's own file below a workspace elsewhere is fine, and so is one that a step put aside", () => {
    const { atHome, load } = setUp();
    const aside = atHome('temp/trusted.cfg', says('trusted'));
    atHome('.config/python_keyring/keyringrc.cfg', says('machine'));
    for (const event of ofFork) {
      expect(profileOf(load({}, event))).toBe('machine');
      expect(profileOf(load({ keyringrc: aside }, event))).toBe('trusted');
    }
  });

  test('where the event comes from the repository itself, the workspace counts', () => {
    const { inWorkspace, load } = setUp();
    inWorkspace('keyringrc.cfg', says('own'));
    expect(profileOf(load({}, forkEvent('pull_request_target', 1, { id: 1 })))).toBe('own');
    expect(profileOf(load({}, forkEvent('workflow_run', 1, { id: 1 })))).toBe('own');
  });

  test('a workspace that was never made hides no file of the machine', () => {
    const { home, atHome } = setUp();
    const path = atHome('x.cfg', says('named'));
    const machine = {
      environment: ofFork[0] ?? {},
      home,
      platform: 'linux',
      workspace: join(home, 'missing'),
    } as const;
    expect(profileOf(loadKeyringrc({ keyringrc: path, matching: 'strict' }, machine))).toBe('named');
  });
});

describe('what the file says', () => {
  test('every mistake by its line, without what stands there', () => {
    const { inWorkspace, problems } = setUp();
    inWorkspace(
      'keyringrc.cfg',
      'hidden\n[codeartifact account=1]\nhidden\n[codeartifact]\nverify = hidden\nverify = x\n',
    );
    const found = problems();
    expect(found.map((problem) => /^keyringrc\.cfg (line \d+): .*\.$/.exec(problem)?.[1])).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'line 6',
    ]);
    expect(found.join()).not.toContain('hidden');
  });

  test('a mistake that only one way of matching makes', () => {
    const { inWorkspace, load, problems } = setUp();
    inWorkspace('keyringrc.cfg', '[codeartifact account=1]\n');
    expect(problems({ matching: 'strict' })).toEqual([expect.stringMatching(/^keyringrc\.cfg line 1: .*no quotes/)]);
    expect(load({ matching: 'keyring' })?.name).toBe('keyringrc.cfg');
  });

  test('bytes that are not UTF-8, by their line; a file that is too large', () => {
    const { inWorkspace, problems } = setUp();
    inWorkspace('keyringrc.cfg', Buffer.from('[codeartifact]\nprofile_name = caf\u00e9\n# \u00ff\n', 'latin1'));
    expect(problems()).toEqual([
      expect.stringMatching(/^keyringrc\.cfg line 2: this line has a byte in it that is not UTF-8/),
      expect.stringMatching(/^keyringrc\.cfg line 3: this line has a byte in it that is not UTF-8/),
    ]);
    inWorkspace('keyringrc.cfg', Buffer.alloc(1024 * 1024 + 1, '\n'));
    expect(problems()).toEqual([
      expect.stringMatching(/^keyringrc\.cfg.*: the file is larger than 1 MiB; make it smaller\.$/),
    ]);
  });

  testUnless(NO_PERMISSION_BITS)('a file that this user may not read', () => {
    const { workspace, inWorkspace, problems } = setUp();
    chmodSync(inWorkspace('keyringrc.cfg', says('x')), 0);
    chmodSync(workspace, 0o755);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(problems()).toEqual(['The file keyringrc.cfg cannot be read (EACCES); make it readable for this user.']);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('keys are masked before anything is said, also in a file that is refused', () => {
    const { inWorkspace, problems } = setUp();
    const broken = (id: string, secret: string) =>
      `aws_access_key_id = ${id}\n[codeartifact]\n# aws_secret_access_key = ${secret}-old\n` +
      `aws_secret_access_key: ${secret}\n`;
    inWorkspace('keyringrc.cfg', broken('AKIAFIRSTFILE', 'first/secret+key'));
    const first = printedBy(problems);
    expect(first.result).not.toEqual([]);
    expect(first.masks).toEqual(expect.arrayContaining(['AKIAFIRSTFILE', 'first/secret+key', 'first/secret+key-old']));
    expect(first.lines.every((line) => line.startsWith('::add-mask::'))).toBe(true);

    inWorkspace('keyringrc.cfg', Buffer.from(`\xff${broken('AKIASECONDFILE', 'second/secret')}`, 'latin1'));
    expect(printedBy(problems).masks).toEqual(expect.arrayContaining(['AKIASECONDFILE', 'second/secret']));
  });
});

describe('warnings', () => {
  const warningsOf = (text: string, matching: Matching = 'strict') => {
    const { inWorkspace, load } = setUp();
    inWorkspace('keyringrc.cfg', text);
    return printedBy(() => load({ matching })).result?.warnings;
  };

  test('a sentence with the line for each', () => {
    expect(warningsOf('[CodeArtifact]\n[codeartifact]\naws_access_key_id = AKIAHALFAPAIR\n')).toEqual([
      expect.stringMatching(/^keyringrc\.cfg line 1: this section is ignored: .*\.$/),
      expect.stringMatching(/^keyringrc\.cfg line 3: aws_access_key_id is ignored without aws_secret_access_key.*\.$/),
    ]);
    expect(warningsOf(says('fine'))).toEqual([]);
  });

  test('the options that are known are told once', () => {
    const [first, second] = warningsOf('[codeartifact]\nfrobnicate = x\nbar = y\n') ?? [];
    expect(first).toMatch(/line 2: the option "frobnicate" is not known, so it is ignored; known are profile_name, /);
    expect(second).toBe('keyringrc.cfg line 3: the option "bar" is not known, so it is ignored.');
  });

  test('no more than leave room for others', () => {
    const unknown = (number: number) =>
      warningsOf(`[codeartifact]\n${Array.from({ length: number }, (_, index) => `unknown${index} = x`).join('\n')}\n`);
    expect(unknown(5)).toHaveLength(5);
    expect(unknown(20)).toHaveLength(6);
    expect(unknown(20)?.at(-1)).toBe('15 more warnings about keyringrc.cfg are not shown.');
    expect(unknown(6)?.at(-1)).toBe('1 more warning about keyringrc.cfg is not shown.');
  });
});
