import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Node that runs actions: this process' own when it is 24 or newer, else the one of the optional dependency. */
export function node24Path(): string {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const name = `node-${platform}-${process.arch}`;
  const path = fileURLToPath(new URL(`../../node_modules/${name}/bin/${file}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`Actions need Node 24 here, and the package ${name} is not installed.`);
  return path;
}
