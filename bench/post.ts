/** The post step after a main that did its work, as a program to be timed. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ActionUse, action, type Program, type Variables } from './programs.ts';
import type { Target } from './workloads.ts';

/** The largest ratio wanted to `node -e 0`. */
export const POST_GOAL = 1.5;

/** Post of the build in `dist`; main runs before the clock does. */
export function post(dist: string, targets: readonly Target[], network: Variables, use?: ActionUse): Program {
  const main = action(dist, targets, network, use);
  return {
    name: 'post',
    async prepare(folder) {
      const [command] = await main.prepare(folder);
      if (command === undefined) throw new Error('The action has no main.');
      const { file, args, env } = command;
      await promisify(execFile)(file, args, { cwd: folder, env });
      const state = Object.entries(pairsIn(env['GITHUB_STATE'])).map(([name, value]) => [`STATE_${name}`, value]);
      const later = { ...env, ...pairsIn(env['GITHUB_ENV']), ...Object.fromEntries(state) };
      return [{ file, args: [join(dist, 'post', 'index.js')], env: later }];
    },
  };
}

/** What a command file of the runner says, of values that have one line each. */
function pairsIn(path = ''): Variables {
  const lines = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
