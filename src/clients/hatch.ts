/**
 * hatch: `HATCH_INDEX_REPO` for uploads. It holds a URL, since hatch asks .pypirc for no URL; it takes user and
 * password from the first section of ~/.pypirc with that URL (tried with hatch 1.18.2; its `publish/auth.py`). Never
 * `HATCH_INDEX_AUTH`: it goes to whatever index a later step names. Environments are filled by pip, or by uv where the
 * project says so; those of hatch itself, for builds and tests, always by uv.
 */
import { join } from 'node:path';
import { PLAIN, readConfig } from '../configparser/configparser.ts';
import type { UserFile } from '../machine/disk.ts';
import { each, fail } from '../messages/problems.ts';
import { otherName, type Repository } from '../repositories/repository.ts';
import { type Check, describeExit } from './changes.ts';
import { type Configure, describeSet, NO_DEFAULT } from './client.ts';
import type { RepositoryIndex } from './indexes.ts';

const OVERRIDING = ['HATCH_INDEX_USER', 'HATCH_INDEX_AUTH'];

/** Names that hatch has for public indexes. */
const PUBLIC = ['main', 'test'];

/** Configures hatch. */
export const configure: Configure = ({ indexes: { repositories }, publishTo, machine, pathOf }) => {
  checkNames(repositories);
  const pypirc = join(machine.home, '.pypirc');
  return {
    variables: [{ name: 'HATCH_INDEX_REPO', value: publishTo?.repository.url ?? NO_DEFAULT }],
    overrides: describeSet(OVERRIDING, machine.environment, 'makes hatch ignore ~/.pypirc'),
    checks: repositories.map(({ repository }) => checkOf(repository, pathOf('no-such-file.whl'), pypirc)),
  };
};

/** `hatch publish -r main` goes to the public PyPI, with the password of a section `[main]`. */
function checkNames(repositories: readonly RepositoryIndex[]): void {
  each(repositories, ({ repository: { alias, url } }) => {
    if (PUBLIC.includes(alias)) {
      fail(
        `Input repositories: the name "${alias}" is a public index to hatch, which would send the token there; ` +
          `choose another, ${otherName(alias, url)}.`,
      );
    }
  });
}

/**
 * Told to publish a file that does not exist, hatch looks for user and password and then, without a call, for the file.
 */
function checkOf(repository: Repository, missing: string, pypirc: string): Check {
  return {
    program: 'hatch',
    args: ['publish', '--no-prompt', '--yes', '--repo', repository.url, missing],
    judge: ({ stdout, stderr, exitCode }, read) => {
      const said = stdout + stderr;
      if (said.includes('No artifacts found')) return describeFirst(repository, read(pypirc));
      if (said.includes('Missing required option')) {
        return [
          `hatch does not find ${repository.url} in ~/.pypirc, where this action added it; check HOME, and what ` +
            'hatch is.',
        ];
      }
      if (/Interpolation\w*Error/.test(said)) {
        return [
          'hatch cannot read ~/.pypirc, because a URL in it has a percent sign; write its user name and password as ' +
            'options of their own.',
        ];
      }
      return [describeExit('hatch publish', exitCode, ' before it looked for a file')];
    },
  };
}

/** Of two sections with one URL, hatch takes the upper one, whatever its password opens. */
function describeFirst({ alias, url }: Repository, pypirc: UserFile | undefined): string[] {
  const { blocks } = readConfig(pypirc?.bytes.toString('latin1') ?? '', PLAIN);
  const first = blocks.find(({ options }) =>
    options.some((option) => option.name === 'repository' && option.value === url),
  );
  if (!first || first.section === alias) return [];
  return [
    `~/.pypirc line ${first.line}: the section ${first.section} has the URL of ${alias} too and comes first, so ` +
      'hatch uploads with its password; remove it, or, where another job of this machine uses it, give the ' +
      'repository that name.',
  ];
}
