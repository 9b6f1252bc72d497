/** Whole jobs on a disk that is really full. What every single call may meet: failing-disk.test.ts. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { makeSmallDisk, NO_SMALL_DISKS, type SmallDisk } from '../support/small-disk.ts';
import { filesHolding, snapshot } from '../support/snapshot.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';
import { describeUnless } from '../support/test-unless.ts';

const OWN =
  '# mine\n[distutils]\nindex-servers =\n  private\n\n[private]\nrepository: https://pypi.example.com/\nusername: me';
/** How every token of the stand-in begins. */
const TOKEN = Buffer.from('{"ver":1,"isu":').toString('base64url');
const NOT_OURS = ['_runner_file_commands', '_github_workflow'];

let stage: Stage;
let disk: SmallDisk;
beforeAll(async () => {
  stage = await setStage();
  if (NO_SMALL_DISKS === undefined) disk = makeSmallDisk();
});
afterAll(async () => {
  if (NO_SMALL_DISKS === undefined) disk[Symbol.dispose]();
  await stage.standIn.close();
});

/** What of a job is on the small disk. */
type Place = 'home' | 'temp' | 'both';

/** A job with a .pypirc of the user's, unless there is to be none. */
async function startJob(place: Place, own = OWN): Promise<StagedJob> {
  disk.empty();
  const folders = { home: join(disk.folder, 'home'), temp: join(disk.folder, 'temp') };
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  const job = await stage.startJob({
    ...(place === 'temp' ? {} : { home: folders.home }),
    ...(place === 'home' ? {} : { temp: folders.temp }),
  });
  if (own !== '') job.homeFile('.pypirc', own, 0o640);
  return job;
}

const inputs = () => ({
  repositories: `${stage.urls.team}\n${stage.urls.shared}`,
  'profile-name': 'acme',
  'publish-to': 'team',
  'token-duration': '900',
  tools: 'pip twine pdm env',
});

const machine = (job: StagedJob) => ({ home: snapshot(job.home), temp: snapshot(job.temp, NOT_OURS) });
const told = (step: StepResult | undefined) => step?.annotations.map(({ message }) => message) ?? [];

/** The files with tokens, or with a part of one, but for those that the runner keeps. */
function holders(job: StagedJob): string[] {
  const files = [...filesHolding(job.home, TOKEN), ...filesHolding(job.temp, TOKEN)];
  return files.filter((name) => !name.startsWith('_runner_file_commands'));
}

/** Tries with room for ever more, until a step succeeds. @returns how often it failed */
async function withMoreAndMore(run: (room: number) => Promise<StepResult>): Promise<number> {
  for (let room = 0; ; room += 1) {
    const step = await run(room);
    if (step.outcome === 'success') return room;
    expect(told(step).join('\n')).toMatch(
      /^\S+( \(GITHUB_\w+\))? cannot be written: the disk is full \(\w+: ENOSPC\); make/,
    );
    expect([step.exported, step.outputs]).toEqual([{}, {}]);
  }
}

