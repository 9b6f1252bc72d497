/** The sections of ~/.pypirc, one for each repository: where twine, hatch and flit find a user name and a password. */
import { identityMark } from '../access/identity.ts';
import type { Client } from './client.ts';

export const indexServers: Client = ({ indexes, machine: { environment } }) => ({
  indexServers: indexes.repositories.map(({ repository: { name, url }, identity, token }) => ({
    name,
    url,
    identity: identityMark(identity, environment),
    token: token.value,
    expiration: token.expiration,
  })),
});
