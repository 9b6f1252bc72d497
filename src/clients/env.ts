/** `CODEARTIFACT_AUTH_TOKEN`, the variable of the recipes in AWS's documentation, for scripts that are written for it. */
import type { Client } from './client.ts';

export const env: Client = ({ indexes, publishTo }) => {
  const [first] = indexes.repositories;
  const value = (publishTo ?? first)?.token.value ?? '';
  return { variables: [{ name: 'CODEARTIFACT_AUTH_TOKEN', value, secret: true }] };
};
