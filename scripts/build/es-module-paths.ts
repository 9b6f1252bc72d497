/** Leads a bundler to the ES modules of the AWS SDK, where it would take the CommonJS ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SCOPES = ['@aws-sdk', '@smithy'];

/** The fields of a package.json that matter here. */
interface Package {
  readonly module?: string;
  readonly exports?: Record<string, string | Record<string, string>>;
}

/**
 * Finds the ES module for every import that a package of the SDK offers. These declare that they have no side effects,
 * so a bundler can leave out their unused parts; the CommonJS files load each other whole.
 *
 * @param folder path of node_modules
 * @param shown what the paths start with instead of that
 * @returns paths by import
 * @throws where two versions of a package are installed, since one path cannot lead to both
 */
export function esModulePaths(folder: string, shown: string): Record<string, string> {
  const packages = SCOPES.flatMap((scope) => readdirSync(join(folder, scope)).map((name) => `${scope}/${name}`));
  const nested = packages.flatMap((name) =>
    SCOPES.map((scope) => join(name, 'node_modules', scope)).filter((path) => existsSync(join(folder, path))),
  );
  if (nested.length > 0) {
    throw new Error(`Two versions of the AWS SDK: ${nested.join(', ')}; npm dedupe makes them one.`);
  }
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
