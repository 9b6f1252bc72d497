/** The netrc for the clients that take their tokens from one: pip, and everything that is built on requests. */
import { posix, win32 } from 'node:path';
import { MAX_SIZE } from '../configparser/mistakes.ts';
import { writeNetrc } from '../formats/netrc-text.ts';
import { decode } from '../formats/user-text.ts';
import type { Machine } from '../machine/machine.ts';
import { fail } from '../messages/problems.ts';
import { joinFirst } from '../messages/wording.ts';
import { type Configure, readUserFiles, type Setup } from './client.ts';
import { aliasesOf, type Indexes, withoutNetrc } from './indexes.ts';

/** Configures the netrc. */
export const configure: Configure = (setup) => {
  const { indexes, machine, pathOf } = setup;
  checkProject(indexes);
  const path = netrcPaths(machine).find((one) => setup.disk.read(one));
  const { files, warnings } = readUserFiles(path === undefined ? [] : [path], '', setup);
  const [user] = files;
  const { texts, encoding } = decode(user ? [user] : []);
  // Python from 3.10 on reads the file as UTF-8, and if that fails, in the locale's encoding, which nearly everywhere
  // is UTF-8 too. Where both fail, pip ends in a traceback.
  const isUtf8 = encoding === 'utf8';
  const whole = writeNetrc(indexes.hosts, isUtf8 ? texts[0] : undefined);
  // A second use in the job reads what this one writes.
  const isTooLarge = Buffer.byteLength(whole.text) > MAX_SIZE;
  const { text, replaced, unreadable } = isTooLarge ? writeNetrc(indexes.hosts, undefined) : whole;
  // The user already knows what an earlier step of this job wrote.
  const told = user?.path === pathOf('netrc') ? [] : replaced;
  return {
    files: [{ name: 'netrc', bytes: Buffer.from(text) }],
    // requests (2.34) takes an empty NETRC for a file that is not there, and looks nowhere else.
    variables: [{ name: 'NETRC', value: pathOf('netrc'), neutral: homeNetrc(setup) }],
    notes: told.map((host) => `netrc: the entry for ${host} in ${user?.path} is not used in this job.`),
    warnings: [
      ...warnings,
      ...(isTooLarge
        ? [
            `netrc: ${user?.path} is left out for this job, because the netrc of the job would be larger than 1 MiB ` +
              'with it.',
          ]
        : []),
      ...(unreadable || !isUtf8
        ? [
            `netrc: ${user?.path} is left out in this job, because Python cannot read it; look for a word out of ` +
              'place, a macdef without an empty line after it, or a byte that is not UTF-8.',
          ]
        : []),
    ],
  };
};

/**
 * Where the project's files name the indexes, nothing but the netrc gives the tokens: variables by the name of an index
 * would send them wherever a change of these files says.
 */
function checkProject({ areOfProject, repositories }: Indexes): void {
  const others = withoutNetrc(repositories);
  if (!areOfProject || others.length === 0) return;
  fail(
    'Input index-url is "project", so the tokens are in a netrc, which has one for each host; ' +
      `${joinFirst(aliasesOf(others))} would need another one, because an earlier repository of the same host has ` +
      'another identity or domain. Give each identity a job of its own.',
  );
}

/** Where requests looks (2.34, `get_netrc_auth`): the file that `NETRC` names and no other, else the one at home. */
export function netrcPaths({ environment, home, platform }: Machine): string[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const named = environment['NETRC'];
  return named ? [named.replace(/^~(?=[/\\]|$)/, () => home)] : [join(home, '.netrc'), join(home, '_netrc')];
}

/** Where the clients look without `NETRC`. */
function homeNetrc({ disk, machine }: Setup): string {
  const paths = netrcPaths({ ...machine, environment: {} });
  return paths.find((path) => disk.read(path)) ?? paths[0] ?? '';
}
