import type { Identity } from '../../src/access/identity.ts';
import type { Opened } from '../../src/access/tokens.ts';
import type { Setup } from '../../src/clients/client.ts';
import { arrangeIndexes, type MainIndex } from '../../src/clients/indexes.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Repository } from '../../src/repositories/repository.ts';
import { sampleRepository } from './sample-repository.ts';

/** A machine that says nothing to any client. */
export function sampleMachine(machine: Partial<Machine> = {}): Machine {
  return {
    environment: {},
    pipUserFiles: [],
    pipSharedFiles: [],
    netrc: undefined,
    pdmConfig: undefined,
    poetryConfig: undefined,
    poetryAuth: undefined,
    tooLarge: [],
    homeNetrc: '/home/user/.netrc',
    ...machine,
  };
}

/** Opened for a profile that the token is named after, unless another is named. */
export function openSample(repository: Repository, token: string, profile = token): Opened {
  const identity: Identity = { source: { kind: 'profile', profile, from: 'the test' } };
  return { repository, identity, token: { value: token, expiration: new Date(0) } };
}

/** What a client is asked with; one repository with the token `token-1` unless said otherwise. */
export function sampleSetup(
  setup: Partial<Omit<Setup, 'indexes' | 'publishTo' | 'machine'>> & {
    opened?: readonly Opened[];
    main?: MainIndex;
    /** NAME. */
    publishTo?: string;
    machine?: Partial<Machine>;
  } = {},
): Setup {
  const { opened = [openSample(sampleRepository(), 'token-1')], main, publishTo, machine, ...rest } = setup;
  const [first] = opened;
  if (!first) throw new Error('no repository');
  const indexes = arrangeIndexes(opened, main ?? { kind: 'repository', repository: first.repository });
  return {
    indexes,
    publishTo: indexes.repositories.find(({ repository }) => repository.name === publishTo),
    credentials: 'netrc',
    isSecondUse: false,
    machine: sampleMachine(machine),
    pathOf: (file) => `/private/${file}`,
    ...rest,
  };
}
