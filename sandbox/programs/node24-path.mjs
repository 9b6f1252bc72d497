import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The oldest major version that serves: the runtime of the action. */
const MINIMUM = 24;

/**
 * Finds Node 24: the Node of this process where it is new enough, else the one that `npm ci` installs as an optional
 * dependency. Plain JavaScript, since scripts/node24.mjs calls this on any Node from 20 on.
 *
 * @returns {string} path of the program
 * @throws when there is none
 */
export function node24Path() {
  if (Number.parseInt(process.versions.node, 10) >= MINIMUM) return process.execPath;
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const file = windows ? 'node.exe' : 'node';
  const path = fileURLToPath(new URL(`../../node_modules/${name}/bin/${file}`, import.meta.url));
  if (existsSync(path)) return path;
  throw new Error(
    `This needs Node ${MINIMUM}: yours is ${process.version}, and the package ${name} is not installed. ` +
      `Run npm ci with optional dependencies, or install Node ${MINIMUM}.`,
  );
}
