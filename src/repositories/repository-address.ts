/** The addresses of CodeArtifact repositories, checked and taken apart before anything uses them. */
import { fail } from '../messages/problems.ts';
import { quoted } from '../messages/wording.ts';
import { describeAddressMistake, describeOtherHost, describeOtherPath, EXAMPLE } from './address-mistakes.ts';
import { REGION } from './region.ts';

/** What the address of a repository says. */
export interface Address {
  /** The repository's name in CodeArtifact. */
  readonly name: string;
  readonly domain: string;
  /** The account that owns the domain, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly host: string;
  /** Whether its host, and the API's, is reached by IPv6 too. */
  readonly dualStack: boolean;
  /** The repository endpoint, where uploads go, with a final slash. */
  readonly url: string;
}

/** AWS API reference, DomainDescription: 2 to 50 characters. */
const DOMAIN = '(?<domain>[a-z][a-z0-9-]{0,48}[a-z0-9])';
/** AWS API reference, RepositoryDescription: 2 to 100 characters. */
const NAME = '(?<name>[A-Za-z0-9][A-Za-z0-9._-]{1,99})';
const ACCOUNT = '(?<account>[0-9]{12})';

/** The hosts of a domain (AWS CodeArtifact user guide, "Endpoints"; the dual-stack form has no `.d.`). */
const IPV4_HOST = new RegExp(`^${DOMAIN}-${ACCOUNT}\\.d\\.codeartifact\\.${REGION}\\.amazonaws\\.com$`);
const DUAL_STACK_HOST = new RegExp(`^${DOMAIN}-${ACCOUNT}\\.codeartifact\\.${REGION}\\.on\\.aws$`);
/** An interface VPC endpoint without private DNS serves all domains of its region; the path names the domain. */
const VPC_HOST = new RegExp(`^vpce-[a-z0-9-]{1,64}\\.d\\.codeartifact\\.${REGION}\\.vpce\\.amazonaws\\.com$`);

const PATH = new RegExp(`^/pypi/${NAME}(?:/|/simple/?)?$`);
const VPC_PATH = new RegExp(`^/pypi/d/${DOMAIN}-${ACCOUNT}/${NAME}(?:/|/simple/?)?$`);
const ARN = new RegExp(`^arn:aws:codeartifact:${REGION}:${ACCOUNT}:repository/${DOMAIN}/${NAME}$`);

/**
 * Reads the URL of a repository endpoint, with or without `/simple/`, or the ARN of a repository.
 * @param place names the input and the line
 * @throws {Problems} for every other address
 */
export function readAddress(text: string, place: string): Address {
  if (text.includes('@')) {
    fail(`${place}: the URL holds a user name or password; leave them out, the action fetches a token itself.`);
  }
  return text.startsWith('arn:') ? readArn(text, place) : readUrl(text, place);
}

function readArn(arn: string, place: string): Address {
  const { domain = '', account = '', region = '', name = '' } = ARN.exec(arn)?.groups ?? {};
  if (name === '') {
    fail(
      `${place}: ${quoted(arn)} is not the ARN of a CodeArtifact repository; write ` +
        'arn:aws:codeartifact:REGION:ACCOUNT:repository/DOMAIN/REPOSITORY.',
    );
  }
  const host = `${domain}-${account}.d.codeartifact.${region}.amazonaws.com`;
  return { name, domain, account, region, host, dualStack: false, url: `https://${host}/pypi/${name}/` };
}

/**
 * Judges the raw text before the URL parser sees it: WHATWG's parser turns full-width dots, tabs, backslashes and `..`
 * into an address that looks right.
 */
function readUrl(text: string, place: string): Address {
  const mistake = describeAddressMistake(text);
  if (mistake !== undefined) fail(`${place}: ${quoted(text)} ${mistake}.`);
  if (!URL.canParse(text)) fail(`${place}: ${quoted(text)} is not a URL; write ${EXAMPLE}.`);
  if (/^https:\/\/[^/?#]*:/.test(text)) fail(`${place}: ${text} names a port; leave it out.`);
  if (/[?#]/.test(text)) fail(`${place}: ${text} has a query or a fragment; leave out what follows the path.`);
  // As it is written, since the parser also decodes `%2e`.
  const [written = ''] = text.slice('https://'.length).split('/', 1);
  const host = written.toLowerCase();
  const path = text.slice('https://'.length + written.length);
  return (
    readDomainUrl(host, path, place) ??
    readVpcUrl(host, path, place) ??
    fail(`${place}: the host ${written} ${describeOtherHost(host)}.`)
  );
}

function readDomainUrl(host: string, path: string, place: string): Address | undefined {
  const ipv4 = IPV4_HOST.exec(host);
  const { domain, account = '', region = '' } = (ipv4 ?? DUAL_STACK_HOST.exec(host))?.groups ?? {};
  if (domain === undefined) return undefined;
  const { name } = PATH.exec(path)?.groups ?? {};
  if (name === undefined) {
    return fail(`${place}: the path ${path || '/'} ${describeOtherPath(path)}.`);
  }
  return { name, domain, account, region, host, dualStack: !ipv4, url: `https://${host}/pypi/${name}/` };
}

function readVpcUrl(host: string, path: string, place: string): Address | undefined {
  const { region } = VPC_HOST.exec(host)?.groups ?? {};
  if (region === undefined) return undefined;
  const { domain = '', account = '', name = '' } = VPC_PATH.exec(path)?.groups ?? {};
  if (name === '') {
    return fail(
      `${place}: the path ${path || '/'} is not that of a Python repository at a VPC endpoint; write ` +
        `https://${host}/pypi/d/DOMAIN-ACCOUNT/REPOSITORY/.`,
    );
  }
  const url = `https://${host}/pypi/d/${domain}-${account}/${name}/`;
  return { name, domain, account, region, host, dualStack: false, url };
}
