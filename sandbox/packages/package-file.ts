/** A wheel or source distribution. */
export interface PackageFile {
  filename: string;
  content: Buffer;
  /** As in `Requires-Python`, such as `>=3.9`. */
  requiresPython?: string;
}

const WHEEL = /^(?<project>[^-]+)-(?<version>[^-]+)-[^-]+-[^-]+-[^-]+\.whl$/;
const SDIST = /^(?<project>.+)-(?<version>[^-]+)\.tar\.gz$/;

/** A project's name as indexes compare it (PEP 503). */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Project and version in a file's name; undefined for what is neither a wheel nor a `.tar.gz`. */
export function parseFilename(filename: string): { project: string; version: string } | undefined {
  const { project, version } = (WHEEL.exec(filename) ?? SDIST.exec(filename))?.groups ?? {};
  return project && version ? { project: normaliseName(project), version } : undefined;
}
