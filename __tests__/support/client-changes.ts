/** What a client says for a sample setup, in the form that tests compare. */
import { parse, type TomlTable } from 'smol-toml';
import type { Output, PrivateFile } from '../../src/clients/changes.ts';
import type { Configure, Setup } from '../../src/clients/client.ts';
import type { UserFile } from '../../src/machine/disk.ts';
import type { Environment } from '../../src/machine/machine.ts';
import { type SampleSetup, sampleSetup } from './sample-setup.ts';

/** The values of its variables, by their names. */
export function variablesOf(configure: Configure, asked: SampleSetup = {}): Record<string, string> {
  const { variables = [] } = configure(sampleSetup(asked));
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

/** The names of the variables that it says override ours. */
export function overridingOf(
  configure: Configure,
  environment: Environment,
  asked: SampleSetup = {},
): (string | undefined)[] {
  const { overrides = [] } = configure(sampleSetup({ ...asked, environment }));
  return overrides.map((text) => /^The variable (\S+) is set/.exec(text)?.[1]);
}

/** One of its private files, as text. */
export function textOf(files: readonly PrivateFile[] | undefined, name: string): string {
  return files?.find((file) => file.name === name)?.bytes.toString() ?? 'missing';
}

/** The same as TOML. */
export function tomlOf(files: readonly PrivateFile[] | undefined, name: string): TomlTable {
  return parse(textOf(files, name));
}

/** What a program said on its standard output. */
export function saying(stdout: string, exitCode = 0): Output {
  return { stdout, stderr: '', exitCode };
}

/** The same setup on a disk where the files at these paths, written with slashes, are larger than 1 MiB. */
export function withTooLarge(setup: Setup, ...paths: string[]): Setup {
  const { disk } = setup;
  return {
    ...setup,
    disk: {
      ...disk,
      read: (path) =>
        paths.includes(path.replaceAll('\\', '/'))
          ? { path, bytes: Buffer.alloc(0), isTooLarge: true }
          : disk.read(path),
    },
  };
}

/** A file of the user's. */
export function userFile(content: string | Buffer, path = 'x'): UserFile {
  return { path, bytes: Buffer.from(content as string), isTooLarge: false };
}
