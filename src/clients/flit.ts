/**
 * flit: uploads that name no index server go to `FLIT_INDEX_URL`, for which flit takes user and password from variables
 * or a prompt alone (tried with flit 4.2.0; its `upload.py`). With that variable it refuses `--repository`, so the
 * token reaches no other index. Without a default, `flit publish --repository NAME` takes the section of ~/.pypirc. A
 * repository with the name `pypi` needs no variable, since that is the section that flit takes by default.
 *
 * There is no check: flit reads ~/.pypirc only when it publishes, and then builds and uploads at once.
 */
import { USER_NAME } from '../access/tokens.ts';
import { type Configure, describeSet } from './client.ts';

const VARIABLES = ['FLIT_INDEX_URL', 'FLIT_USERNAME', 'FLIT_PASSWORD'];

/** The section that `flit publish` takes by default. */
const BUILT_IN = 'pypi';

/** Configures flit. */
export const configure: Configure = ({ publishTo, isSecondUse, machine: { environment } }) => {
  if (publishTo && publishTo.repository.alias !== BUILT_IN) {
    return {
      variables: [
        { name: 'FLIT_INDEX_URL', value: publishTo.repository.url },
        { name: 'FLIT_USERNAME', value: USER_NAME },
        { name: 'FLIT_PASSWORD', value: publishTo.token.value, secret: true },
      ],
    };
  }
  // What an earlier step of this action set, all three together, stays the default, as for twine.
  const isOurs = isSecondUse && environment['FLIT_INDEX_URL'];
  return {
    notes: publishTo
      ? []
      : [
          'flit: name the repository of an upload, as in flit publish --repository NAME; without it, uploads go to ' +
            'the public PyPI.',
        ],
    overrides: isOurs ? [] : describeSet(VARIABLES, environment, 'makes flit ignore every section of ~/.pypirc'),
  };
};
