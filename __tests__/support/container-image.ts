/** What every container starts from. */
export interface Image {
  /** Folders of the machine that are in it, read-only and under their own paths. */
  readonly folders: readonly string[];
  /** The interpreter that its virtual environment is for, and where the packages are that it has beside its own. */
  readonly python: { readonly executable: string; readonly version: string; readonly packages: string };
  /** `ENV`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files with their contents, such as a certificate. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Where the virtual environment of every container is: the place where manylinux images have that Python, such as 3.13.
 */
export function pythonFolder(version: string): string {
  const tag = `cp${version.replace('.', '')}`;
  return `/opt/python/${tag}-${tag}`;
}
