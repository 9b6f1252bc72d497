/** Texts of the files of projects that a test gives to a client. */

/** The table of a pyproject.toml, in five lines. */
export function projectTable(dependencies: readonly string[] = [], name = 'demo'): string {
  return (
    `[project]\nname = "${name}"\nversion = "1.0.0"\nrequires-python = ">=3.9"\n` +
    `dependencies = ${JSON.stringify(dependencies)}\n`
  );
}

/** What a pyproject.toml says of a project that needs a private package to be built. */
export const BUILD_SYSTEM = '[build-system]\nrequires = ["acme-backend"]\nbuild-backend = "acme_backend"\n';

/** What acme_backend makes the wheel's metadata from. */
export const PKG_INFO = 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0.0\n';
