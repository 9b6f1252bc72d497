/**
 * pipenv: `PIPENV_PYPI_MIRROR` replaces the public PyPI, in the Pipfile's `[[source]]` or as the default; the netrc
 * gives the tokens. No token in that URL: without a `[[source]]`, pipenv writes it into Pipfile and Pipfile.lock.
 * pipenv installs without any pip.conf. Tried with pipenv 2026.10.3.
 */
import { isAbsolute, join } from 'node:path';
import { linesOf } from '../formats/user-text.ts';
import type { UserFile } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { fail } from '../messages/problems.ts';
import { joinFirst } from '../messages/wording.ts';
import { type Check, describeExit } from './changes.ts';
import { type Configure, describeSet, leftBehind } from './client.ts';
import { aliasesOf, isRepository, withoutNetrc } from './indexes.ts';

const MIRROR = 'PIPENV_PYPI_MIRROR';

/** Variables of a project's `.env` that decide whom pipenv hands the tokens to. */
const TRUST = ['PIP_CERT', 'PIP_TRUSTED_HOST', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** Configures pipenv. */
export const configure: Configure = ({ indexes, isSecondUse, machine }) => {
  const { main, extra, areOfProject } = indexes;
  const { environment } = machine;
  if (isRepository(main) && !main.byNetrc) {
    const { alias } = main.repository;
    fail(
      'pipenv takes its tokens from a netrc, which has one for each host, and an earlier repository on the host of ' +
        `${alias} has another identity; list ${alias} first in the input repositories.`,
    );
  }
  return {
    variables: main ? [{ name: MIRROR, value: main.url }] : [],
    notes:
      extra.length === 0
        ? []
        : [
            'pipenv: installs use the other indexes where the Pipfile has a [[source]] with their URL: ' +
              `${joinFirst(extra.map(({ url }) => url))}.`,
          ],
    warnings: [
      ...(isRepository(main) || areOfProject ? [] : [describeMix(main?.url)]),
      ...aliasesOf(withoutNetrc(extra)).map(
        (alias) =>
          `pipenv: ${alias} cannot be used, because an earlier repository of its host has another identity, and a ` +
          'netrc has one token for each host; give it a job of its own.',
      ),
    ],
    overrides: [
      // pipenv takes it for its option --index, and writes it into the Pipfile. One of an earlier step is our index.
      ...(isSecondUse
        ? []
        : describeSet(['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL'], environment, 'makes pipenv look there too')),
      ...(isSecondUse && !main && environment[MIRROR] ? leftBehind(MIRROR, 'pipenv') : []),
    ],
    checks: [checkOf(main?.url, machine)],
  };
};

function describeMix(main = 'the public PyPI'): string {
  return (
    `pipenv takes every package without index= in the Pipfile from ${main}, so anyone can publish a package with the ` +
    'name of yours there and have it installed (dependency confusion); leave index-url out, and make the public ' +
    'index an upstream of the CodeArtifact repository.'
  );
}

/**
 * `pipenv --support` shows the variables. It would load the project's `.env` first, and start the python of a `PATH`
 * that stands there, so it is asked elsewhere, and the file is read here.
 */
function checkOf(mirror: string | undefined, machine: Machine): Check {
  return {
    program: 'pipenv',
    args: ['--support'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [describeExit('pipenv --support', exitCode)];
      const seen = mirror === undefined || stdout.includes(`\`${MIRROR}\`: \`${mirror}\``);
      const { environment, workspace } = machine;
      const ignored = Boolean(environment['PIPENV_DONT_LOAD_ENV']);
      const place = environment['PIPENV_DOTENV_LOCATION'] || '.env';
      const file = ignored ? undefined : read(isAbsolute(place) ? place : join(workspace, place));
      return [
        ...(seen ? [] : [`pipenv does not see ${MIRROR}, which this action set; check what pipenv on the PATH is.`]),
        ...(file ? judgeDotenv(file, mirror) : []),
      ];
    },
  };
}

/** An assignment (python-dotenv, `parser.py`); its file overrides the variables of the job. */
const ASSIGNMENT = /^\s*(?:export\s+)?'?(?<name>[^\s'=#]+)'?\s*=\s*(?<quote>['"]?)(?<value>.*?)\k<quote>\s*$/;

function judgeDotenv(file: UserFile, mirror: string | undefined): string[] {
  return linesOf(file).flatMap((line, index) => {
    const { name = '', value } = ASSIGNMENT.exec(line)?.groups ?? {};
    const place = `${name} of the project's .env (${file.path} line ${index + 1})`;
    if (TRUST.includes(name)) {
      return [
        `pipenv: ${place} changes which certificates are trusted, so whoever has one can read the tokens; remove ` +
          'it there.',
      ];
    }
    const overrides = name === 'NETRC' || (name === MIRROR && mirror !== undefined && value !== mirror);
    return overrides ? [`pipenv: ${place} overrides what this action sets; remove it there.`] : [];
  });
}
