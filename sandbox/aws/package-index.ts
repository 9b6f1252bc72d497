import { normaliseName, type PackageFile, parseFilename } from '../packages/package-file.ts';
import { type Answer, basicCredentials, type Call, Refusal, type Request, type Service } from './exchange.ts';
import { requireGrant } from './grants.ts';
import { simplePage } from './simple-page.ts';
import { findDomain, findPublicIndex, findRepository, type State } from './state.ts';
import { readUpload } from './upload.ts';
import { type Domain, type Identity, packageArn, type Repository, repositoryArn } from './world.ts';

const INTERFACE_ENDPOINT = /^vpce-[a-z0-9-]+\.d\.codeartifact\.([a-z0-9-]+)\.vpce\.amazonaws\.com$/;
const DOMAIN_PATH = /^\/pypi\/d\/(?<name>[a-z0-9-]+)-(?<owner>\d{12})\/(?<rest>.*)$/;
const DOMAIN_HOST = /^(?<name>[a-z0-9-]+)-(?<owner>\d{12})\.d\.codeartifact\.(?<region>[a-z0-9-]+)\.amazonaws\.com$/;
const DUAL_STACK_HOST = /^(?<name>[a-z0-9-]+)-(?<owner>\d{12})\.codeartifact\.(?<region>[a-z0-9-]+)\.on\.aws$/;

/** What a URL of a package index leads to. */
interface Place {
  /** Absent for a public index. */
  domain?: Domain;
  repository: Repository;
  /** Path below the repository, without the leading slash. */
  rest: string;
}

/** Whether the request is for a package index. */
export function isIndexRequest(state: State, request: Request): boolean {
  return locate(request) !== undefined || findPublicIndex(state, request.host) !== undefined;
}

/**
 * The endpoints of repositories: the simple index (PEP 503 and PEP 691), files, and uploads by twine.
 *
 * As in CodeArtifact, there is no list of all projects, and a token opens the repositories of its own domain only. A
 * public index ignores credentials, but the record of calls says whether a client sent any.
 */
export function packageIndex(state: State): Service {
  return {
    describe(request) {
      const simple = /\/simple\/(?<project>[^/]+)\/?(?:[^/]+\/(?<file>[^/]+))?$/.exec(request.path);
      const { project, file } = simple?.groups ?? {};
      if (project && file) return { operation: 'Download', parameters: { project, file } };
      if (project) return { operation: 'ListFiles', parameters: { project } };
      const [, repository = ''] = /\/pypi\/([^/]+)\/?$/.exec(request.path) ?? [];
      return { operation: request.method === 'POST' ? 'Upload' : 'Other', parameters: { repository } };
    },

    async answer(request, call) {
      const located = locate(request);
      const domain = located && findDomain(state, located.name, located.owner, located.region);
      const caller = located && authenticate(state, request, domain);
      if (caller) call.principal = caller.arn;
      const place = findPlace(state, request, located?.path ?? request.path, domain);
      if (request.method === 'POST') return upload(request, call, place, caller);
      if (place.domain && caller) {
        requireGrant(caller, 'codeartifact:ReadFromRepository', repositoryArn(place.domain, place.repository.name));
      }
      const answer = download(request, place);
      return { ...answer, headers: { ...answer.headers, ...state.world.indexHeaders } };
    },

    refuse: ({ status, message, headers }) => ({
      status,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      body: `${message}\n`,
    }),
  };
}

/**
 * Reads a repository's URL in its three forms: with the domain in an IPv4-only host, in a dual-stack host, or in the
 * path, for an interface endpoint without private DNS.
 */
function locate({ host, path }: Request): { name: string; owner: string; region: string; path: string } | undefined {
  const endpointRegion = INTERFACE_ENDPOINT.exec(host)?.[1];
  if (endpointRegion) {
    const { name, owner, rest } = DOMAIN_PATH.exec(path)?.groups ?? {};
    return name && owner ? { name, owner, region: endpointRegion, path: `/pypi/${rest}` } : undefined;
  }
  const { name, owner, region } = (DOMAIN_HOST.exec(host) ?? DUAL_STACK_HOST.exec(host))?.groups ?? {};
  return name && owner && region ? { name, owner, region, path } : undefined;
}

/** Basic authentication with the user `aws` and a token of this domain that has not expired. */
function authenticate(state: State, request: Request, domain: Domain | undefined): Identity {
  const [user, ...password] = basicCredentials(request.headers.authorization)?.split(':') ?? [];
  const token = state.tokens.get(password.join(':'));
  const valid = user === 'aws' && token !== undefined && token.domain === domain && token.expires > state.now();
  if (valid) return token.identity;
  throw new Refusal(401, 'Unauthorized', 'Unauthorized', { 'www-authenticate': 'Basic realm="codeartifact"' });
}

function findPlace(state: State, request: Request, path: string, domain: Domain | undefined): Place {
  const publicIndex = findPublicIndex(state, request.host);
  if (publicIndex) {
    const repository = { name: publicIndex.host, packages: publicIndex.packages };
    return { repository, rest: path.slice(1) };
  }
  const { name = '', rest = '' } = /^\/pypi\/(?<name>[^/]+)\/(?<rest>.*)$/.exec(path)?.groups ?? {};
  const repository = domain && findRepository(domain, name);
  if (!domain || !repository) throw new Refusal(404, 'NotFound', 'Repository not found.');
  return { domain, repository, rest };
}

function download(request: Request, place: Place): Answer {
  const { name = '', below = '' } = /^simple\/(?<name>[^/]+)(?<below>.*)$/.exec(place.rest)?.groups ?? {};
  if (name === '') throw new Refusal(404, 'NotFound', 'Not found.');
  const files = filesOf(place, normaliseName(name));
  if (below === '' || (below === '/' && name !== normaliseName(name))) {
    const location = request.path.replace(/[^/]+\/?$/, `${normaliseName(name)}/`);
    return { status: 301, headers: { location } };
  }
  if (below === '/' && files.length > 0) return simplePage(normaliseName(name), files, request.headers.accept);
  const asked = decode(below);
  const file = files.find((each) => asked === `/${parseFilename(each.filename)?.version}/${each.filename}`);
  if (file === undefined) throw new Refusal(404, 'NotFound', 'Not found.');
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: file.content };
}

/** Clients differ in the characters that they encode, such as the plus sign of a local version. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A project's files: the repository's own, or those of the first upstream that has any. */
function filesOf({ domain, repository }: Place, project: string): PackageFile[] {
  const own = repository.packages.filter((file) => parseFilename(file.filename)?.project === project);
  if (own.length > 0 || !domain) return own;
  for (const name of repository.upstreams ?? []) {
    const upstream = findRepository(domain, name);
    const files = upstream ? filesOf({ domain, repository: upstream, rest: '' }, project) : [];
    if (files.length > 0) return files;
  }
  return [];
}

async function upload(request: Request, call: Call, place: Place, caller: Identity | undefined): Promise<Answer> {
  const { file, project, version } = await readUpload(request);
  call.parameters = { ...call.parameters, project, version, file: file.filename };
  const { domain, repository } = place;
  if (domain && caller) {
    requireGrant(caller, 'codeartifact:PublishPackageVersion', packageArn(domain, repository.name, project));
  }
  if (place.rest !== '' && domain) throw new Refusal(404, 'NotFound', 'Uploads go to the repository endpoint itself.');
  if (repository.packages.some((each) => each.filename === file.filename)) {
    throw new Refusal(409, 'Conflict', `File ${file.filename} already exists in repository ${repository.name}.`);
  }
  repository.packages.push(file);
  return { status: 200 };
}
