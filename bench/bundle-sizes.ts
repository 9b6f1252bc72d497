/** The size of what a runner downloads and Node reads. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BundleSize {
  /** Path below the folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
  /** After gzip -9. */
  readonly gzipped: number;
}

/** Every JavaScript file in a folder and below, by name. */
export function bundleSizes(folder: string): BundleSize[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?js$/.test(name))
    .sort()
    .map((name) => {
      const content = readFileSync(join(folder, name));
      const gzipped = gzipSync(content, { level: 9 }).byteLength;
      return { name: name.replaceAll('\\', '/'), bytes: content.byteLength, gzipped };
    });
}

/** Bytes of JavaScript of each entry: the folders right below dist/. */
export function entrySizes(sizes: readonly BundleSize[]): Map<string, number> {
  const entries = new Map<string, number>();
  for (const { name, bytes } of sizes) {
    const entry = name.split('/')[0] ?? name;
    entries.set(entry, (entries.get(entry) ?? 0) + bytes);
  }
  return entries;
}
