/** The repositories that a step lists: their addresses, taken apart and checked before anything uses them. */
import { each, fail } from '../messages/problems.ts';

/** A CodeArtifact repository of Python packages. */
export interface Repository {
  /** How this job calls it, e.g. for `twine upload -r`; unique in the step. */
  readonly name: string;
  /** Its name in CodeArtifact. */
  readonly repository: string;
  readonly domain: string;
  /** The account that owns the domain, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly host: string;
  /** Whether its host, and so the API's, is asked by IPv6 too. */
  readonly dualStack: boolean;
  /** The repository endpoint, where uploads go, with a final slash. */
  readonly url: string;
  /** The index, where installs look: the endpoint and `simple/`. */
  readonly indexUrl: string;
}

/** AWS API reference, DomainDescription: 2 to 50 characters. */
const DOMAIN = '[a-z][a-z0-9-]{0,48}[a-z0-9]';
/** AWS API reference, RepositoryDescription: 2 to 100 characters. */
const REPOSITORY = '[A-Za-z0-9][A-Za-z0-9._-]{1,99}';
const ACCOUNT = '[0-9]{12}';
/** The shape of every region's name, `us-east-1` to `eusc-de-east-1`; it becomes part of a host that gets signed requests. */
const REGION = '[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-[0-9]{1,2}';

/** The hosts of a domain (AWS CodeArtifact user guide, "Endpoints"; the dual-stack form has no `.d.`). */
const IPV4_HOST = new RegExp(`^(${DOMAIN})-(${ACCOUNT})\\.d\\.codeartifact\\.(${REGION})\\.amazonaws\\.com$`);
const DUAL_STACK_HOST = new RegExp(`^(${DOMAIN})-(${ACCOUNT})\\.codeartifact\\.(${REGION})\\.on\\.aws$`);
/** An interface VPC endpoint without private DNS serves all domains of its region; the path names the domain. */
const VPC_HOST = new RegExp(`^vpce-[a-z0-9-]{1,64}\\.d\\.codeartifact\\.(${REGION})\\.vpce\\.amazonaws\\.com$`);

const PATH_FORM = new RegExp(`^/pypi/(${REPOSITORY})(?:/|/simple/?)?$`);
const VPC_PATH_FORM = new RegExp(`^/pypi/d/(${DOMAIN})-(${ACCOUNT})/(${REPOSITORY})(?:/|/simple/?)?$`);
const ARN_FORM = new RegExp(`^arn:aws:codeartifact:(${REGION}):(${ACCOUNT}):repository/(${DOMAIN})/(${REPOSITORY})$`);

const NAME_FORM = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** Sections of a .pypirc with a meaning of their own (twine, distutils, configparser), in any case. */
const RESERVED_NAMES = ['distutils', 'default', 'server-login'];

const EXAMPLE = 'https://DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/';

/**
 * Reads the input `repositories`: one `[NAME=]URL` or `[NAME=]ARN` a line; blank lines and `#` lines are skipped.
 * @throws {Problems} with every line that is wrong, by its number
 */
export function readRepositories(text: string): Repository[] {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ text: line.trim(), place: `Input repositories, line ${index + 1}` }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  if (lines.length === 0) fail(`Input repositories lists none: give one [NAME=]URL a line, for example ${EXAMPLE}.`);
  const seen: Repository[] = [];
  return each(lines, ({ text: line, place }) => {
    const repository = readLine(line, place);
    const { name, url, domain } = repository;
    if (seen.some((other) => other.url === url)) fail(`${place}: ${url} is listed twice; list each repository once.`);
    if (seen.some((other) => other.name === name)) {
      fail(
        `${place}: the name ${name} is taken by an earlier line; name one of the two, for example ${domain}-${name}=${url}.`,
      );
    }
    seen.push(repository);
    return repository;
  });
}

