/**
 * pip: a pip.conf that `PIP_CONFIG_FILE` names, and a netrc for the tokens. Tried with pip 23.2 to 26.3.
 * `PIP_INDEX_URL` would be simpler, but every variable shows in the log of every later step.
 */
import { type PipIndexes, sharedIndexOptions, writePipConf } from '../formats/pip-conf.ts';
import { type Check, describeExit } from './changes.ts';
import { type Configure, readUserFiles, type Setup, type TokenPlace } from './client.ts';
import {
  aliasesOf,
  type ForeignIndex,
  isRepository,
  type RepositoryIndex,
  withoutNetrc,
  withToken,
} from './indexes.ts';
import { pipSharedPaths, pipUserPaths } from './pip-paths.ts';

/** Variables that override every pip.conf. */
const OVERRIDING = ['PIP_INDEX_URL', 'PIP_PYPI_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX'];

/** Configures pip. */
export const configure: Configure = (setup) => {
  const { indexes, tokenPlace, machine, disk, pathOf, isSecondUse } = setup;
  // Where an earlier step of the job named indexes, its file stays in force, so it is written anew without them.
  const isNamed = isSecondUse && machine.environment['PIP_CONFIG_FILE'] === pathOf('pip.conf');
  if (indexes.areOfProject && !isNamed) return {};
  const user = readUserFiles(pipUserPaths(machine, disk), 'pip.conf', setup);
  const shared = pipSharedPaths(machine).flatMap((path) => disk.read(path) ?? []);
  const inUrl = tokenPlace === 'url' ? indexes.repositories : withoutNetrc(indexes.repositories);
  const { bytes, notes } = writePipConf(urlsOf(setup, inUrl), user.files);
  return {
    files: [{ name: 'pip.conf', bytes }],
    variables: [{ name: 'PIP_CONFIG_FILE', value: pathOf('pip.conf') }],
    notes: [...describeUrls(inUrl, tokenPlace), ...notes],
    warnings: user.warnings,
    overrides: [
      ...OVERRIDING.filter((name) => machine.environment[name]).map(describeVariable),
      ...sharedIndexOptions(shared).map(describeOption),
    ],
    checks: [checkOf(pathOf('pip.conf'))],
  };
};

function urlsOf({ indexes: { main, extra } }: Setup, inUrl: readonly RepositoryIndex[]): PipIndexes {
  const urlOf = (index: RepositoryIndex | ForeignIndex) =>
    isRepository(index) && inUrl.includes(index) ? withToken(index) : index.url;
  return { main: main && urlOf(main), extra: extra.map(urlOf) };
}

/** `pip config debug` (20.1 on) lists each variable, and each file that it reads, with what it says. */
function checkOf(path: string): Check {
  return {
    program: 'pip',
    args: ['config', 'debug'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [describeExit('pip config debug', exitCode)];
      const files = [...stdout.matchAll(/^ {2}(.+), exists: True\r?$/gm)].map(([, file = '']) => file);
      const variables = [...stdout.matchAll(/^ {2}(PIP_\w+)=/gm)].map(([, name = '']) => name);
      const others = files.filter((file) => file !== path).flatMap((file) => read(file) ?? []);
      return [
        ...(files.includes(path) ? [] : [`pip does not read ${path}, which this action wrote for it.`]),
        ...variables.filter((name) => OVERRIDING.includes(name)).map(describeVariable),
        ...sharedIndexOptions(others).map(describeOption),
      ];
    },
  };
}

function describeUrls(inUrl: readonly RepositoryIndex[], tokenPlace: TokenPlace): string[] {
  if (inUrl.length === 0) return [];
  const why =
    tokenPlace === 'url'
      ? 'as credentials: url asks for'
      : 'because an earlier repository of the same host has another identity or domain, and a netrc knows one token ' +
        'a host';
  return [
    `The URL of ${aliasesOf(inUrl).join(', ')} in pip.conf carries its token, ${why}; where pip builds from source, ` +
      'the URL is an argument of a process, and pip-compile writes it into its output unless it is told ' +
      '--no-emit-index-url.',
  ];
}

function describeVariable(name: string): string {
  return (
    `The variable ${name} is set and overrides the pip.conf of this action; unset it, or set it to an empty string ` +
    'in env.'
  );
}

function describeOption(place: string): string {
  return `pip: ${place} overrides the pip.conf of this action; move it to [global] or remove it.`;
}
