import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../programs/python-command.ts';
import { runProgram } from '../programs/run-program.ts';
import type { PackageFile } from './package-file.ts';

/** A package to make. Without `modules` it holds one module that only knows its version. */
export interface PackageSpec {
  name: string;
  version: string;
  kind?: 'wheel' | 'sdist';
  /** Requirements, as in `Requires-Dist`. */
  dependencies?: string[];
  /** As in `Requires-Python`, such as `>=3.9`. */
  requiresPython?: string;
  /** Markdown. */
  readme?: string;
  /** Python files of this folder to copy into it, by name. */
  modules?: string[];
  /** The name of a program of a wheel without `modules`: it prints name and version. */
  program?: string;
  /** `[build-system]` of a source distribution. */
  buildRequires?: string[];
  buildBackend?: string;
}

const SCRIPT = fileURLToPath(new URL('make_packages.py', import.meta.url));

const made = new Map<string, Promise<PackageFile[]>>();

/**
 * Makes packages with the machine's Python, in the order of the specs. Equal specs give equal bytes, so this process
 * makes the same list only once.
 *
 * @throws where there is no Python
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
  // Not -I, which hides the backend in the script's own folder; -B leaves no compiled files there.
  const { status, stdout, stderr } = await runProgram(python.command, ['-B', SCRIPT], { input });
  if (status !== 0) throw new Error(`make_packages.py failed: ${stderr}`);
  const files = JSON.parse(stdout) as { filename: string; content: string; requiresPython?: string }[];
  return files.map((file) => ({ ...file, content: Buffer.from(file.content, 'base64') }));
}

/** Writes packages to a folder, such as the `dist` that twine uploads. @returns their paths */
export async function writePackages(folder: string, packages: PackageFile[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return await Promise.all(
    packages.map(async ({ filename, content }) => {
      const path = join(folder, filename);
      await writeFile(path, content);
      return path;
    }),
  );
}
