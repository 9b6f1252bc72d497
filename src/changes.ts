/** What a run changes on the machine, as plain data: made by the clients, carried out by apply.ts. */

/** A file of ours in the private folder. */
export interface PrivateFile {
  readonly name: 'pip.conf' | 'netrc';
  readonly bytes: Buffer;
}

/** A variable for the later steps. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** A section of ours in ~/.pypirc. */
export interface IndexServer {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly expiration: Date;
}

/** Everything that one client needs. */
export interface Changes {
  readonly files: readonly PrivateFile[];
  readonly variables: readonly Variable[];
  readonly indexServers: readonly IndexServer[];
  /** What was done that a person may not expect. */
  readonly notes: readonly string[];
  /** What on this machine works against what was asked for. */
  readonly warnings: readonly string[];
}

/** The changes of all clients together; a file that two of them bring is the same for both. */
export function joinChanges(parts: readonly Partial<Changes>[]): Changes {
  const join = <K extends keyof Changes>(key: K) => parts.flatMap((part) => (part[key] ?? []) as Changes[K][number][]);
  return {
    files: join('files') as PrivateFile[],
    variables: join('variables') as Variable[],
    indexServers: join('indexServers') as IndexServer[],
    notes: join('notes') as string[],
    warnings: join('warnings') as string[],
  };
}
