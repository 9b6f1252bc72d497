/**
 * pip: a pip.conf that `PIP_CONFIG_FILE` names, and a netrc for the tokens. Tried with pip 23.2 to 26.3.
 * `PIP_INDEX_URL` would be simpler, but every variable shows in the log of every later step.
 */

import { sharedIndexOptions, writePipConf } from '../formats/pip-conf.ts';
import type { Credentials } from '../inputs.ts';
import type { Check } from './changes.ts';
import type { Client } from './client.ts';
import { type ForeignIndex, isRepository, type RepositoryIndex, withToken } from './indexes.ts';

/** Variables that beat every pip.conf. */
const OVERRIDING = ['PIP_INDEX_URL', 'PIP_PYPI_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX'];

export const pip: Client = ({ indexes, credentials, machine, pathOf }) => {
  const inUrl = indexes.repositories.filter(({ byNetrc }) => credentials === 'url' || !byNetrc);
  const urlOf = (index: RepositoryIndex | ForeignIndex) =>
    isRepository(index) && inUrl.includes(index) ? withToken(index) : index.url;
  const urls = { main: indexes.main && urlOf(indexes.main), extra: indexes.extra.map(urlOf) };
  const { bytes, notes } = writePipConf(urls, machine.pipUserFiles);
  return {
    files: [{ name: 'pip.conf', bytes }],
    variables: [{ name: 'PIP_CONFIG_FILE', value: pathOf('pip.conf') }],
    notes: [...describeUrls(inUrl, credentials), ...notes],
    overrides: [
      ...OVERRIDING.filter((name) => machine.environment[name]).map(describeVariable),
      ...sharedIndexOptions(machine.pipSharedFiles).map(describeOption),
    ],
    checks: [checkOf(pathOf('pip.conf'))],
  };
};

/** `pip config debug` (20.1 on) lists each variable, and each file that it reads, with what it says. */
function checkOf(path: string): Check {
  return {
    program: 'pip',
    args: ['config', 'debug'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [`pip config debug failed (exit code ${exitCode}); run it in a step to see why.`];
      const files = [...stdout.matchAll(/^ {2}(.+), exists: True\r?$/gm)].map(([, file]) => file as string);
      const variables = [...stdout.matchAll(/^ {2}(PIP_\w+)=/gm)].map(([, name]) => name as string);
      const others = files.filter((file) => file !== path).flatMap((file) => read(file) ?? []);
      return [
        ...(files.includes(path) ? [] : [`pip does not read ${path}, which this action wrote for it.`]),
        ...variables.filter((name) => OVERRIDING.includes(name)).map(describeVariable),
        ...sharedIndexOptions(others).map(describeOption),
      ];
    },
  };
}

function describeUrls(inUrl: readonly RepositoryIndex[], credentials: Credentials): string[] {
  if (inUrl.length === 0) return [];
  const names = inUrl.map(({ repository }) => repository.name).join(', ');
  const why =
    credentials === 'url'
      ? 'as credentials: url asks for'
      : 'because an earlier repository of the same host has another identity or domain, and a netrc knows one token a host';
  return [
    `The URL of ${names} in pip.conf carries its token, ${why}; where pip builds from source, the URL is an argument of a process.`,
  ];
}

function describeVariable(name: string): string {
  return `The variable ${name} is set and beats the pip.conf of this action; unset it, or set it to an empty string in env.`;
}

function describeOption(place: string): string {
  return `pip: ${place} beats the pip.conf of this action; move it to [global] or remove it.`;
}
