/** How the action's own calls leave the machine: through which proxy, trusting which authorities. Reads CA files. */
import { readFileSync, statSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import { resolve } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { Verify } from '../access/settings.ts';
import { maskSecret } from '../github/masks.ts';
import { fail } from '../messages/problems.ts';
import { retryStrategy } from './retry.ts';

/** Milliseconds until a connection must stand, and until a request must be answered. */
export const CONNECTION_TIMEOUT = 5_000;
export const REQUEST_TIMEOUT = 10_000;

/** The largest CA bundle that is read; that of an operating system has 0.3 MB. */
const MOST_BYTES = 10 * 1024 * 1024;

/** What a person should know of the machine's network settings. */
export function networkWarnings(environment: NodeJS.ProcessEnv): string[] {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  return [
    'The variable NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is verified: anyone on the way can read the token. Unset it.',
  ];
}

/** What every client of the AWS SDK is made with: CodeArtifact's, and those of STS and SSO behind the credentials. */
export interface ClientSettings {
  readonly requestHandler: {
    readonly httpsAgent: Agent;
    readonly httpAgent: HttpAgent;
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
  readonly retryStrategy: ReturnType<typeof retryStrategy>;
}

/** The variables that Node's agent honours; Windows tells no letter cases apart. */
const PROXY = process.platform === 'win32' ? /^https?_proxy$/i : /^(?:https?_proxy|HTTPS?_PROXY)$/;

/**
 * Checks the proxy variables and hides the password in them.
 * @throws {Problems} for a proxy without a scheme, which Node 24 would silently not use
 */
export function checkProxy(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment).filter((each) => PROXY.test(each))) {
    const proxy = environment[name];
    if (!proxy) continue;
    const url = /^https?:\/\//i.test(proxy) ? URL.parse(proxy) : null;
    // Without a scheme HTTP_PROXY serves other programs; here only an http:// endpoint, which no job should have, goes by it.
    if (!url && name.toLowerCase() === 'http_proxy') continue;
    if (!url) fail(`The variable ${name} is not the http:// or https:// URL of a proxy; write it as http://HOST:PORT.`);
    maskSecret(url.password);
    maskSecret(decode(url.password, `The variable ${name} has a "%" in its password`));
    decode(url.username, `The variable ${name} has a "%" in its user name`);
  }
}

/** As Node's agent does, which fails where this fails. */
function decode(text: string, complaint: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail(`${complaint} that escapes nothing; write it as %25.`);
  }
}

/**
 * The settings for `verify`. Proxy variables in both letter cases and `NO_PROXY` are honoured by Node's agent (24.5 on);
 * a CA bundle is trusted beside the system's authorities (and `NODE_EXTRA_CA_CERTS`). `AWS_CA_BUNDLE`, which the AWS
 * CLI reads and this SDK does not, serves where `verify` names no file.
 * @throws {Problems} when the CA bundle cannot be read or holds no certificate
 */
export function clientSettings(verify: Verify, environment: NodeJS.ProcessEnv): ClientSettings {
  return {
    requestHandler: {
      httpsAgent: new Agent({ keepAlive: true, proxyEnv: environment, ...tlsOptions(verify, environment) }),
      // For an http:// endpoint that a variable names; AWS's own are all https.
      httpAgent: new HttpAgent({ keepAlive: true, proxyEnv: environment }),
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    },
    retryStrategy: retryStrategy(),
  };
}

function tlsOptions(verify: Verify, environment: NodeJS.ProcessEnv) {
  if (verify === false) return { rejectUnauthorized: false };
  if (verify !== true) return { ca: authorities(verify.caFile, 'verify', environment) };
  const bundle = environment['AWS_CA_BUNDLE'];
  return bundle ? { ca: authorities(bundle, 'the variable AWS_CA_BUNDLE', environment) } : {};
}

function authorities(file: string, place: string, environment: NodeJS.ProcessEnv): string[] {
  const path = resolve(environment['GITHUB_WORKSPACE'] ?? '.', file);
  const pem = readPem(path, place);
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    fail(`The file ${path} named by ${place} holds no PEM certificate; give a CA bundle in PEM form.`);
  }
  return [...getCACertificates('default'), pem];
}

function readPem(path: string, place: string): string {
  const remedy = 'give the path of a PEM file, relative to the workspace';
  try {
    const status = statSync(path);
    if (status.isFile() && status.size < MOST_BYTES) return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail(`The CA bundle ${path} named by ${place} cannot be read (${code}); ${remedy}.`, error);
  }
  return fail(`The CA bundle ${path} named by ${place} is not a file of at most 10 MiB; ${remedy}.`);
}
