/**
 * flit: uploads that name no index server go to `FLIT_INDEX_URL`, for which flit takes user and password from variables
 * or a prompt alone (tried with flit 4.2.0; its `upload.py`). With that variable it refuses `--repository`, so the token
 * reaches no other index. Without a default, `flit publish --repository NAME` takes the section of ~/.pypirc. A repository
 * with the name `pypi` needs no variable, since that is the section that flit takes where nothing is named.
 *
 * There is no check: flit reads ~/.pypirc only when it publishes, and then builds and uploads at once.
 */
import { type Client, describeSet } from './client.ts';

const VARIABLES = ['FLIT_INDEX_URL', 'FLIT_USERNAME', 'FLIT_PASSWORD'];

/** The section that `flit publish` takes by itself. */
const BUILT_IN = 'pypi';

export const flit: Client = ({ publishTo, isSecondUse, machine: { environment } }) => {
  if (publishTo && publishTo.repository.name !== BUILT_IN) {
    return {
      variables: [
        { name: 'FLIT_INDEX_URL', value: publishTo.repository.url },
        { name: 'FLIT_USERNAME', value: 'aws' },
        { name: 'FLIT_PASSWORD', value: publishTo.token.value, secret: true },
      ],
    };
  }
  return {
    notes: publishTo
      ? []
      : [
          'flit: uploads name their index server: flit publish --repository NAME. Without it they go to the public PyPI.',
        ],
    // What an earlier step of this action named, all three together, stays the default, as for twine.
    overrides: VARIABLES.filter((name) => environment[name] && !(isSecondUse && environment['FLIT_INDEX_URL'])).map(
      describeSet('beats every section of .pypirc in flit'),
    ),
  };
};
