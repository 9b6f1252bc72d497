/**
 * The program `docker` of engine.ts: `docker-command.ts SETTINGS ARGUMENT...`. It hands all arguments to the client of
 * Docker. What it builds, it builds in the network of the machine, and then lays out for the test: `history.txt`,
 * `inspect.json`, `image.json` and the files of the layers that the base image does not have. `docker run` and `create`
 * get the network of the machine as well.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './engine.ts';

const [settings = '', ...args] = process.argv.slice(2);
const { client, socket, built, home } = JSON.parse(readFileSync(settings, 'utf8')) as Command;
const env = { ...process.env, HOME: home, DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '1' };
const NETWORK = ['--network', 'host'];
/** Bytes of an image. */
const MOST = 2 ** 30;

const [command = '', ...rest] = args;
if (command === 'build') build();
else if (command === 'run' || command === 'create') end([command, ...NETWORK, ...rest]);
else end(args);

function end(words: readonly string[]): void {
  process.exitCode = spawnSync(client, words, { env, stdio: 'inherit' }).status ?? 1;
}

function build(): void {
  rmSync(built, { recursive: true, force: true });
  mkdirSync(built, { recursive: true });
  const id = join(built, 'id');
  end(['build', ...NETWORK, '--progress', 'plain', '--iidfile', id, ...rest]);
  if (process.exitCode !== 0) return;
  const image = readFileSync(id, 'utf8').trim();
  const base = JSON.parse(ask(['inspect', '--format', '{{json .RootFS.Layers}}', 'base'])) as string[];
  writeFileSync(join(built, 'history.txt'), ask(['history', '--no-trunc', image]));
  writeFileSync(join(built, 'inspect.json'), ask(['inspect', image]));
  spawnSync('tar', ['-x', '-C', built], { input: spawnSync(client, ['save', image], { env, maxBuffer: MOST }).stdout });
  const [{ Layers: layers, Config: config }] = JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8'));
  writeFileSync(join(built, 'image.json'), readFileSync(join(built, config)));
  for (const [index, layer] of (layers as string[]).entries()) {
    const folder = join(built, 'layers', String(index));
    if (index >= base.length) {
      mkdirSync(folder, { recursive: true });
      spawnSync('tar', ['-x', '-C', folder, '-f', join(built, layer)]);
    }
    rmSync(join(built, layer));
  }
}

function ask(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(client, words, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
