/** What the clients are told on this machine already. Reads the user's own files, changes none. */
import { join } from 'node:path';
import { netrcPaths, pdmPaths, pipSharedPaths, pipUserPaths, poetryFolder } from './client-paths.ts';
import { isTooLarge, readUserFile, replacedFiles, type UserFile } from './user-file.ts';

/** The settings that were there before this run. */
export interface Machine {
  readonly environment: NodeJS.ProcessEnv;
  /** The pip configuration that ours takes the place of, the weakest first. */
  readonly pipUserFiles: readonly UserFile[];
  /** The pip configuration that stays in force beside ours, as far as it can be known from here. */
  readonly pipSharedFiles: readonly UserFile[];
  readonly netrc: UserFile | undefined;
  readonly pdmConfig: UserFile | undefined;
  readonly poetryConfig: UserFile | undefined;
  /** Where poetry keeps user names and passwords. */
  readonly poetryAuth: UserFile | undefined;
  /** Paths of files of the user's that are too large to be what their names say; they are left out. */
  readonly tooLarge: readonly string[];
  /** Where the clients look without `NETRC`. */
  readonly homeNetrc: string;
}

/**
 * @param home the folder that `~` means
 * @param folder the private folder; a file in it that an earlier step of this job wrote is no setting of the user's, but
 *   says which file is
 */
export function readMachine(
  environment: NodeJS.ProcessEnv,
  home: string,
  platform: NodeJS.Platform,
  folder: string,
): Machine {
  const paths = {
    pip: pipUserPaths(environment, home, platform),
    netrc: netrcPaths(environment, home, platform),
    pdm: pdmPaths(environment, home, platform),
    poetry: [join(poetryFolder(environment, home, platform), 'config.toml')],
    poetryAuth: [join(poetryFolder(environment, home, platform), 'auth.toml')],
  };
  const read = (names: readonly string[], own: string) =>
    names.flatMap(readUserFile).flatMap((file) => (file.path === join(folder, own) ? replacedFiles(file) : file));
  const ownPdm = environment['PDM_CONFIG_FILE'] === join(folder, 'pdm.toml');
  return {
    environment,
    pipUserFiles: read(paths.pip, 'pip.conf'),
    pipSharedFiles: pipSharedPaths(environment, platform).flatMap(readUserFile),
    netrc: paths.netrc.flatMap(readUserFile)[0],
    // pdm itself rewrites the file that it is given, without comments: then his own place is looked at again.
    pdmConfig:
      read(paths.pdm, 'pdm.toml')[0] ??
      read(ownPdm ? pdmPaths({ ...environment, PDM_CONFIG_FILE: '' }, home, platform) : [], '')[0],
    poetryConfig: read(paths.poetry, 'config.toml')[0],
    poetryAuth: read(paths.poetryAuth, 'auth.toml')[0],
    tooLarge: Object.values(paths).flat().filter(isTooLarge),
    homeNetrc: netrcPaths({}, home, platform).find((path) => readUserFile(path).length > 0) ?? join(home, '.netrc'),
  };
}
