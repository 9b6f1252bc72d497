/**
 * twine: sections of ~/.pypirc, the only file it looks at, and `TWINE_REPOSITORY` for uploads that name none. Never
 * `TWINE_USERNAME`, `TWINE_PASSWORD` or `TWINE_REPOSITORY_URL`: each overrides every section (twine 4.0.2 to 7.0.0), so
 * a token would go to whatever index a later step names, the public PyPI included.
 */
import { quoted } from '../messages/wording.ts';
import { type Check, describeExit } from './changes.ts';
import { type Configure, describeSet, NO_DEFAULT } from './client.ts';

const OVERRIDING = ['TWINE_REPOSITORY_URL', 'TWINE_USERNAME', 'TWINE_PASSWORD'];

/** Configures twine. */
export const configure: Configure = ({ indexes: { repositories }, publishTo, machine: { environment }, pathOf }) => {
  // What an earlier step of this action said is not the user's word.
  const elsewhere = environment['TWINE_REPOSITORY'] === NO_DEFAULT ? undefined : environment['TWINE_REPOSITORY'];
  const undecided = elsewhere && !publishTo && !repositories.some(({ repository }) => repository.alias === elsewhere);
  return {
    variables: [
      ...(publishTo || !elsewhere
        ? [{ name: 'TWINE_REPOSITORY', value: publishTo?.repository.alias ?? NO_DEFAULT }]
        : []),
      { name: 'TWINE_NON_INTERACTIVE', value: '1' },
    ],
    overrides: [
      ...describeSet(OVERRIDING, environment, 'makes twine ignore every section of ~/.pypirc'),
      ...(undecided
        ? [
            `The variable TWINE_REPOSITORY is ${quoted(elsewhere)}, so uploads go there; name one of the listed ` +
              'repositories with publish-to.',
          ]
        : []),
    ],
    checks: repositories.map(({ repository }) => checkOf(repository.alias, pathOf('no-such-file.whl'))),
  };
};

/**
 * Told to upload a file that does not exist, twine looks its configuration up first and then, without a call, for the
 * file.
 */
function checkOf(name: string, missing: string): Check {
  return {
    program: 'twine',
    args: ['upload', '--non-interactive', '--repository', name, missing],
    judge: ({ stdout, stderr, exitCode }) => {
      const said = stdout + stderr;
      if (/Cannot\s+find\s+file/.test(said)) return [];
      if (/Missing\s/.test(said)) {
        return [`twine does not find ${name} in ~/.pypirc, where this action added it; check HOME, and what twine is.`];
      }
      return [describeExit('twine upload', exitCode, ' before it looked for a file')];
    },
  };
}
