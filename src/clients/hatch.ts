/**
 * hatch: `HATCH_INDEX_REPO` for uploads; user and password are those of the section of ~/.pypirc that has the same URL
 * (hatch 1.18, `publish/auth.py`). Never `HATCH_INDEX_AUTH`: it goes to whatever index a later step names. Its environments
 * are filled by pip, or by uv where the project says so.
 */
import { type Client, NO_DEFAULT } from './client.ts';

const OVERRIDING = ['HATCH_INDEX_USER', 'HATCH_INDEX_AUTH'];

export const hatch: Client = ({ publishTo, machine: { environment } }) => ({
  variables: [{ name: 'HATCH_INDEX_REPO', value: publishTo?.repository.url ?? NO_DEFAULT }],
  overrides: OVERRIDING.filter((name) => environment[name]).map(
    (name) => `The variable ${name} is set and beats .pypirc in hatch; unset it.`,
  ),
});
