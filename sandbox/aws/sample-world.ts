import { makePackages } from '../packages/make-packages.ts';
import { type Domain, fullAccess, type Identity, newUser, type Role, repositoryUrl, type World } from './world.ts';

/** The world of the demo, with names for its parts. */
export interface SampleWorld {
  world: World;
  /** Domain `acme` of account 111122223333 in us-east-1: repositories `team` and `shared`. */
  acme: Domain;
  /** Domain `acme-labs` of account 444455556666 in eu-central-1: repository `research`. */
  labs: Domain;
  /** Users, each with full access to the domain of their own account only. */
  acmeUser: Identity;
  labsUser: Identity;
  /** Roles with the same access, for workflows of acme/widgets (OIDC) and for the user of their account. */
  acmeRole: Role;
  labsRole: Role;
  /** Repository endpoints. */
  urls: { team: string; shared: string; research: string };
}

/**
 * Three repositories in two accounts. `team` holds acme-tool, which depends on acme-lib in `shared`, and the source
 * distribution acme-sdist, whose build needs acme-backend, also in `shared`. `research` holds acme-probe.
 *
 * @throws where the machine has no Python to make the packages with
 */
export async function sampleWorld(): Promise<SampleWorld> {
  const [tool, sdist, lib, backend, probe] = await makePackages([
    { name: 'acme-tool', version: '1.0.0', dependencies: ['acme-lib'] },
    {
      name: 'acme-sdist',
      version: '1.0.0',
      kind: 'sdist',
      buildRequires: ['acme-backend'],
      buildBackend: 'acme_backend',
    },
    { name: 'acme-lib', version: '1.0.0' },
    { name: 'acme-backend', version: '1.0.0', modules: ['acme_backend.py'] },
    { name: 'acme-probe', version: '1.0.0' },
  ]);
  if (!tool || !sdist || !lib || !backend || !probe) throw new Error('The sample packages could not be made.');

  const acme: Domain = {
    name: 'acme',
    owner: '111122223333',
    region: 'us-east-1',
    repositories: [
      { name: 'team', packages: [tool, sdist] },
      { name: 'shared', packages: [lib, backend] },
    ],
  };
  const labs: Domain = {
    name: 'acme-labs',
    owner: '444455556666',
    region: 'eu-central-1',
    repositories: [{ name: 'research', packages: [probe] }],
  };
  const acmeUser = member(acme);
  const labsUser = member(labs);
  const acmeRole = publisher(acme);
  const labsRole = publisher(labs);
  return {
    world: { identities: [acmeUser, labsUser], roles: [acmeRole, labsRole], domains: [acme, labs] },
    acme,
    labs,
    acmeUser,
    labsUser,
    acmeRole,
    labsRole,
    urls: {
      team: repositoryUrl(acme, 'team'),
      shared: repositoryUrl(acme, 'shared'),
      research: repositoryUrl(labs, 'research'),
    },
  };
}

function member(domain: Domain): Identity {
  const assume = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${domain.owner}:role/*` };
  return newUser(`arn:aws:iam::${domain.owner}:user/developer`, [...fullAccess(domain), assume]);
}

function publisher(domain: Domain): Role {
  return {
    arn: `arn:aws:iam::${domain.owner}:role/publisher`,
    trust: [
      { principal: `arn:aws:iam::${domain.owner}:*` },
      { subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' },
    ],
    allow: fullAccess(domain),
  };
}
