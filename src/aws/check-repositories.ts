/** Asks CodeArtifact for the listed repositories. Loaded only where `preflight` wants it: an edge to AWS. */
import {
  type CodeartifactClient,
  GetRepositoryEndpointCommand,
  paginateListRepositoriesInDomain,
} from '@aws-sdk/client-codeartifact';
import { atMost } from '../access/at-most.ts';
import { memoize } from '../access/memoize.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { MOST_CALLS, needKey } from '../access/tokens.ts';
import { info } from '../github/log.ts';
import { Problems } from '../messages/problems.ts';
import { count, joinWords } from '../messages/wording.ts';
import type { Ask } from './codeartifact.ts';
import { describeMissing, describeOtherEndpoint } from './repository-words.ts';

/** Repositories of a page, with descriptions still less than an answer may bring; and pages that are read. */
const [PAGE, MOST_PAGES] = [25, 40];

/** What AWS says of a repository: its endpoint, or why it names none. */
type Said = { readonly endpoint: string | undefined } | 'missing' | 'denied';

/**
 * Looks whether every repository is there and the listed URL leads to it (GetRepositoryEndpoint), in parallel. What the
 * identity may not ask is a line in the log.
 * @returns a sentence for each repository that AWS does not have, or not at that URL, or does not answer for
 */
export async function checkRepositories(requests: readonly TokenRequest[], ask: Ask): Promise<readonly string[]> {
  const listOnce = memoize(needKey, (request: TokenRequest) => listNames(request, ask));
  const check = atMost(MOST_CALLS, async (request: TokenRequest) => {
    const said = await endpointOf(request, ask);
    const { repository } = request;
    if (said === 'denied') return { denied: repository.alias };
    const problem =
      said === 'missing'
        ? describeMissing(repository, await listOnce(request))
        : describeOtherEndpoint(repository, said.endpoint);
    return { problems: problem === undefined ? [] : [problem] };
  });
  const checked = await Promise.all(
    requests.map((request) =>
      check(request).catch((error: unknown) => {
        if (!(error instanceof Problems)) throw error;
        return { problems: error.list };
      }),
    ),
  );
  const denied = checked.flatMap((one) => ('denied' in one ? [one.denied] : []));
  const found = checked.filter((one) => 'problems' in one && one.problems.length === 0).length;
  if (found > 0) info(`preflight: AWS has ${count(found, 'repository', 'repositories')} as listed.`);
  if (denied.length > 0) {
    info(
      `preflight: AWS was not asked whether it has ${joinWords(denied)}, since the identity may not; allow it ` +
        'codeartifact:GetRepositoryEndpoint to have that checked.',
    );
  }
  return checked.flatMap((one) => ('problems' in one ? one.problems : []));
}

function endpointOf(request: TokenRequest, ask: Ask): Promise<Said> {
  const { alias, name, domain, account, dualStack } = request.repository;
  const command = new GetRepositoryEndpointCommand({
    domain,
    domainOwner: account,
    repository: name,
    format: 'pypi',
    endpointType: dualStack ? 'dualstack' : 'ipv4',
  });
  return ask<Said>(request, {
    lack: `${alias}: no repository endpoint`,
    send: (client, abortSignal) =>
      client.send(command, { abortSignal }).then(
        ({ repositoryEndpoint }) => ({ endpoint: repositoryEndpoint }),
        (error: unknown) => {
          const { name: code = '' } = Object(error) as { readonly name?: string };
          if (code === 'ResourceNotFoundException') return 'missing';
          if (code === 'AccessDeniedException') return 'denied';
          throw error;
        },
      ),
  });
}

/** The names of the domain's repositories, as far as they are read; undefined where they cannot be had. */
async function listNames(request: TokenRequest, ask: Ask): Promise<readonly string[] | undefined> {
  const { domain, account } = request.repository;
  const send = async (client: CodeartifactClient, abortSignal: AbortSignal) => {
    const names: string[] = [];
    const pages = paginateListRepositoriesInDomain(
      { client, pageSize: PAGE, stopOnSameToken: true },
      { domain, domainOwner: account },
      { abortSignal },
    );
    let left = MOST_PAGES;
    for await (const { repositories = [] } of pages) {
      names.push(...repositories.flatMap(({ name }) => name ?? []));
      left -= 1;
      if (left === 0) break;
    }
    return names;
  };
  return ask(request, { lack: '', send }).catch((error: unknown) => {
    if (!(error instanceof Problems)) throw error;
    return undefined;
  });
}
