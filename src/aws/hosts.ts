/**
 * The hosts that a step is about to call, as far as the repositories and variables tell: to open connections to them in
 * advance. A setting in ~/.aws may lead elsewhere, which the AWS SDK alone knows. Pure.
 */
import type { Environment } from '../machine/machine.ts';
import { REGION } from '../repositories/region.ts';
import type { Repository } from '../repositories/repository.ts';

/** The place of a repository, as far as it says where the API is. */
type Place = Pick<Repository, 'region' | 'dualStack'>;

/** The URL of CodeArtifact's API for a repository (AWS general reference, "AWS CodeArtifact endpoints and quotas"). */
export function codeartifactUrl({ region, dualStack }: Place, environment: Environment): string {
  const { AWS_ENDPOINT_URL_CODEARTIFACT: own, AWS_ENDPOINT_URL: every } = environment;
  return own || every || `https://codeartifact.${region}.${dualStack ? 'api.aws' : 'amazonaws.com'}`;
}

/** The URL of STS's API in a region. */
export function stsUrl(region: string, { AWS_ENDPOINT_URL_STS: own, AWS_ENDPOINT_URL: every }: Environment): string {
  return own || every || `https://sts.${region}.amazonaws.com`;
}

/**
 * The region where the role for a repository is assumed: the first repository's, if the environment names none. A
 * profile that assumes a role does so in its own region.
 */
export function stsRegion({ region }: Place, { AWS_REGION, AWS_DEFAULT_REGION }: Environment): string {
  return AWS_REGION || AWS_DEFAULT_REGION || region;
}

/** An address of CodeArtifact, as far as it says where the API is. The whole of it is judged with the other inputs. */
const ADDRESS = new RegExp(
  `[.:]codeartifact[.:]${REGION}(?::|\\.amazonaws\\.com/|\\.vpce\\.amazonaws\\.com/|(\\.on\\.aws/))`,
  'g',
);

/**
 * The URLs that the first requests of a step lead to, whatever its identities turn out to be.
 * @param text of the input `repositories`
 */
export function firstUrls(text: string, environment: Environment): string[] {
  // There where the job has `id-token: write`.
  const github = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const places = [...text.matchAll(ADDRESS)].map(({ groups, 2: isDualStack }) => ({
    region: groups?.['region'] ?? '',
    dualStack: isDualStack !== undefined,
  }));
  const urls = [...(github ? [github] : []), ...places.map((place) => codeartifactUrl(place, environment))];
  return [...new Set(urls)];
}
