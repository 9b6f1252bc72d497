/**
 * Runs a script on Node 24, the runtime of the action: `node scripts/node24.mjs FILE [ARG ...]`.
 *
 * The caller's Node serves when it is new enough; otherwise the one that `npm ci` brought as an optional dependency.
 * This file itself runs on any Node from 20 on, so it is JavaScript and uses nothing newer.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const MINIMUM = 24;

function node24() {
  if (Number.parseInt(process.versions.node, 10) >= MINIMUM) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const binary = fileURLToPath(new URL(`../node_modules/${name}/bin/${file}`, import.meta.url));
  if (existsSync(binary)) return binary;
  throw new Error(
    `This needs Node ${MINIMUM}: yours is ${process.version}, and the package ${name} is not installed. ` +
      `Run npm ci with optional dependencies, or install Node ${MINIMUM}.`,
  );
}

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/node24.mjs FILE [ARG ...]');
const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', file, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
