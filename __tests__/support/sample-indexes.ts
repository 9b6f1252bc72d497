/** Repositories for the unit tests of the clients, and main indexes that are none of them. */
import type { MainIndex } from '../../src/repositories/default-index.ts';
import type { Repository } from '../../src/repositories/repository.ts';
import { sampleRepository } from './sample-repository.ts';
import { authorize } from './sample-setup.ts';

export const TEAM = sampleRepository({ alias: 'team', name: 'team' });
export const SHARED = sampleRepository({ alias: 'shared', name: 'shared' });
/** On another host than the other two. */
export const LABS = sampleRepository({ alias: 'labs', domain: 'globex' });

/** Two on one host with one identity, and one on another. One netrc opens all of them. */
export const THREE = [authorize(TEAM, 't', 'me'), authorize(SHARED, 't', 'me'), authorize(LABS, 'l')];
/** Two identities on one host: the netrc has the first. */
export const TWO_IDENTITIES = [authorize(TEAM, 'token-team'), authorize(SHARED, 'token-shared')];

export const CLIENT_DEFAULT: MainIndex = { kind: 'client-default' };
export const PROJECT: MainIndex = { kind: 'project' };
export const FOREIGN = { kind: 'foreign', url: 'https://index.example/simple/' } as const satisfies MainIndex;

/** A repository as the main index. */
export function mainIs(repository: Repository): MainIndex {
  return { kind: 'repository', repository };
}
