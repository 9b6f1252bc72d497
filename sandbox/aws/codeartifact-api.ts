import { type Call, Refusal, type Request, type Service } from './exchange.ts';
import { denied, requireGrant } from './grants.ts';
import { verifySignature } from './signature.ts';
import { findDomain, findRepository, issueToken, type State } from './state.ts';
import { accountOf, type Domain, domainArn, type Identity, repositoryArn, repositoryUrl } from './world.ts';

const OPERATIONS: Record<string, string> = {
  'POST /v1/authorization-token': 'GetAuthorizationToken',
  'GET /v1/repository/endpoint': 'GetRepositoryEndpoint',
  'POST /v1/domain/repositories': 'ListRepositoriesInDomain',
};
/** What the API calls a parameter, by its name in the query. */
const PARAMETERS = {
  domain: 'domain',
  'domain-owner': 'domainOwner',
  duration: 'duration',
  repository: 'repository',
  format: 'format',
  endpointType: 'endpointType',
  'repository-prefix': 'repositoryPrefix',
  'max-results': 'maxResults',
  'next-token': 'nextToken',
};
const DOMAIN = /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/;
const ACCOUNT = /^[0-9]{12}$/;
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/;
const FORMAT = /^(?:npm|pypi|maven|nuget|generic|ruby|swift|cargo)$/;
const ENDPOINT_TYPE = /^(?:dualstack|ipv4)$/;
/** AWS API reference, ListRepositoriesInDomain, maxResults; without it, 100 as CodeArtifact does. */
const MOST_RESULTS = 1000;
const USUAL_RESULTS = 100;
const LONGEST_S = 43_200;
const SHORTEST_S = 900;

/** The region in a host of the API: IPv4-only, dual-stack or an interface endpoint; undefined for any other host. */
export function codeartifactRegion(host: string): string | undefined {
  const form =
    /^(?:codeartifact|vpce-[a-z0-9-]+\.api\.codeartifact)\.([a-z0-9-]+)\.(?:(?:vpce\.)?amazonaws\.com|api\.aws)$/;
  return form.exec(host)?.[1];
}

/** CodeArtifact's own API: GetAuthorizationToken, GetRepositoryEndpoint and ListRepositoriesInDomain. */
export function codeartifactApi(state: State): Service {
  return {
    describe(request) {
      const parameters: Record<string, string> = {};
      for (const [key, name] of Object.entries(PARAMETERS)) {
        const value = request.query.get(key);
        if (value !== null) parameters[name] = value;
      }
      return { operation: OPERATIONS[`${request.method} ${request.path}`] ?? 'Other', parameters };
    },

    async answer(request, call) {
      const region = codeartifactRegion(request.host);
      const signed = await verifySignature(state, request, { service: 'codeartifact', ...(region && { region }) });
      const caller = signed.identity;
      call.principal = caller.arn;
      if (call.operation === 'Other') throw new Refusal(404, 'UnknownOperationException', 'No such operation.');
      const domain = authorizedDomain(state, request, caller, signed.region, call);
      const answers: Record<string, () => object> = {
        GetAuthorizationToken: () => getAuthorizationToken(state, request, caller, domain),
        GetRepositoryEndpoint: () => getRepositoryEndpoint(request, domain),
        ListRepositoriesInDomain: () => listRepositoriesInDomain(request, domain),
      };
      const answer = answers[call.operation]?.();
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
    },

    refuse: ({ status, code, message, headers }) => ({
      status,
      headers: { ...headers, 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ message }),
    }),
  };
}

