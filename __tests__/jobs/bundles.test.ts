/** The committed bundles at work: nothing but themselves is needed, and nothing slow of Node.js is loaded. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshFolder } from '../support/fresh-folder.ts';
import { type Stage, setStage } from '../support/stage.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the bundles alone', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.standIn.close());

  test('work in a folder without node_modules', async () => {
    const folder = freshFolder();
    cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'action.yml'), join(folder, 'action.yml'));
    await using job = await stage.startJob();
    const step = await job.uses(folder, { with: { repositories: stage.urls.team, 'profile-name': 'acme' } });
    expect(step.outcome).toBe('success');
    expect(step.stderr).toBe('');
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(post?.stderr).toBe('');
  });

  test('name the private folder, which nobody may guess, by chance that only the system knows', async () => {
    const preload = join(freshFolder(), 'chance.cjs');
    writeFileSync(preload, 'Math.random = () => 0.5;');
    await using job = await stage.startJob({ machine: { NODE_OPTIONS: `--require=${JSON.stringify(preload)}` } });
    await job.uses(ROOT, { with: { repositories: stage.urls.team, 'profile-name': 'acme' } });
    const digits = /codeartifact-keyring-(?<digits>[0-9a-f]{32})/.exec(job.exported['PIP_CONFIG_FILE'] ?? '')?.groups;
    expect(new Set(digits?.['digits']).size).toBeGreaterThan(3);
  });

  test('load no part of Node.js that takes time and is not needed', async () => {
    const folder = freshFolder();
    const [preload, loaded] = [join(folder, 'note-loaded.cjs'), join(folder, 'loaded')];
    const write = `require('node:fs').writeFileSync(${JSON.stringify(loaded)}, process.moduleLoadList.join('\\n'))`;
    writeFileSync(preload, `process.on('exit', () => ${write});`);
    await using job = await stage.startJob({ machine: { NODE_OPTIONS: `--require=${JSON.stringify(preload)}` } });
    const step = await job.uses(ROOT, { with: { repositories: stage.urls.team, 'profile-name': 'acme' } });
    expect(step.outcome).toBe('success');
    const modules = readFileSync(loaded, 'utf8').split('\n');
    expect(modules).toContain('NativeModule https');
    expect(
      modules.filter((name) => /webstreams|http2|undici|worker_threads|fs\/promises|readline|perf_hooks/.test(name)),
    ).toEqual([]);
    rmSync(loaded);
    await job.finish();
    const ofPost = readFileSync(loaded, 'utf8').split('\n');
    expect(ofPost).toContain('NativeModule fs');
    expect(ofPost.filter((name) => /NativeModule (?:crypto|stream|net|perf_hooks|child_process)$/.test(name))).toEqual(
      [],
    );
  });
});
