/**
 * pip: a pip.conf that `PIP_CONFIG_FILE` names, and a netrc for the tokens. Tried with pip 23.2 to 26.3.
 *
 * pip passes over a file that it cannot read, as in a container action or for another user, and says nothing. So
 * variables say the indexes too, where their URLs hold no token: without the files, pip stops at the private index and
 * never goes on with the public one. `PIP_NO_INPUT` keeps it from asking for a user name there.
 */
import { INDEX_OPTIONS, type PipIndexes, sharedIndexOptions, writePipConf } from '../formats/pip-conf.ts';
import { joinFirst } from '../messages/wording.ts';
import { type Check, describeExit, type Variable } from './changes.ts';
import { type Configure, readUserFiles, type Setup } from './client.ts';
import {
  aliasesOf,
  type ForeignIndex,
  isRepository,
  type RepositoryIndex,
  withoutNetrc,
  withToken,
} from './indexes.ts';
import { pipSharedPaths, pipUserPaths } from './pip-paths.ts';

/** Variables that override every pip.conf. An empty one is none to pip. */
const OVERRIDING = ['PIP_INDEX_URL', 'PIP_PYPI_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX'];

/** The options that a variable of ours overrides in every file. */
const SAID_BY: Readonly<Record<string, readonly string[]>> = {
  PIP_INDEX_URL: ['index-url', 'pypi-url'],
  PIP_EXTRA_INDEX_URL: ['extra-index-url'],
};

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
  const said = sayIndexes(setup, inUrl);
  const overriding = OVERRIDING.filter((name) => !said.some((variable) => variable.name === name));
  const saidAnyway = said.filter(({ value }) => value !== '').flatMap(({ name }) => SAID_BY[name] ?? []);
  const options = INDEX_OPTIONS.filter((option) => !saidAnyway.includes(option));
  return {
    files: [{ name: 'pip.conf', bytes }],
    variables: [{ name: 'PIP_CONFIG_FILE', value: pathOf('pip.conf') }, ...said],
    notes: [...describeUrls(inUrl, setup), ...notes],
    warnings: user.warnings,
    overrides: [
      ...overriding.filter((name) => machine.environment[name]).map(describeVariable),
      ...sharedIndexOptions(shared, options).map(describeOption),
    ],
    checks: [checkOf(pathOf('pip.conf'), overriding, options)],
  };
};

/**
 * What pip.conf says of the indexes, as variables. Empty where the file has to say it, since it says a token: a value
 * that is there already would override the file, and GitHub cannot unset it.
 */
function sayIndexes({ indexes, machine, disk, isSecondUse, pathOf }: Setup, inUrl: readonly RepositoryIndex[]) {
  const { main, extra, areOfProject } = indexes;
  const { environment } = machine;
  const holdsToken = (index: RepositoryIndex | ForeignIndex) => isRepository(index) && inUrl.includes(index);
  const earlier = isSecondUse ? (disk.read(pathOf('pip.conf'))?.bytes.toString() ?? '') : '';
  const variable = (name: string, option: string, value: string | undefined): Variable[] => {
    const before = environment[name];
    if (value) return [{ name, value }];
    // Where the client or the project decides, only what an earlier step of this action said goes.
    const goes = value === undefined ? earlier.includes(`\n${option}=${before}\n`) : true;
    return before && goes ? [{ name, value: '' }] : [];
  };
  return [
    ...variable('PIP_INDEX_URL', 'index-url', main && (holdsToken(main) ? '' : main.url)),
    ...variable(
      'PIP_EXTRA_INDEX_URL',
      'extra-index-url',
      areOfProject ? undefined : extra.some(holdsToken) ? '' : extra.map(({ url }) => url).join(' '),
    ),
    // It keeps pip from asking keyring too, which an index of others may need.
    ...(isRepository(main) && !environment['PIP_NO_INPUT'] ? [{ name: 'PIP_NO_INPUT', value: '1' }] : []),
  ];
}

function urlsOf({ indexes: { main, extra } }: Setup, inUrl: readonly RepositoryIndex[]): PipIndexes {
  const urlOf = (index: RepositoryIndex | ForeignIndex) =>
    isRepository(index) && inUrl.includes(index) ? withToken(index) : index.url;
  return { main: main && urlOf(main), extra: extra.map(urlOf) };
}

/** `pip config debug` (20.1 on) lists each variable, and each file that it reads, with what it says. */
function checkOf(path: string, overriding: readonly string[], options: readonly string[]): Check {
  return {
    program: 'pip',
    args: ['config', 'debug'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [describeExit('pip config debug', exitCode)];
      const files = [...stdout.matchAll(/^ {2}(.+), exists: True\r?$/gm)].map(([, file = '']) => file);
      const variables = [...stdout.matchAll(/^ {2}(PIP_\w+)=/gm)].map(([, name = '']) => name);
      const others = files.filter((file) => file !== path).flatMap((file) => read(file) ?? []);
      return [
        ...(files.includes(path)
          ? []
          : [`pip does not read ${path}, which this action wrote for it; check what pip on the PATH is.`]),
        ...variables.filter((name) => overriding.includes(name)).map(describeVariable),
        ...sharedIndexOptions(others, options).map(describeOption),
      ];
    },
  };
}

function describeUrls(inUrl: readonly RepositoryIndex[], { tokenPlace, indexes: { main } }: Setup): string[] {
  if (inUrl.length === 0) return [];
  const why =
    tokenPlace === 'url'
      ? 'as credentials: url asks for'
      : 'because an earlier repository of the same host has another identity or domain, and a netrc knows one token ' +
        'a host';
  return [
    `pip: the URL of ${joinFirst(aliasesOf(inUrl))} in pip.conf has its token in it, ${why}; pip shows it in the ` +
      'arguments of a process when it builds from source, and pip-compile writes it into its output without ' +
      '--no-emit-index-url.',
    ...(inUrl.some((index) => index === main)
      ? [
          'Where a later step cannot read that pip.conf, pip goes on with the public PyPI; credentials: netrc ' +
            'prevents it.',
        ]
      : []),
  ];
}

function describeVariable(name: string): string {
  return (
    `The variable ${name} overrides the pip.conf of this action; unset it, or set it to an empty string under ` +
    'env:.'
  );
}

function describeOption(place: string): string {
  return `pip: ${place} overrides the pip.conf of this action; move it to [global] or remove it.`;
}