/** Checks in the order of AWS: the form of the request, then what the caller may do, then whether the domain exists. */
function authorizedDomain(state: State, request: Request, caller: Identity, region: string, call: Call): Domain {
  const name = request.query.get('domain') ?? '';
  const owner = request.query.get('domain-owner') ?? accountOf(caller.arn);
  requireForm('domain', name, DOMAIN);
  requireForm('domainOwner', owner, ACCOUNT);
  const { operation } = call;
  const needsRepository = operation === 'GetRepositoryEndpoint';
  const repository = request.query.get('repository') ?? '';
  if (needsRepository) {
    requireForm('repository', repository, REPOSITORY);
    requireForm('format', request.query.get('format') ?? '', FORMAT);
    requireForm('endpointType', request.query.get('endpointType') ?? 'ipv4', ENDPOINT_TYPE);
  }
  if (operation === 'ListRepositoriesInDomain') readMaxResults(request);
  if (operation === 'GetAuthorizationToken') readDuration(request, caller);

  const domain = findDomain(state, name, owner, region);
  const named = domain ?? { name, owner, region, repositories: [] };
  const resource = needsRepository ? repositoryArn(named, repository) : domainArn(named);
  requireGrant(caller, `codeartifact:${operation}`, resource);
  if (operation === 'GetAuthorizationToken') requireGrant(caller, 'sts:GetServiceBearerToken', caller.arn);
  if (owner !== accountOf(caller.arn) && !domain?.sharedWith?.includes(accountOf(caller.arn))) {
    throw denied(caller, `codeartifact:${operation}`, resource, 'resource-based');
  }
  if (domain === undefined) {
    const message = `Domain not found. Domain '${name}' owned by account '${owner}' does not exist.`;
    throw new Refusal(404, 'ResourceNotFoundException', message);
  }
  if (needsRepository && findRepository(domain, repository) === undefined) {
    const place = `Repository '${repository}' in domain '${name}' owned by account '${owner}'`;
    throw new Refusal(404, 'ResourceNotFoundException', `Repository not found. ${place} does not exist.`);
  }
  return domain;
}

function getAuthorizationToken(state: State, request: Request, caller: Identity, domain: Domain) {
  const duration = readDuration(request, caller);
  const wanted = state.now() + (duration === 0 ? LONGEST_S : duration) * 1000;
  const expires = duration === 0 ? Math.min(wanted, caller.expires ?? wanted) : wanted;
  return { authorizationToken: issueToken(state, { domain, identity: caller, expires }), expiration: expires / 1000 };
}

function getRepositoryEndpoint({ query }: Request, domain: Domain) {
  const url = repositoryUrl(domain, query.get('repository') ?? '', query.get('endpointType') === 'dualstack');
  return { repositoryEndpoint: url.replace('/pypi/', `/${query.get('format')}/`) };
}

/** One page, in the order of the names. A token for the next is the number of those before it. */
function listRepositoriesInDomain(request: Request, domain: Domain) {
  const { name: domainName, owner: domainOwner } = domain;
  const prefix = request.query.get('repository-prefix') ?? '';
  const names = domain.repositories.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  const begin = Number(request.query.get('next-token') ?? 0);
  const end = begin + readMaxResults(request);
  const repositories = names
    .toSorted()
    .slice(begin, end)
    .map((name) => ({
      name,
      administratorAccount: domainOwner,
      domainName,
      domainOwner,
      arn: repositoryArn(domain, name),
      createdTime: 1_600_000_000.5,
    }));
  return { repositories, ...(end < names.length && { nextToken: String(end) }) };
}

function readMaxResults(request: Request): number {
  const text = request.query.get('max-results') ?? String(USUAL_RESULTS);
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_RESULTS) return number;
  throw invalid('maxResults', text, `Member must be between 1 and ${MOST_RESULTS}`);
}

/** Seconds; 0 means as long as the caller's temporary keys last. */
function readDuration(request: Request, caller: Identity): number {
  const text = request.query.get('duration');
  if (text === null) return LONGEST_S;
  const duration = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (duration === 0 && caller.sessionToken !== undefined) return 0;
  if (duration >= SHORTEST_S && duration <= LONGEST_S) return duration;
  const rule = `Member must be 0 (with temporary credentials) or between ${SHORTEST_S} and ${LONGEST_S}`;
  throw invalid('durationSeconds', text, rule);
}

function requireForm(member: string, value: string, form: RegExp): void {
  if (form.test(value)) return;
  throw invalid(member, value, `Member must satisfy regular expression pattern: ${form.source}`);
}

function invalid(member: string, value: string, rule: string): Refusal {
  const message = `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`;
  return new Refusal(400, 'ValidationException', message);
}
