/** Where the ES modules of the AWS SDK are, for a bundler that would take the CommonJS ones, and all of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SCOPES = ['@aws-sdk', '@smithy'];

/** What is read of a package.json. */
interface Package {
  readonly module?: string;
  readonly exports?: Record<string, string | Record<string, string>>;
}

/**
 * The SDK's CommonJS files load each other whole; of its ES modules a bundler keeps what is used (they declare that they
 * have no side effects).
 * @param folder node_modules
 * @param shown what the paths start with, in the place of the folder
 * @returns the path of the ES module for every import that a package of the SDK offers
 * @throws where two versions of a package are installed, since one path cannot lead to both
 */
export function esModulePaths(folder: string, shown: string): Record<string, string> {
  const packages = SCOPES.flatMap((scope) => readdirSync(join(folder, scope)).map((name) => `${scope}/${name}`));
  const nested = packages.flatMap((name) =>
    SCOPES.map((scope) => join(name, 'node_modules', scope)).filter((path) => existsSync(join(folder, path))),
  );
  if (nested.length > 0)
    throw new Error(`Two versions of the AWS SDK: ${nested.join(', ')}; npm dedupe makes them one.`);
  return Object.fromEntries(packages.flatMap((name) => pathsOf(name, folder, shown)));
}

function pathsOf(name: string, folder: string, shown: string): [string, string][] {
  const { module, exports } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Package;
  const offered = exports
    ? Object.entries(exports).map(
        ([subpath, target]) => [subpath, typeof target === 'string' ? undefined : target['module']] as const,
      )
    : [['.', module] as const];
  return offered.flatMap(([subpath, path]) =>
    path?.endsWith('.js') ? [[name + subpath.slice(1), `${shown}/${name}/${path.replace(/^\.\//, '')}`]] : [],
  );
}
