/** The sections of ~/.pypirc, one for each repository: where twine, hatch and flit find a user name and a password. */
import { identityMark } from '../access/identity.ts';
import type { Configure } from './client.ts';

/** Configures the index servers. */
export const configure: Configure = ({ indexes, machine: { environment } }) => ({
  indexServers: indexes.repositories.map(({ repository: { alias, url }, identity, token }) => ({
    name: alias,
    url,
    identity: identityMark(identity, environment),
    token: token.value,
    expiration: token.expiration,
  })),
});
