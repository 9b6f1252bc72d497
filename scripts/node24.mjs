/**
 * Runs a script on Node 24, the runtime of the action: `node scripts/node24.mjs FILE [ARG ...]`.
 * This file itself runs on any Node from 20 on, so it is JavaScript and uses nothing newer.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { node24Path } from '../sandbox/programs/node24-path.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/node24.mjs FILE [ARG ...]');
const child = spawn(node24Path(), ['--disable-warning=ExperimentalWarning', file, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
