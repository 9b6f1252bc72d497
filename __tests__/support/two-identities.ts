import { fullAccess, type Identity, newUser, repositoryArn } from '../../sandbox/aws/world.ts';
import type { Stage } from './stage.ts';

/** A keyringrc.cfg by which each of two repositories of one host has a profile of its own. */
export const TWO_PROFILES =
  '[codeartifact name="team"]\nprofile_name=team\n[codeartifact name="shared"]\nprofile_name=shared\n';

/** Adds a user for each of the two repositories, who may read no other; gives them by the names of their profiles. */
export function addTwoUsers({ acme, standIn }: Stage): Record<'team' | 'shared', Identity> {
  const [team, shared] = ['team', 'shared'].map((repository) =>
    newUser(`arn:aws:iam::${acme.owner}:user/${repository}`, [
      ...fullAccess(acme).filter(({ action }) => /GetAuthorizationToken|GetServiceBearerToken/.test(action)),
      ...['ReadFromRepository', 'PublishPackageVersion'].map((action) => ({
        action: `codeartifact:${action}`,
        resource: action === 'ReadFromRepository' ? repositoryArn(acme, repository) : '*',
      })),
    ]),
  );
  if (!team || !shared) throw new Error('no users');
  standIn.world.identities.push(team, shared);
  return { team, shared };
}
