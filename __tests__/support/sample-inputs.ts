import type { Inputs } from '../../src/inputs.ts';
import { sampleRepository } from './sample-repository.ts';

/** No role is named by the inputs. */
export const NO_ROLE: Inputs['role'] = {
  arn: undefined,
  sessionName: undefined,
  externalId: undefined,
  chaining: undefined,
  audience: undefined,
};

/** The inputs of a step that gives `repositories` and nothing else. */
export function sampleInputs(given: Partial<Inputs> = {}): Inputs {
  const { repositories = [sampleRepository()] } = given;
  const [first] = repositories;
  if (first === undefined) throw new Error('a step lists a repository');
  return {
    repositories,
    keyringrc: '',
    matching: 'strict',
    keys: undefined,
    profileName: undefined,
    role: NO_ROLE,
    tokenDuration: undefined,
    verify: undefined,
    tools: ['pip', 'twine'],
    mainIndex: { kind: 'repository', repository: first },
    publishTo: repositories.length === 1 ? first : undefined,
    credentials: 'netrc',
    preflight: false,
    cleanUp: true,
    ...given,
  };
}
