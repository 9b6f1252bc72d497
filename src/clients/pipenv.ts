/**
 * pipenv: `PIPENV_PYPI_MIRROR` takes the place of the public PyPI, in the Pipfile's `[[source]]` or as the default; it is
 * not written to Pipfile.lock. pipenv runs pip without any pip.conf (2026.10, `utils/pip.py`).
 */
import { isRepository, withToken } from '../indexes.ts';
import type { Client } from './client.ts';

export const pipenv: Client = ({ indexes: { main, extra } }) => {
  const beside = isRepository(main) && !main.byNetrc;
  return {
    variables: main ? [{ name: 'PIPENV_PYPI_MIRROR', value: beside ? withToken(main) : main.url, secret: beside }] : [],
    notes: [
      ...(extra.length === 0
        ? []
        : [
            `pipenv: other indexes than the main one are used where the Pipfile has a [[source]] of their URL: ${extra.map(({ url }) => url).join(', ')}.`,
          ]),
    ],
    warnings: extra
      .filter(({ byNetrc }) => !byNetrc)
      .map(
        ({ repository }) =>
          `pipenv: ${repository.name} cannot be used, since another repository of its host has another identity, and the netrc knows one token a host; ` +
          'make it the index-url, or give it a job of its own.',
      ),
  };
};
