/** Whole jobs on a disk that fails at every place in turn: as a full one, a read-only one, one with a quota. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { filesHolding, snapshot } from '../support/snapshot.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

const PRELOAD = fileURLToPath(new URL('../support/failing-disk.cjs', import.meta.url));
const OWN =
  '# mine\n[distutils]\nindex-servers =\n  private\n\n[private]\nrepository: https://pypi.example.com/\nusername: me';
/** How every token of the stand-in begins. */
const TOKEN = Buffer.from('{"ver":1,"isu":').toString('base64url');

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** How a disk fails. */
type Fault = readonly [code: 'ENOSPC' | 'EDQUOT' | 'EROFS', how: 'once' | 'from there on'];

const FAULTS: readonly Fault[] = [
  ['ENOSPC', 'once'],
  ['EDQUOT', 'from there on'],
  ['EROFS', 'from there on'],
];

const everything = () => ({
  repositories: Object.values(stage.urls).join('\n'),
  'publish-to': 'team',
  'token-duration': '900',
  tools: 'pip twine pdm env',
});

/** What a job must find again: HOME, and RUNNER_TEMP but for the runner's own files. */
const machine = (job: StagedJob) => ({
  home: snapshot(job.home),
  temp: snapshot(job.temp, ['_runner_file_commands', '_github_workflow']),
});

async function startJob(): Promise<StagedJob> {
  const job = await stage.startJob();
  job.homeFile('.pypirc', OWN, 0o640);
  const section = (account: string, profile: string) =>
    `[codeartifact account="${account}"]\nprofile_name=${profile}\n`;
  job.workspaceFile('keyringrc.cfg', section('111122223333', 'acme') + section('444455556666', 'labs'));
  return job;
}

const told = (step: StepResult | undefined) => step?.annotations.map(({ message }) => message).join('\n') ?? '';

/** The files with tokens, or with a part of one. */
function holders(job: StagedJob): string[] {
  return [job.home, job.temp].flatMap((folder) => filesHolding(folder, TOKEN).map((name) => join(folder, name)));
}

/**
 * Runs jobs in which one call after the other is the first to fail, until one of them makes fewer calls.
 * @returns how many failed
 */
async function atEveryCall(
  [code, how]: Fault,
  entry: 'main' | 'post',
  run: (env: Record<string, string>) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    const note = join(freshFolder(), 'note');
    const fault = { FAIL_IN: entry, FAIL_AT: String(at), FAIL_WITH: code, FAIL_HOW: how, FAIL_NOTE: note };
    const call = () => (existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined);
    try {
      await run({ NODE_OPTIONS: `--require=${PRELOAD}`, ...fault });
    } catch (error) {
      if (error instanceof Error) error.message = `${code}, ${how}, call ${at} (${call()}): ${error.message}`;
      throw error;
    }
    if (call() === undefined) return at - 1;
  }
}

/** A step that failed says which file, and which error of the system. */
function expectCause(step: StepResult, [code]: Fault): void {
  expect(told(step)).toMatch(/^(\d problems:\n1\. )?\S+( \(GITHUB_\w+\))? cannot be (written|removed)/);
  expect(told(step)).toContain(code);
  expect(told(step)).not.toContain('This is a bug of the action');
}

/** Each file that holds a token is named, or the folder that it is in. */
function expectTold(step: StepResult | undefined, files: readonly string[]): void {
  const silent = files.filter((file) => ![file, dirname(file)].some((path) => told(step).includes(path)));
  expect({ silent, told: told(step) }).toEqual({ silent: [], told: told(step) });
}

describe.each(FAULTS)('%s, %s', (...fault) => {
  const isReadOnly = fault[0] === 'EROFS';

  test('a first use leaves nothing, or says what; and post finds all that it needs', async () => {
    const calls = await atEveryCall(fault, 'main', async (env) => {
      await using job = await startJob();
      const before = machine(job);
      const step = await job.action(everything(), { env });
      if (step.outcome === 'failure') {
        expectCause(step, fault);
        if (!isReadOnly) expect([step.exported, step.outputs]).toEqual([{}, {}]);
        if (!isReadOnly) expect([holders(job), machine(job)]).toEqual([[], before]);
        expectTold(step, holders(job));
      }
      const [post] = await job.finish();
      expect([post?.outcome, told(post)]).toEqual(['success', '']);
      expect(machine(job)).toEqual(before);
    });
    expect(calls).toBeGreaterThan(15);
  }, 600_000);

  test('a second use that fails leaves the files of the first', async () => {
    const calls = await atEveryCall(fault, 'main', async (env) => {
      await using job = await startJob();
      const before = machine(job);
      await job.action(everything());
      const first = machine(job);
      const held = holders(job);
      const step = await job.action({ ...everything(), repositories: `team=${stage.urls.shared}` }, { env });
      if (step.outcome === 'failure') {
        expectCause(step, fault);
        if (!isReadOnly) expect([step.exported, step.outputs]).toEqual([{}, {}]);
        if (!isReadOnly) expect([machine(job), holders(job)]).toEqual([first, held]);
        expect(Object.keys(machine(job).temp)).toEqual(expect.arrayContaining(Object.keys(first.temp)));
        expectTold(
          step,
          holders(job).filter((file) => !held.includes(file)),
        );
      }
      const posts = await job.finish();
      expect(posts.map((post) => [post.outcome, told(post)])).toEqual([
        ['success', ''],
        ['success', ''],
      ]);
      expect(machine(job)).toEqual(before);
    });
    expect(calls).toBeGreaterThan(15);
  }, 600_000);

  test('post removes every token that it can, and says what is left', async () => {
    const calls = await atEveryCall(fault, 'post', async (env) => {
      await using job = await startJob();
      const before = machine(job);
      const main = await job.action(everything(), { env });
      expect(main.outcome).toBe('success');
      const [post] = await job.finish();
      // A disk that turns read-only within a write keeps a cut line in the runner's file, which the runner refuses.
      const isCut = isReadOnly && told(post).includes('and keeps a part of it');
      if (!isCut) expect(post?.outcome).toBe('success');
      const left = holders(job).filter((file) => !file.includes('_runner_file_commands'));
      if (!isReadOnly) expect(left).toEqual([]);
      expectTold(post, left);
      const kept = Object.keys(main.exported).filter((name) => post?.exported[name] === undefined);
      for (const name of kept) expect(told(post)).toContain(name);
      if (told(post) === '') expect(machine(job)).toEqual(before);
    });
    expect(calls).toBeGreaterThanOrEqual(4);
  }, 600_000);
});
