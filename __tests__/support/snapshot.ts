import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Everything under a folder: path with slashes, kind, permission bits, bytes. Two are equal when nothing can tell the
 * folders apart.
 */
export function snapshot(folder: string, ignore: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const name = path.replaceAll(sep, '/');
    if (ignore.some((one) => name === one || name.startsWith(`${one}/`))) continue;
    const place = join(folder, path);
    const status = lstatSync(place);
    const mode = (status.mode & 0o7777).toString(8);
    if (status.isSymbolicLink()) found[name] = `link to ${readlinkSync(place)}`;
    else if (status.isDirectory()) found[name] = `folder ${mode}`;
    else found[name] = `file ${mode} ${readFileSync(place, 'latin1')}`;
  }
  return found;
}

/** The files under a folder that hold the text. */
export function filesHolding(folder: string, text: string): string[] {
  return Object.entries(snapshot(folder)).flatMap(([name, content]) => (content.includes(text) ? [name] : []));
}
