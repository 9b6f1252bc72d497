/** What goes ahead while the AWS SDK is still being loaded: GitHub is asked, and connections to AWS are opened. */
import { setImmediate } from 'node:timers/promises';
import { identityKey } from '../access/identity.ts';
import { memoize } from '../access/memoize.ts';
import type { Verify } from '../access/setting-values.ts';
import type { TokenRequest } from '../access/token-request.ts';
import { needKey } from '../access/tokens.ts';
import { fetchOidcToken } from '../github/oidc-token.ts';
import { addressOf, openEarly } from '../machine/early-connections.ts';
import type { Machine } from '../machine/machine.ts';
import { Problems } from '../messages/problems.ts';
import { codeartifactUrl, stsRegion, stsUrl } from './hosts.ts';
import { type ClientSettings, clientSettings } from './network.ts';

/** What the clients for AWS are made with; each part is made when it is first asked for, and shared. */
export interface HeadStart {
  readonly settingsFor: (verify: Verify) => ClientSettings;
  /** The job's OIDC token. One of GitHub's lives for five minutes, longer than the whole step may take. */
  readonly oidcToken: (audience: string) => Promise<string>;
}

/**
 * Goes ahead with what the requests will need. Call it when they have been judged: from here on, GitHub and AWS hear of
 * the step. What fails here fails again, or succeeds, where its result is asked for.
 */
export async function goAhead(requests: readonly TokenRequest[], machine: Machine): Promise<HeadStart> {
  const { environment } = machine;
  const start = standStill(machine);
  for (const { identity } of requests) if (identity.kind === 'oidc') start.oidcToken(identity.audience).catch(() => {});
  // GitHub first: everything waits for it, and each greeting takes its time.
  await setImmediate();
  const roles = distinct(
    requests.filter(({ identity }) => identity.role),
    ({ identity, verify }) => JSON.stringify([identityKey(identity), verify]),
  );
  for (const request of roles) open(request, stsUrl(stsRegion(request.repository, environment), environment), start);
  for (const request of distinct(requests, needKey))
    open(request, codeartifactUrl(request.repository, environment), start);
  return start;
}

/** Nothing is under way. */
export function standStill(machine: Machine): HeadStart {
  return {
    settingsFor: memoize(JSON.stringify, (verify: Verify) => clientSettings(verify, machine)),
    oidcToken: memoize(String, (audience: string) => fetchOidcToken(audience, machine.environment)),
  };
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** Opens a connection for the request. A CA bundle that cannot be read is told where the request itself is made. */
function open({ verify }: TokenRequest, url: string, { settingsFor }: HeadStart): void {
  const address = addressOf(url);
  if (!address) return;
  try {
    openEarly(settingsFor(verify).requestHandler.httpsAgent, address);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
  }
}
