/** What goes ahead while code is still being loaded: connections are opened, and GitHub is asked. */
import { setImmediate } from 'node:timers/promises';
import { identityKey } from '../access/identity.ts';
import { memoize } from '../access/memoize.ts';
import type { Verify } from '../access/setting-values.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { needKey } from '../access/tokens.ts';
import { fetchOidcToken } from '../github/oidc-token.ts';
import { type Agents, openAgents } from '../machine/agents.ts';
import { addressOf, openEarly } from '../machine/early-connections.ts';
import type { Machine } from '../machine/machine.ts';
import { Problems } from '../messages/problems.ts';
import { codeartifactUrl, stsRegion, stsUrl } from './hosts.ts';
import { type ClientSettings, clientSettings } from './network.ts';

/** What the clients for AWS are made with; each part is made when it is first asked for, and shared. */
export interface HeadStart {
  readonly settingsFor: (verify: Verify) => ClientSettings;
  /** How GitHub is called. */
  readonly github: () => Agents;
  /** The job's OIDC token. One of GitHub's lives for five minutes, longer than the whole step may take. */
  readonly oidcToken: (audience: string) => Promise<string>;
}

/**
 * Opens connections to all whom the requests will lead to. Call it when they have been judged: from here on, GitHub and
 * AWS hear of the step, which asks them nothing yet.
 */
export async function greet(requests: readonly TokenRequest[], machine: Machine): Promise<HeadStart> {
  const { environment } = machine;
  const start = standStill(machine);
  if (requests.some(({ identity }) => identity.kind === 'oidc')) {
    openTo(environment['ACTIONS_ID_TOKEN_REQUEST_URL'], start.github().httpsAgent);
    // GitHub first: everything waits for it, and each greeting takes its time.
    await setImmediate();
  }
  const roles = requests.filter(({ identity }) => identity.role);
  greetSts(
    roles.map((request) => ({ request })),
    machine,
    start,
  );
  for (const request of distinct(requests, needKey))
    open(request, codeartifactUrl(request.repository, environment), start);
  return start;
}

/** Opens a connection for each identity that assumes a role, in a region of its own where it has one. */
export function greetSts(
  roles: readonly { readonly request: TokenRequest; readonly region?: string | undefined }[],
  { environment }: Machine,
  start: HeadStart,
): void {
  const keyOf = ({ request: { identity, verify } }: (typeof roles)[number]) =>
    JSON.stringify([identityKey(identity), verify]);
  for (const { request, region } of distinct(roles, keyOf))
    open(request, stsUrl(region ?? stsRegion(request.repository, environment), environment), start);
}

/** Asks GitHub for the tokens that the requests need. Who fails here fails again where the token is asked for. */
export function askGitHub(requests: readonly TokenRequest[], { oidcToken }: HeadStart): void {
  for (const { identity } of requests) if (identity.kind === 'oidc') oidcToken(identity.audience).catch(() => {});
}

/** Nothing is under way. */
export function standStill(machine: Machine): HeadStart {
  const { environment } = machine;
  let agents: Agents | undefined;
  const github = () => {
    agents ??= openAgents(environment);
    return agents;
  };
  return {
    settingsFor: memoize(JSON.stringify, (verify: Verify) => clientSettings(verify, machine)),
    github,
    oidcToken: memoize(String, (audience: string) => fetchOidcToken(audience, environment, github())),
  };
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** Opens a connection for the request. A CA bundle that cannot be read is told where the request itself is made. */
function open({ verify }: TokenRequest, url: string, { settingsFor }: HeadStart): void {
  try {
    openTo(url, settingsFor(verify).requestHandler.httpsAgent);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
  }
}

function openTo(url: string | undefined, agent: Agents['httpsAgent']): void {
  const address = addressOf(url);
  if (address) openEarly(agent, address);
}