function readLine(text: string, place: string): Repository {
  const equals = /^[^=:/@]*=/.exec(text)?.[0];
  const address = equals === undefined ? text : text.slice(equals.length).trim();
  if (address.includes('@')) {
    fail(`${place}: the URL holds a user name or password; leave them out, the action fetches a token itself.`);
  }
  const parts = address.startsWith('arn:') ? readArn(address, place) : readUrl(address, place);
  const name = equals === undefined ? parts.repository : equals.slice(0, -1).trim();
  if (!NAME_FORM.test(name)) {
    fail(
      `${place}: the name ${JSON.stringify(name)} must start with a letter or digit and hold only letters, digits, "." "_" "-"; ` +
        'change what stands before "=".',
    );
  }
  if (RESERVED_NAMES.includes(name.toLowerCase())) {
    fail(`${place}: the name ${name} means something else in a .pypirc; choose another, as in my-${name}=${address}.`);
  }
  return { name, ...parts, indexUrl: `${parts.url}simple/` };
}

type Parts = Omit<Repository, 'name' | 'indexUrl'>;

function readArn(arn: string, place: string): Parts {
  const match = ARN_FORM.exec(arn);
  if (!match) {
    fail(
      `${place}: ${JSON.stringify(arn)} is not the ARN of a CodeArtifact repository; ` +
        'write arn:aws:codeartifact:REGION:ACCOUNT:repository/DOMAIN/REPOSITORY.',
    );
  }
  const [region, account, domain, repository] = match.slice(1) as [string, string, string, string, string];
  const host = `${domain}-${account}.d.codeartifact.${region}.amazonaws.com`;
  const url = `https://${host}/pypi/${repository}/`;
  return { domain, account, region, repository, host, dualStack: false, url };
}

/**
 * The raw text is judged before the URL parser sees it: WHATWG's parser turns full-width dots, tabs, backslashes and
 * `..` into an address that looks right.
 */
function readUrl(text: string, place: string): Parts {
  if (!/^https:\/\/(?!\/)[\x21-\x7e]+$/.test(text) || text.includes('\\')) {
    const several = /[\s,]/.test(text) ? ', one a line' : '';
    fail(
      `${place}: ${JSON.stringify(text)} is not an https:// URL in plain ASCII without spaces; write ${EXAMPLE}${several}.`,
    );
  }
  if (!URL.canParse(text)) fail(`${place}: ${JSON.stringify(text)} is not a URL; write ${EXAMPLE}.`);
  if (/^https:\/\/[^/?#]*:/.test(text)) fail(`${place}: ${text} names a port; CodeArtifact has none, leave it out.`);
  if (/[?#]/.test(text)) fail(`${place}: ${text} has a query or a fragment; leave out what follows the path.`);
  // As it is written: the parser decodes `%2e`, too.
  const [written = ''] = text.slice('https://'.length).split('/', 1);
  const host = written.toLowerCase();
  const path = text.slice('https://'.length + written.length);
  return (
    readDomainUrl(host, path, place) ??
    readVpcUrl(host, path, place) ??
    fail(
      `${place}: the host ${written} is not that of a CodeArtifact domain; write ${EXAMPLE} ` +
        '(the AWS console shows it under "View connection instructions").',
    )
  );
}

function readDomainUrl(host: string, path: string, place: string): Parts | undefined {
  const ipv4 = IPV4_HOST.exec(host);
  const match = ipv4 ?? DUAL_STACK_HOST.exec(host);
  if (!match) return undefined;
  const [domain, account, region] = match.slice(1) as [string, string, string, string];
  const repository = PATH_FORM.exec(path)?.[1];
  if (repository === undefined) {
    return fail(`${place}: the path ${path || '/'} is not that of a Python repository; write ${EXAMPLE}.`);
  }
  return { domain, account, region, repository, host, dualStack: !ipv4, url: `https://${host}/pypi/${repository}/` };
}

function readVpcUrl(host: string, path: string, place: string): Parts | undefined {
  const region = VPC_HOST.exec(host)?.[1];
  if (region === undefined) return undefined;
  const match = VPC_PATH_FORM.exec(path);
  if (!match) {
    return fail(
      `${place}: the path ${path || '/'} is not that of a Python repository at a VPC endpoint; ` +
        `write https://${host}/pypi/d/DOMAIN-ACCOUNT/REPOSITORY/.`,
    );
  }
  const [domain, account, repository] = match.slice(1) as [string, string, string, string];
  const url = `https://${host}/pypi/d/${domain}-${account}/${repository}/`;
  return { domain, account, region, repository, host, dualStack: false, url };
}
