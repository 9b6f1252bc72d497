import { normaliseName, type PackageFile, parseFilename } from '../packages/make-packages.ts';
import { type Answer, type Call, Refusal, type Request, type Service } from './exchange.ts';
import { simplePage } from './simple-page.ts';
import { findDomain, findPublicIndex, findRepository, type State } from './state.ts';
import { readUpload } from './upload.ts';
import { type Domain, type Identity, isGranted, packageArn, type Repository, repositoryArn } from './world.ts';

/** What a URL of a package index leads to. */
interface Place {
  /** Absent for a public index. */
  domain?: Domain;
  repository: Repository;
  /** Path below the repository, without the leading slash. */
  rest: string;
}

/** Whether the request is for packages. */
export function isIndexRequest(state: State, request: Request): boolean {
  return locate(request) !== undefined || findPublicIndex(state, request.host) !== undefined;
}

/**
 * The repositories' own endpoints: simple index (PEP 503 and PEP 691), files, and uploads as twine makes them.
 *
 * As in CodeArtifact there is no list of all projects, and a token opens the repositories of its own domain only. A
 * public index asks for no credentials; what a client sent it can be read in the record of calls.
 */
export function packageIndex(state: State): Service {
  return {
    describe(request) {
      const simple = /\/simple\/([^/]+)\/?(?:([^/]+)\/([^/]+))?$/.exec(request.path);
      const [, project = '', , file] = simple ?? [];
      if (file !== undefined) return { operation: 'Download', parameters: { project, file } };
      if (simple !== null) return { operation: 'ListFiles', parameters: { project } };
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
      return download(request, place);
    },

    refuse: ({ status, message, headers }) => ({
      status,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      body: `${message}\n`,
    }),
  };
}

/**
 * Where a repository's URL leads, in any of its three forms: `{domain}-{account}.d.codeartifact.{region}.amazonaws.com`,
 * dual-stack (which lacks the `.d`), and an interface endpoint without private DNS, which has the domain in its path.
 */
function locate({ host, path }: Request): { name: string; owner: string; region: string; path: string } | undefined {
  const [, vpcRegion] = /^vpce-[a-z0-9-]+\.d\.codeartifact\.([a-z0-9-]+)\.vpce\.amazonaws\.com$/.exec(host) ?? [];
  if (vpcRegion) {
    const [, name, owner, rest] = /^\/pypi\/d\/([a-z0-9-]+)-(\d{12})\/(.*)$/.exec(path) ?? [];
    return name && owner ? { name, owner, region: vpcRegion, path: `/pypi/${rest}` } : undefined;
  }
  const [, name, owner, place = ''] = /^([a-z0-9-]+)-(\d{12})\.(.+)$/.exec(host) ?? [];
  const [, ipv4, dualStack] =
    /^(?:d\.codeartifact\.([a-z0-9-]+)\.amazonaws\.com|codeartifact\.([a-z0-9-]+)\.on\.aws)$/.exec(place) ?? [];
  const region = ipv4 ?? dualStack;
  return name && owner && region ? { name, owner, region, path } : undefined;
}

/** Basic authentication with the user `aws` and a living token of this domain. */
function authenticate(state: State, request: Request, domain: Domain | undefined): Identity {
  const encoded = /^basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [user, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
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
  const [, name = '', rest = ''] = /^\/pypi\/([^/]+)\/(.*)$/.exec(path) ?? [];
  const repository = domain && findRepository(domain, name);
  if (!domain || !repository) throw new Refusal(404, 'NotFound', 'Repository not found.');
  return { domain, repository, rest };
}

function download(request: Request, place: Place): Answer {
  const [, name = '', below = ''] = /^simple\/([^/]+)(.*)$/.exec(place.rest) ?? [];
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

/** Clients differ in which characters of a file's name they encode (the plus sign of a local version, say). */
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

function requireGrant(caller: Identity, action: string, resource: string): void {
  if (isGranted(caller.allow, action, resource)) return;
  const subject = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  throw new Refusal(403, 'AccessDenied', `${subject} because no identity-based policy allows the ${action} action`);
}
