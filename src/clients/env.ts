/** `CODEARTIFACT_AUTH_TOKEN`, the variable of the recipes in AWS's documentation, for scripts that are written for it. */
import type { Client } from './client.ts';

const NAME = 'CODEARTIFACT_AUTH_TOKEN';

export const env: Client = ({ indexes: { repositories }, publishTo }) => {
  const chosen = publishTo ?? repositories[0];
  const value = chosen?.token.value ?? '';
  const others = repositories.filter(({ token }) => token.value !== value).map(({ repository }) => repository.name);
  return {
    variables: [{ name: NAME, value, secret: true }],
    notes:
      others.length > 0
        ? [
            `env: ${NAME} is the token of ${chosen?.repository.name}, and not that of ${others.join(', ')}; publish-to chooses.`,
          ]
        : [],
  };
};
