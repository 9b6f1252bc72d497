/** How the action's own calls leave the machine: through which proxy, trusting which authorities. Reads CA files. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { Verify } from '../access/setting-values.ts';
import { maskSecret } from '../github/masks.ts';
import { type Agents, CONNECTION_TIMEOUT, openAgents, REQUEST_TIMEOUT } from '../machine/agents.ts';
import type { Machine } from '../machine/machine.ts';
import { all, each, fail } from '../messages/problems.ts';
import type { Remarks } from '../messages/remarks.ts';
import { describeError } from '../messages/wording.ts';
import { retryStrategy } from './retry.ts';

/** The largest CA bundle that is read; that of an operating system has 0.3 MB. */
const MOST_BYTES = 10 * 1024 * 1024;

/** What every client of the AWS SDK is made with: CodeArtifact's, and those of STS and SSO behind the credentials. */
export interface ClientSettings {
  readonly requestHandler: Agents & {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
  readonly retryStrategy: ReturnType<typeof retryStrategy>;
}

/** The proxy variables that Node's agent reads; Windows does not tell letter cases apart. */
const PROXY = /^(?:https?_proxy|HTTPS?_PROXY)$/;
const PROXY_IN_ANY_CASE = /^https?_proxy$/i;

/**
 * Checks the proxy variables and masks the passwords in them.
 * @returns what makes the connections unsafe
 * @throws {Problems} for each proxy without a scheme, which Node 24 would silently not use, and for escapes that are
 *   none
 */
export function checkNetwork({ environment, platform }: Pick<Machine, 'environment' | 'platform'>): Remarks {
  const pattern = platform === 'win32' ? PROXY_IN_ANY_CASE : PROXY;
  each(
    Object.keys(environment).filter((name) => pattern.test(name)),
    (name) => checkProxy(name, environment[name] ?? ''),
  );
  return {
    warnings:
      environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
        ? [
            'The variable NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is verified and anyone on the network ' +
              'can read the token; unset it.',
          ]
        : [],
  };
}

function checkProxy(name: string, proxy: string): void {
  if (proxy === '') return;
  const url = /^https?:\/\//i.test(proxy) ? URL.parse(proxy) : null;
  // Without a scheme HTTP_PROXY serves other programs; here only an http:// endpoint, which no job should have, uses
  // it.
  if (!url && name.toLowerCase() === 'http_proxy') return;
  if (!url) fail(`The variable ${name} is not an http:// or https:// URL; write it as http://HOST:PORT.`);
  maskSecret(url.password);
  all(
    () => maskSecret(decode(url.password, `The variable ${name} has a "%" in its password`)),
    () => void decode(url.username, `The variable ${name} has a "%" in its user name`),
  );
}

/** Decodes as Node's agent does, which fails where this fails. */
function decode(text: string, complaint: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail(`${complaint} that escapes nothing; write a % as %25.`);
  }
}

/**
 * The settings for `verify`. A CA bundle is trusted beside the system's authorities (and `NODE_EXTRA_CA_CERTS`).
 * `AWS_CA_BUNDLE`, which the AWS CLI reads and this SDK does not, serves where `verify` names no file.
 * @throws {Problems} when the CA bundle cannot be read or holds no certificate
 */
export function clientSettings(verify: Verify, machine: Machine): ClientSettings {
  return {
    requestHandler: {
      // That for http:// is for an endpoint that a variable names; AWS's own are all https.
      ...openAgents(machine.environment, tlsOptions(verify, machine)),
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    },
    retryStrategy: retryStrategy(),
  };
}

function tlsOptions(verify: Verify, machine: Machine) {
  if (verify === false) return { rejectUnauthorized: false };
  const ca = trustedAuthorities(verify, machine);
  // One for all connections: each would read the 150 certificates of the system anew, and keep them.
  return ca === undefined ? {} : { secureContext: createSecureContext({ ca }) };
}

/**
 * What is trusted in the place of Node's own authorities.
 * @returns certificates in PEM form; undefined where nothing names a CA bundle
 */
export function trustedAuthorities(
  verify: Exclude<Verify, false>,
  { environment, workspace }: Machine,
): string[] | undefined {
  if (verify !== true) return authorities(resolve(workspace, verify.caFile), 'verify');
  const bundle = environment['AWS_CA_BUNDLE'];
  return bundle ? authorities(resolve(workspace, bundle), 'the variable AWS_CA_BUNDLE') : undefined;
}

function authorities(path: string, place: string): string[] {
  const pem = readPem(path, place);
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    fail(
      `The CA bundle ${path} (${place}) has no PEM certificate in it; name a file with -----BEGIN CERTIFICATE-----.`,
    );
  }
  return [...getCACertificates('default'), pem];
}

function readPem(path: string, place: string): string {
  const remedy = 'name a PEM file, by its path from the workspace';
  try {
    const status = statSync(path);
    if (status.isFile() && status.size < MOST_BYTES) return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`The CA bundle ${path} (${place}) cannot be read (${describeError(error)}); ${remedy}.`, error);
  }
  return fail(`The CA bundle ${path} (${place}) is not a file of at most 10 MiB; ${remedy}.`);
}
