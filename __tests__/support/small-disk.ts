/** A disk of its own, as full as a test likes, where the system lets this user have one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk in memory, of a megabyte and 100 files. */
export interface SmallDisk extends Disposable {
  /** The folder where it is. */
  readonly folder: string;
  /** Leaves room for so many pages of 4 KiB; and for so many new files, if it is said. */
  fill(pages: number, files?: number): void;
  /** Takes back what {@link fill} did. */
  empty(): void;
}

/** Why this test run can have none; undefined where it can. */
export const NO_SMALL_DISKS = whyNone();

/** Makes a disk. */
export function makeSmallDisk(): SmallDisk {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'small-disk-')));
  mount(folder);
  const filler = join(folder, 'filler');
  const empty = () => rmSync(filler, { recursive: true, force: true });
  return {
    folder,
    fill(pages, files) {
      empty();
      mkdirSync(filler);
      const { bsize } = statfsSync(folder);
      writeFileSync(join(filler, 'pages'), '');
      for (let count = files ?? Number.POSITIVE_INFINITY; statfsSync(folder).ffree > count; ) {
        writeFileSync(join(filler, `${statfsSync(folder).ffree}`), '');
      }
      writeFileSync(join(filler, 'pages'), Buffer.alloc((statfsSync(folder).bfree - pages) * bsize));
    },
    empty,
    [Symbol.dispose]() {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

function mount(folder: string): string {
  const { stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755,size=1m,nr_inodes=100', 'none', folder]);
  return error ? error.message : stderr.toString().trim();
}

function whyNone(): string | undefined {
  if (process.platform !== 'linux') return 'Only Linux has disks in memory.';
  if (process.getuid?.() !== 0) return 'Only root may mount a disk.';
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const problem = mount(folder);
  if (problem === '') spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return problem === '' ? undefined : `No disk can be mounted here: ${problem}`;
}
