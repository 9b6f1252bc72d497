import { type Repository, readRepositories } from '../../src/repositories/repository.ts';

/** A repository as the input `repositories` would give it: `internal` of `acme`, unless said otherwise. */
export function sampleRepository({
  alias,
  name = 'internal',
  domain = 'acme',
  account = '111111111111',
  region = 'us-east-1',
}: Partial<Omit<Repository, 'host' | 'url' | 'indexUrl'>> = {}): Repository {
  const url = `https://${domain}-${account}.d.codeartifact.${region}.amazonaws.com/pypi/${name}/`;
  const [sample] = readRepositories(alias === undefined ? url : `${alias}=${url}`);
  if (sample === undefined) throw new Error(`${url} gives no repository`);
  return sample;
}
