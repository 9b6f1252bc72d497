import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { markOf } from '../../src/access/mark.ts';
import { commandLine, placeProgram, runScript, setVariables } from '../support/node-programs.ts';
import { PIP_FILE } from '../support/pip-file.ts';
import { snapshot } from '../support/snapshot.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';
import { NO_LINKS, testUnless } from '../support/test-unless.ts';

const OWN_PYPIRC =
  '# mine\n[distutils]\nindex-servers =\n  private\n\n[private]\nrepository: https://pypi.example.com/\nusername: me';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** A job with files of the user's own in HOME. */
async function ownFiles(): Promise<StagedJob> {
  const job = await stage.startJob();
  job.homeFile('.pypirc', OWN_PYPIRC, 0o640);
  job.homeFile('.netrc', 'machine example.com login me password secret\n', 0o600);
  job.homeFile(PIP_FILE, '[global]\ntimeout = 30\n');
  job.workspaceFile(
    'keyringrc.cfg',
    '[codeartifact]\nprofile_name=acme\n[codeartifact domain="acme-labs"]\nprofile_name=labs\n',
  );
  return job;
}

const everything = () => ({ repositories: Object.values(stage.urls).join('\n'), 'publish-to': 'team' });

/** What a job must find again: HOME, and RUNNER_TEMP but for the runner's own files. */
const machine = (job: StagedJob) => ({
  home: snapshot(job.home),
  temp: snapshot(job.temp, ['_runner_file_commands', '_github_workflow']),
});

describe('post leaves the machine as main found it', () => {
  test('after success, byte for byte and bit for bit', async () => {
    await using job = await ownFiles();
    const before = machine(job);
    const main = await job.action(everything());
    expect(main.outcome).toBe('success');
    expect(machine(job)).not.toEqual(before);
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(machine(job)).toEqual(before);
  });

  test('where there were no files at all', async () => {
    await using job = await stage.startJob();
    const before = machine(job);
    await job.action({ ...everything(), 'profile-name': 'acme', repositories: stage.urls.team });
    expect(existsSync(join(job.home, '.pypirc'))).toBe(true);
    await job.finish();
    expect(machine(job)).toEqual(before);
  });

  test('after a main that failed, which had left everything alone', async () => {
    await using job = await ownFiles();
    const before = machine(job);
    const main = await job.action({ ...everything(), repositories: `${stage.urls.team}\nhttps://example.com/` });
    expect(main.outcome).toBe('failure');
    expect(machine(job)).toEqual(before);
    expect(main.exported).toEqual({});
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(machine(job)).toEqual(before);
  });

  test('after a main that finds RUNNER_TEMP emptied in mid-step, and says so', async () => {
    await using job = await stage.startJob();
    job.homeFile('.pypirc', OWN_PYPIRC, 0o640);
    const empty = `fs.rmSync(${JSON.stringify(job.temp)}, { recursive: true })`;
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = stage.acmeUser;
    const keys = JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey });
    const script = `const fs = require('node:fs'); ${empty}; console.log(${JSON.stringify(keys)})`;
    job.homeFile(
      '.aws/config',
      `[profile emptying]\ncredential_process = ${commandLine(job.home, 'emptying', script)}\n`,
    );
    const before = snapshot(job.home);
    const main = await job.action({ repositories: stage.urls.team, 'profile-name': 'emptying' });
    expect(main.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^\S+save_state_\S+ \(GITHUB_STATE\) is gone, because something emptied RUNNER_TEMP while this step ran;/,
      ),
    ]);
    expect(snapshot(job.home)).toEqual(before);
    expect(main.exported).toEqual({});
  });

  test('after a main that was refused by AWS', async () => {
    await using job = await ownFiles();
    const before = machine(job);
    const main = await job.action({ ...everything(), 'profile-name': 'acme' });
    expect(main.outcome).toBe('failure');
    expect(machine(job)).toEqual(before);
    expect(main.exported).toEqual({});
    await job.finish();
    expect(machine(job)).toEqual(before);
  });

  test('when the user edits .pypirc meanwhile: the edits stay, our sections go', async () => {
    await using job = await ownFiles();
    await job.action(everything());
    const path = join(job.home, '.pypirc');
    appendFileSync(path, '[later]\nrepository = https://later.example.com/\n');
    writeFileSync(path, `# edited\n${readFileSync(path, 'latin1')}`);
    await job.finish();
    expect(readFileSync(path, 'latin1')).toBe(
      `# edited\n${OWN_PYPIRC}\n[later]\nrepository = https://later.example.com/\n`,
    );
  });

  testUnless(NO_LINKS)('when the user removes .pypirc or makes it a link meanwhile', async () => {
    await using job = await ownFiles();
    await job.action(everything());
    const path = join(job.home, '.pypirc');
    rmSync(path);
    const target = join(job.home, 'elsewhere');
    writeFileSync(target, 'untouched');
    symlinkSync(target, path);
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(post?.annotations.map(({ message }) => message).join()).toContain('is a symbolic link');
    expect(readFileSync(target, 'latin1')).toBe('untouched');
  });

  test('after two steps in one job, in the order of the runner', async () => {
    await using job = await ownFiles();
    const before = machine(job);
    await job.action({ repositories: stage.urls.team });
    await job.action({ repositories: stage.urls.research });
    const posts = await job.finish();
    expect(posts).toHaveLength(2);
    expect(machine(job)).toEqual(before);
  });

  test('and keeps everything with clean-up: false', async () => {
    await using job = await ownFiles();
    await job.action({ ...everything(), 'clean-up': 'false' });
    const after = machine(job);
    const [post] = await job.finish();
    expect(post?.log.join('\n')).toContain('Nothing to clean up.');
    expect(machine(job)).toEqual(after);
  });

  test('and puts the variables back that later steps left alone', async () => {
    await using job = await stage.startJob({ env: { PIP_CONFIG_FILE: '/etc/own.conf', TWINE_REPOSITORY: 'before' } });
    await job.action({ ...everything(), 'profile-name': 'acme', repositories: stage.urls.team });
    await setVariables(job, { TWINE_REPOSITORY: 'theirs' });
    const [post] = await job.finish();
    expect(post?.exported).toEqual({
      PIP_CONFIG_FILE: '/etc/own.conf',
      PIP_INDEX_URL: '',
      PIP_NO_INPUT: '',
      NETRC: join(job.home, '.netrc'),
      TWINE_NON_INTERACTIVE: '',
      UV_DEFAULT_INDEX: '',
      UV_PUBLISH_URL: '',
    });
  });
});

