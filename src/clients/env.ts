/**
 * `CODEARTIFACT_AUTH_TOKEN`, the variable of the recipes in AWS's documentation, for scripts that are written for it.
 */

import { joinFirst } from '../messages/wording.ts';
import type { Configure } from './client.ts';
import { aliasesOf } from './indexes.ts';

const NAME = 'CODEARTIFACT_AUTH_TOKEN';

/** Configures the variable. */
export const configure: Configure = ({ indexes: { repositories }, publishTo }) => {
  const chosen = publishTo ?? repositories[0];
  const value = chosen?.token.value ?? '';
  const others = aliasesOf(repositories.filter(({ token }) => token.value !== value));
  return {
    variables: [{ name: NAME, value, secret: true }],
    notes:
      others.length > 0
        ? [
            `env: ${NAME} has the token of ${chosen?.repository.alias}, which does not open ${joinFirst(others)}; ` +
              'choose another one with publish-to.',
          ]
        : [],
  };
};
