import type { Identity } from '../../src/access/identity.ts';
import type { AuthorizedRepository } from '../../src/access/tokens.ts';
import type { Setup } from '../../src/clients/client.ts';
import { arrangeIndexes } from '../../src/clients/indexes.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { MainIndex } from '../../src/repositories/default-index.ts';
import type { Repository } from '../../src/repositories/repository.ts';
import { sampleDisk, sampleMachine } from './sample-machine.ts';
import { sampleRepository } from './sample-repository.ts';

/** The identity of a profile. */
export function profileIdentity(profile: string, from = 'the test'): Identity {
  return { kind: 'source', source: { kind: 'profile', profile, from } };
}

/** Authorized for a profile that the token is named after, unless another is named. */
export function authorize(repository: Repository, token: string, profile = token): AuthorizedRepository {
  return { repository, identity: profileIdentity(profile), token: { value: token, expiration: new Date(0) } };
}

/** The digits of the private folder. */
export const RUN = '0123456789abcdef0123456789abcdef';

/** What a setup may say otherwise. */
export interface SampleSetup extends Partial<Pick<Setup, 'tokenPlace' | 'isSecondUse' | 'pathOf'>> {
  readonly authorized?: readonly AuthorizedRepository[];
  readonly main?: MainIndex;
  /** NAME. */
  readonly publishTo?: string;
  readonly environment?: Machine['environment'];
  /** The files of the disk, by path; HOME is /home/user, the workspace /w, the private folder /private. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

/** What a client is configured with; one repository with the token `token-1` unless said otherwise. */
export function sampleSetup(asked: SampleSetup = {}): Setup {
  const { authorized = [authorize(sampleRepository(), 'token-1')], main, publishTo, ...rest } = asked;
  const { environment = {}, files = {}, ...traits } = rest;
  const [first] = authorized;
  if (!first) throw new Error('no repository');
  const indexes = arrangeIndexes(authorized, main ?? { kind: 'repository', repository: first.repository });
  return {
    indexes,
    publishTo: indexes.repositories.find(({ repository }) => repository.alias === publishTo),
    tokenPlace: 'netrc',
    isSecondUse: false,
    run: RUN,
    machine: sampleMachine({ environment }),
    disk: sampleDisk(files),
    pathOf: (file) => `/private/${file}`,
    ...traits,
  };
}
