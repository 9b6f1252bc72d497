/**
 * pipenv: `PIPENV_PYPI_MIRROR` replaces the public PyPI, in the Pipfile's `[[source]]` or as the default; the netrc
 * gives the tokens. No token in that URL: without a `[[source]]`, pipenv writes it into Pipfile and Pipfile.lock.
 * pipenv installs without any pip.conf. Tried with pipenv 2026.10.3.
 */
import { dirname, join } from 'node:path';
import { linesOf } from '../formats/user-text.ts';
import type { UserFile } from '../machine/disk.ts';
import { fail } from '../messages/problems.ts';
import type { Check } from './changes.ts';
import { type Configure, describeSet, leftBehind } from './client.ts';
import { aliasesOf, isRepository, withoutNetrc } from './indexes.ts';

const MIRROR = 'PIPENV_PYPI_MIRROR';

/** Configures pipenv. */
export const configure: Configure = ({ indexes, isSecondUse, machine: { environment } }) => {
  const { main, extra, areOfProject } = indexes;
  if (isRepository(main) && !main.byNetrc) {
    const { alias } = main.repository;
    fail(
      'pipenv takes its tokens from a netrc, which knows one token a host, and an earlier repository of the host of ' +
        `${alias} has another identity; put ${alias} first in the input repositories.`,
    );
  }
  return {
    variables: main ? [{ name: MIRROR, value: main.url }] : [],
    notes:
      extra.length === 0
        ? []
        : [
            'pipenv: other indexes than the main one are used where the Pipfile has a [[source]] of their URL: ' +
              `${extra.map(({ url }) => url).join(', ')}.`,
          ],
    warnings: [
      ...(isRepository(main) || areOfProject ? [] : [describeMix(main?.url)]),
      ...aliasesOf(withoutNetrc(extra)).map(
        (alias) =>
          `pipenv: ${alias} cannot be used, since an earlier repository of its host has another identity, and a ` +
          'netrc knows one token a host; give it a job of its own.',
      ),
    ],
    overrides: [
      // pipenv takes it for its option --index, and writes it into the Pipfile.
      ...describeSet(['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL'], environment, 'makes pipenv look there too'),
      ...(isSecondUse && !main && environment[MIRROR] ? leftBehind(MIRROR, 'pipenv') : []),
    ],
    checks: main ? [checkOf(main.url)] : [],
  };
};

function describeMix(main = 'the public PyPI'): string {
  return (
    `pipenv takes every package without index= in the Pipfile from ${main}: whoever publishes a package of the name ` +
    'of yours there can have it installed (dependency confusion). Leave index-url out and give the CodeArtifact ' +
    'repository the public one as its upstream.'
  );
}

/** `pipenv --support` shows the variables once it has loaded the project's `.env`, which overrides those of the job. */
function checkOf(url: string): Check {
  return {
    program: 'pipenv',
    args: ['--support'],
    judge: ({ stdout, exitCode }, read) => {
      if (exitCode !== 0) return [`pipenv --support failed (exit code ${exitCode}); run it in a step to see why.`];
      if (stdout.includes(`\`${MIRROR}\`: \`${url}\``)) return [];
      const [, pipfile] = /^Contents of `Pipfile` \('(.+)'\):\r?$/m.exec(stdout) ?? [];
      const place = pipfile ? findLine(read(join(dirname(pipfile), '.env'))) : '';
      return [`pipenv: ${MIRROR} of the project's .env${place} overrides what this action sets; remove it there.`];
    },
  };
}

function findLine(file: UserFile | undefined): string {
  if (!file) return '';
  const line = linesOf(file).findLastIndex((text) => new RegExp(`^\\s*(export\\s+)?${MIRROR}\\s*=`).test(text));
  return line < 0 ? '' : ` (${file.path} line ${line + 1})`;
}
