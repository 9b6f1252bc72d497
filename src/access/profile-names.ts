/** Whether this machine has an AWS profile. Pure but for the disk that it is given. */
import { join } from 'node:path';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { isInQuotes } from './setting-values.ts';

/**
 * Whether the config or the credentials file of the AWS SDKs has a section for a profile: `[profile NAME]`, `[NAME]`
 * (AWS SDKs reference, "Shared config and credentials files"). Their own reader comes too late: it is loaded when AWS
 * is about to be asked.
 */
export function hasProfile(
  profile: string,
  { environment, home }: Pick<Machine, 'environment' | 'home'>,
  disk: Disk,
): boolean {
  return readLines({ environment, home }, disk).some((line) => SECTION.exec(line)?.groups?.['name'] === profile);
}

/**
 * Whether the name of a profile is in quotes that cannot be right: nothing takes them away, and no section of those
 * files has the name with them.
 */
export function hasStrayQuotes(profile: string, machine: Pick<Machine, 'environment' | 'home'>, disk: Disk): boolean {
  return isInQuotes(profile) && !readLines(machine, disk).some((line) => /^\s*\[/.test(line) && line.includes(profile));
}

function readLines(machine: Pick<Machine, 'environment' | 'home'>, disk: Disk): string[] {
  return profileFiles(machine).flatMap((path) => disk.read(path)?.bytes.toString('utf8').split(/\r?\n/) ?? []);
}

/** The name may stand in quotes, and a comment may follow. */
const SECTION = /^\s*\[\s*(?:profile\s+)?(?<quote>["']?)(?<name>[^\s"'\]]+)\k<quote>\s*\]\s*(?:[#;].*)?$/;

/** The files in which the AWS SDKs look for profiles, as absolute paths. */
export function profileFiles({ environment, home }: Pick<Machine, 'environment' | 'home'>): string[] {
  const inHome = (path: string) => path.replace(/^~(?=[/\\])/, () => home);
  return [
    inHome(environment['AWS_CONFIG_FILE'] || join(home, '.aws', 'config')),
    inHome(environment['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials')),
  ];
}