describe('post believes nothing', () => {
  /** Runs post alone, with a state that another step forged because main never saved one. */
  async function postWith(job: StagedJob, state: unknown) {
    await job.action({ repositories: 'https://example.com/' });
    const text = typeof state === 'string' ? state : JSON.stringify(state);
    await setVariables(job, { 'STATE_clean-up': text });
    return job.finish();
  }

  const owner = '0123456789abcdef0123456789abcdef';

  test('a forged folder outside RUNNER_TEMP, or with another name, or behind a link, stays', async () => {
    await using job = await ownFiles();
    const outside = join(job.home, `codeartifact-keyring-${owner}`);
    const other = join(job.temp, 'precious');
    const link = join(job.temp, `codeartifact-keyring-${owner}`);
    const deep = join(job.temp, 'a', `codeartifact-keyring-${owner}`);
    for (const folder of [outside, other, deep]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'file'), 'x');
    }
    if (!NO_LINKS) symlinkSync(other, link);
    const before = machine(job);
    for (const folder of [outside, other, deep, link, `${job.temp}/../x/codeartifact-keyring-${owner}`, '/', '']) {
      const posts = await postWith(job, { folder, pypirc: join(job.home, '.pypirc'), variables: [] });
      expect(posts.every(({ outcome }) => outcome === 'success')).toBe(true);
    }
    const after = machine(job);
    expect(after.home).toEqual(before.home);
    expect(after.temp).toMatchObject(before.temp);
  });

  test('a forged file, owner or variable changes nothing', async () => {
    await using job = await ownFiles();
    job.homeFile('victim', 'precious');
    const before = machine(job);
    const folder = join(job.temp, `codeartifact-keyring-${owner}`);
    const states = [
      { folder, pypirc: join(job.home, 'victim'), variables: [] },
      {
        folder,
        pypirc: join(job.home, '.pypirc'),
        variables: [{ name: 'LD_PRELOAD', mark: markOf(''), before: '/evil.so' }],
      },
      { folder, pypirc: '.pypirc', variables: [] },
      { folder, variables: 'none' },
      'not json',
      '[]',
      'null',
    ];
    for (const state of states) {
      const posts = await postWith(job, state);
      expect(posts.every(({ outcome }) => outcome === 'success')).toBe(true);
      expect(posts.flatMap(({ exported }) => Object.keys(exported))).toEqual([]);
    }
    expect(machine(job).home).toEqual(before.home);
  });

  test('a hostile environment: it starts nothing and calls nothing', async () => {
    await using job = await ownFiles();
    const before = machine(job);
    await job.action(everything());
    const calls = stage.standIn.calls.length;
    const connects = stage.standIn.connects.length;
    const bait = join(job.home, 'bait');
    const mark = join(job.home, 'started');
    mkdirSync(bait);
    for (const program of ['pip', 'twine', 'aws', 'node', 'sh', 'cmd', 'git']) {
      placeProgram(bait, program, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    }
    const nowhere = { HOME: '/nowhere', USERPROFILE: '/nowhere' };
    await setVariables(job, { ...nowhere, AWS_PROFILE: 'x', HTTPS_PROXY: 'http://127.0.0.1:1' });
    await runScript(job, `say('PATH', ${JSON.stringify(bait)})`);
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(existsSync(mark)).toBe(false);
    expect([stage.standIn.calls.length, stage.standIn.connects.length]).toEqual([calls, connects]);
    rmSync(bait, { recursive: true });
    expect(machine(job).home).toEqual(before.home);
  });
});
