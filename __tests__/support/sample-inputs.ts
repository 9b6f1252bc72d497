import type { Inputs } from '../../src/inputs.ts';
import { sampleRepository } from './sample-repository.ts';

/** The inputs of a step that gives `repositories` and nothing else. */
export function sampleInputs(given: Partial<Inputs> = {}): Inputs {
  const { repositories = [sampleRepository()] } = given;
  const [first] = repositories;
  if (first === undefined) throw new Error('a step lists a repository');
  return {
    repositories,
    keyringrc: '',
    matching: 'strict',
    settings: {},
    tools: ['pip', 'twine'],
    mainIndex: { kind: 'repository', repository: first },
    publishTo: repositories.length === 1 ? first : undefined,
    tokenPlace: 'netrc',
    preflight: false,
    plan: false,
    cleanUp: true,
    summary: true,
    forks: 'fail',
    warnings: [],
    ...given,
  };
}
