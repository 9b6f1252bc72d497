import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../programs/python-command.ts';
import { runProgram } from '../programs/run-program.ts';

/** What to make. A wheel without `modules` holds one package that knows its version. */
export interface PackageSpec {
  name: string;
  version: string;
  kind?: 'wheel' | 'sdist';
  /** Requirements, as in `Requires-Dist`. */
  dependencies?: string[];
  /** As in `Requires-Python`, such as `>=3.9`. */
  requiresPython?: string;
  /** Names of Python files of this folder to pack. */
  modules?: string[];
  /** `[build-system]` of a source distribution. */
  buildRequires?: string[];
  buildBackend?: string;
}

/** A wheel or source distribution. */
export interface PackageFile {
  filename: string;
  content: Buffer;
  requiresPython?: string;
}

const SCRIPT = fileURLToPath(new URL('make_packages.py', import.meta.url));

const made = new Map<string, Promise<PackageFile[]>>();

/**
 * Makes packages with the machine's Python, in the order asked for. Equal specs give equal bytes, so a list that was
 * made in this process before is not made again.
 */
export async function makePackages(specs: PackageSpec[]): Promise<PackageFile[]> {
  const input = JSON.stringify(specs);
  const files = made.get(input) ?? runScript(input);
  made.set(input, files);
  return [...(await files)];
}

async function runScript(input: string): Promise<PackageFile[]> {
  const python = await pythonCommand();
  if (!python.available) throw new Error(`The sandbox's packages cannot be made: ${python.reason}`);
  // -I would hide the script's own folder, where its backend lies; -B leaves no compiled files there.
  const { status, stdout, stderr } = await runProgram(python.command, ['-B', SCRIPT], { input });
  if (status !== 0) throw new Error(`make_packages.py failed: ${stderr}`);
  const files = JSON.parse(stdout) as { filename: string; content: string; requiresPython?: string }[];
  return files.map((file) => ({ ...file, content: Buffer.from(file.content, 'base64') }));
}

/** Writes packages to a folder, such as the `dist` that twine uploads; gives their paths. */
export async function writePackages(folder: string, packages: PackageFile[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = packages.map((file) => join(folder, file.filename));
  await Promise.all(packages.map((file) => writeFile(join(folder, file.filename), file.content)));
  return paths;
}

/** A project's name as indexes compare it (PEP 503). */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Project and version in a file's name; undefined for what is neither a wheel nor a `.tar.gz`. */
export function parseFilename(filename: string): { project: string; version: string } | undefined {
  const wheel = /^([^-]+)-([^-]+)-[^-]+-[^-]+-[^-]+\.whl$/.exec(filename);
  const match = wheel ?? /^(.+)-([^-]+)\.tar\.gz$/.exec(filename);
  return match ? { project: normaliseName(match[1] ?? ''), version: match[2] ?? '' } : undefined;
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