describeUnless(NO_SMALL_DISKS)('a full disk', () => {
  test.each<[Place, number]>([
    ['home', 1],
    ['temp', 5],
    ['both', 6],
  ])('%s: a first use that fails leaves nothing', async (place, least) => {
    const failures = await withMoreAndMore(async (room) => {
      await using job = await startJob(place);
      const before = machine(job);
      disk.fill(room);
      const step = await job.action(inputs());
      disk.empty();
      if (step.outcome === 'failure') {
        expect(machine(job)).toEqual(before);
        expect(filesHolding(job.temp, TOKEN)).toEqual([]);
      }
      const [post] = await job.finish();
      expect([told(post), machine(job)]).toEqual([[], before]);
      return step;
    });
    expect(failures).toBeGreaterThanOrEqual(least);
  });

  test.each<[Place, number]>([
    ['home', 1],
    ['temp', 5],
    ['both', 6],
  ])('%s: a second use that fails leaves the files of the first', async (place, least) => {
    const failures = await withMoreAndMore(async (room) => {
      await using job = await startJob(place);
      const before = machine(job);
      await job.action(inputs());
      const first = machine(job);
      disk.fill(room);
      const step = await job.action({ ...inputs(), repositories: `team=${stage.urls.shared}` });
      disk.empty();
      if (step.outcome === 'failure') expect(machine(job)).toEqual(first);
      const posts = await job.finish();
      expect([posts.flatMap(told), machine(job)]).toEqual([[], before]);
      return step;
    });
    expect(failures).toBeGreaterThanOrEqual(least);
  });

  test.each<[Place]>([['home'], ['temp'], ['both']])('%s: post leaves the machine as it was', async (place) => {
    for (const room of [0, 1, 2]) {
      await using job = await startJob(place);
      const before = machine(job);
      const main = await job.action(inputs());
      disk.fill(room);
      const [post] = await job.finish();
      disk.empty();
      expect([post?.outcome, told(post)]).toEqual(['success', []]);
      expect(Object.keys(post?.exported ?? {}).toSorted()).toEqual(Object.keys(main.exported).toSorted());
      expect(machine(job)).toEqual(before);
    }
  });

  test('a HOME for no more files: post needs none, and says where it leaves an empty one', async () => {
    await using job = await startJob('home');
    const before = machine(job);
    await job.action(inputs());
    disk.fill(100, 0);
    const [post] = await job.finish();
    disk.empty();
    expect([post?.outcome, told(post), machine(job)]).toEqual(['success', [], before]);

    await using bare = await startJob('home', '');
    await bare.action(inputs());
    disk.fill(100, 0);
    const [last] = await bare.finish();
    disk.empty();
    const pypirc = join(bare.home, '.pypirc');
    expect(told(last)).toEqual([
      `Not everything could be cleaned up: ${pypirc} is left with blank lines, or empty, since no new file can be ` +
        `made beside it.`,
    ]);
    expect([holders(bare), statSync(pypirc).size]).toEqual([[], 0]);
  });

  test('a HOME for few more files: a first use leaves nothing, and post all that there was', async () => {
    const failures = await withMoreAndMore(async (files) => {
      await using job = await startJob('home');
      const before = machine(job);
      disk.fill(100, files);
      const step = await job.action(inputs());
      if (step.outcome === 'failure') expect(machine(job)).toEqual(before);
      const [post] = await job.finish();
      disk.empty();
      expect([told(post), machine(job)]).toEqual([[], before]);
      return step;
    });
    expect(failures).toBe(2);
  });

  test('a HOME that is read-only: main says so before anything, post what it has to leave', async () => {
    await using job = await startJob('home');
    const before = machine(job);
    disk.protect(true);
    const refused = await job.action(inputs());
    disk.protect(false);
    expect(told(refused)).toEqual([
      expect.stringContaining(`HOME is ${job.home}, where no file can be written (EROFS)`),
    ]);
    await job.action(inputs());
    disk.protect(true);
    const posts = await job.finish();
    disk.protect(false);
    const pypirc = join(job.home, '.pypirc');
    expect(posts.map(told)).toEqual([
      [
        `Not everything could be cleaned up: The sections of this step in ${pypirc} may be left: ${pypirc} cannot be ` +
          'written: the file system is read-only (open: EROFS); make it writable.',
      ],
      [],
    ]);
    expect([holders(job), machine(job).temp]).toEqual([['.pypirc'], before.temp]);
  });

  test('two jobs in a HOME for no more files: neither harms the other or the user', async () => {
    await using job = await startJob('home');
    await using other = await stage.startJob({ home: job.home });
    await job.action(inputs());
    await other.action({ ...inputs(), repositories: `other=${stage.urls.shared}`, 'publish-to': 'other' });
    disk.fill(100, 0);
    const [[post], [last]] = await Promise.all([job.finish(), other.finish()]);
    disk.empty();
    expect([post?.outcome, last?.outcome]).toEqual(['success', 'success']);
    expect(holders(job)).toEqual([]);
    expect(readFileSync(join(job.home, '.pypirc'), 'latin1').trimEnd()).toBe(OWN);
  });
});
