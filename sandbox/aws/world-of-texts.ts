import { makePackages } from '../packages/make-packages.ts';
import { type Domain, fullAccess, type World } from './world.ts';

/** An endpoint: of the usual form, or dual-stack. */
const HOST =
  /([a-z][a-z\d-]*)-(\d{12})\.(?:d\.codeartifact\.([a-z\d-]+)\.amazonaws\.com|codeartifact\.([a-z\d-]+)\.on\.aws)/;
const ENDPOINT = new RegExp(`https://${HOST.source}/pypi/([\\w.-]+)`, 'g');
/** The ARN of a repository. */
const ARN = /arn:aws:codeartifact:([a-z\d-]+):(\d{12}):repository\/([a-z][a-z\d-]*)\/([\w.-]+)/g;
const ROLE = /arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+/g;

/**
 * A world in which workflows can run: every repository that the texts name, with the packages acme-tool, acme-lib and
 * acme-probe, and every role, which any job of any repository may assume, and which may do all that there is.
 *
 * @param texts workflows and keyringrc.cfg
 * @throws where the machine has no Python to make the packages with
 */
export async function worldOfTexts(texts: readonly string[]): Promise<World> {
  const text = texts.join('\n');
  const packages = await makePackages([
    { name: 'acme-tool', version: '1.0.0', dependencies: ['acme-lib'] },
    { name: 'acme-lib', version: '1.0.0' },
    { name: 'acme-probe', version: '1.0.0' },
  ]);
  const named = [
    ...[...text.matchAll(ENDPOINT)].map(([, name = '', owner = '', usual, dualStack, repository = '']) => ({
      ...{ name, owner, region: usual ?? dualStack ?? '', repository },
    })),
    ...[...text.matchAll(ARN)].map(([, region = '', owner = '', name = '', repository = '']) => ({
      ...{ name, owner, region, repository },
    })),
  ];
  const roles = [...new Set(text.match(ROLE))];
  const accounts = [...new Set([...roles.map((arn) => arn.split(':')[4] ?? ''), ...named.map(({ owner }) => owner)])];
  const domains = new Map<string, Domain>();
  for (const { name, owner, region, repository } of named) {
    const key = `${name} ${owner} ${region}`;
    const domain = domains.get(key) ?? { name, owner, region, repositories: [], sharedWith: accounts };
    domains.set(key, domain);
    if (domain.repositories.some((one) => one.name === repository)) continue;
    domain.repositories.push({ name: repository, packages: [...packages] });
  }
  const allow = [...domains.values()].flatMap(fullAccess);
  const trust = [{ subject: '*', audience: 'sts.amazonaws.com' }];
  return { identities: [], roles: roles.map((arn) => ({ arn, trust, allow })), domains: [...domains.values()] };
}
