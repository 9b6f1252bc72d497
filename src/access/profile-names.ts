/** Whether this machine has an AWS profile. Pure but for the disk that it is given. */
import { join } from 'node:path';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';

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
  return profileFiles({ environment, home }).some((path) => {
    const lines = disk.read(path)?.bytes.toString('utf8').split(/\r?\n/) ?? [];
    return lines.some((line) => SECTION.exec(line)?.groups?.['name'] === profile);
  });
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
