/**
 * flit: uploads that name no index server go to `FLIT_INDEX_URL`, for which flit takes user and password from variables
 * alone (flit 4.2, `upload.py`). With that variable flit refuses `--repository`, so the token reaches no other index.
 * Without a default, `flit publish --repository NAME` takes the section of ~/.pypirc.
 */
import type { Client } from './client.ts';

const VARIABLES = ['FLIT_INDEX_URL', 'FLIT_USERNAME', 'FLIT_PASSWORD'];

export const flit: Client = ({ publishTo, machine: { environment } }) => {
  if (!publishTo) {
    return {
      notes: [
        'flit: uploads name their index server: flit publish --repository NAME. Without it they go to the public PyPI.',
      ],
      overrides: VARIABLES.filter((name) => environment[name]).map(
        (name) => `The variable ${name} is set and beats every section of .pypirc in flit; unset it.`,
      ),
    };
  }
  return {
    variables: [
      { name: 'FLIT_INDEX_URL', value: publishTo.repository.url },
      { name: 'FLIT_USERNAME', value: 'aws' },
      { name: 'FLIT_PASSWORD', value: publishTo.token.value, secret: true },
    ],
  };
};
