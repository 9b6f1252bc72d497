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

/** A disk with these files, by their paths with slashes; and the folders that they are in. */
export function sampleDisk(files: Readonly<Record<string, string | Buffer>> = {}): Disk {
  const slashed = (path: string) => path.replaceAll('\\', '/');
  return {
    read: (path) => {
      const content = Object.hasOwn(files, slashed(path)) ? files[slashed(path)] : undefined;
      return content === undefined ? undefined : { path, bytes: Buffer.from(content), isTooLarge: false };
    },
    isFolder: (path) => Object.keys(files).some((file) => file.startsWith(`${slashed(path)}/`)),
  };
}
