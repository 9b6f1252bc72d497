import type { Disk } from '../../src/machine/disk.ts';
import type { Environment, Machine } from '../../src/machine/machine.ts';

/** A machine that says nothing to any client, unless said otherwise. */
export function sampleMachine(machine: Partial<Machine> = {}): Machine {
  return { environment: {}, home: '/home/user', platform: 'linux', workspace: '/w', ...machine };
}

/** The same by its variables. */
export function machineWith(environment: Environment): Machine {
  return sampleMachine({ environment });
}

/**
 * A disk with these files, by their paths with slashes; and the folders that they are in. All files are programs, too.
 * @param links where a folder leads to
 */
export function sampleDisk(
  files: Readonly<Record<string, string | Buffer>> = {},
  links: Readonly<Record<string, string>> = {},
): Disk {
  const slashed = (path: string) => path.replaceAll('\\', '/');
  return {
    isProgram: (path) => Object.hasOwn(files, slashed(path)),
    list: (path) => {
      const below = Object.keys(files).filter((file) => file.startsWith(`${slashed(path)}/`));
      return [...new Set(below.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))].toSorted();
    },
    realPath: (path) => {
      const [folder, target] = Object.entries(links).find(([link]) => slashed(path).startsWith(link)) ?? [];
      return folder === undefined ? path : target + slashed(path).slice(folder.length);
    },
    read: (path) => {
      const content = Object.hasOwn(files, slashed(path)) ? files[slashed(path)] : undefined;
      return content === undefined ? undefined : { path, bytes: Buffer.from(content), isTooLarge: false };
    },
    isFolder: (path) => Object.keys(files).some((file) => file.startsWith(`${slashed(path)}/`)),
  };
}
