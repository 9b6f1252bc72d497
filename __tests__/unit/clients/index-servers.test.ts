import { expect, test } from '@jest/globals';
import { identityMark } from '../../../src/access/identity.ts';
import { configure } from '../../../src/clients/index-servers.ts';
import { LABS, SHARED, TEAM, THREE } from '../../support/sample-indexes.ts';
import { profileIdentity, sampleSetup } from '../../support/sample-setup.ts';

test('one for each repository, in the order listed, with a mark of its identity', () => {
  const expiration = new Date(0);
  const [me, other] = ['me', 'l'].map((profile) => identityMark(profileIdentity(profile), {}));
  expect(configure(sampleSetup({ authorized: THREE }))).toEqual({
    indexServers: [
      { name: 'team', url: TEAM.url, identity: me, token: 't', expiration },
      { name: 'shared', url: SHARED.url, identity: me, token: 't', expiration },
      { name: 'labs', url: LABS.url, identity: other, token: 'l', expiration },
    ],
  });
});

test('the mark of the default chain is that of what it takes on this machine', () => {
  const [team] = THREE;
  if (!team) throw new Error('no repository');
  const authorized = [{ ...team, identity: { kind: 'source', source: { kind: 'default-chain' } } } as const];
  const markIn = (environment: Record<string, string>) =>
    configure(sampleSetup({ authorized, environment })).indexServers?.[0]?.identity;
  expect(markIn({ AWS_PROFILE: 'me' })).toBe(identityMark(profileIdentity('me'), {}));
  expect(markIn({})).not.toBe(markIn({ AWS_PROFILE: 'me' }));
});
