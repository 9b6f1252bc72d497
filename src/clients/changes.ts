/** What a run changes on the machine, as plain data: made by the clients, carried out by apply.ts. */
import type { UserFile } from '../machine/user-file.ts';
import { each, fail } from '../messages/problems.ts';

/** A file of ours in the private folder. */
export interface PrivateFile {
  readonly name: 'pip.conf' | 'netrc' | 'pdm.toml' | 'config.toml' | 'auth.toml';
  readonly bytes: Buffer;
}

/** A variable for the later steps. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** What has the effect of no variable at all, where an empty one has not: GitHub cannot unset. */
  readonly neutral?: string;
  /** Whether the value is a token or holds one. */
  readonly secret?: boolean;
}

/** A section of ours in ~/.pypirc. */
export interface IndexServer {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly expiration: Date;
  /** A mark of the identity that the token is for: equal for equal ones, and no secret; undefined in a rehearsal. */
  readonly identity: string | undefined;
}

/** What a program said. */
export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A way to ask a client whether it sees what was written: one command that is quick, changes nothing and needs no network. */
export interface Check {
  readonly program: string;
  readonly args: readonly string[];
  /**
   * @param read gives a file that the output names
   * @returns a sentence for everything that keeps the client from seeing it
   */
  readonly judge: (output: Output, read: (path: string) => UserFile | undefined) => readonly string[];
}

/** Everything that one client needs. */
export interface Changes {
  readonly files: readonly PrivateFile[];
  readonly variables: readonly Variable[];
  readonly indexServers: readonly IndexServer[];
  /** What was done that a person may not expect. */
  readonly notes: readonly string[];
  /** What could not be done. */
  readonly warnings: readonly string[];
  /** Settings of this machine that beat ours: a warning each, or with `preflight` a failure. */
  readonly overrides: readonly string[];
  readonly checks: readonly Check[];
}

/**
 * The changes of all clients together.
 * @throws {Problems} when two need one variable for different things
 */
export function joinChanges(parts: readonly Partial<Changes>[]): Changes {
  const variables = parts.flatMap(({ variables: ofOne = [] }) => ofOne);
  checkAgreement(variables);
  return {
    files: parts.flatMap(({ files = [] }) => files),
    variables,
    indexServers: parts.flatMap(({ indexServers = [] }) => indexServers),
    notes: parts.flatMap(({ notes = [] }) => notes),
    warnings: parts.flatMap(({ warnings = [] }) => warnings),
    overrides: parts.flatMap(({ overrides = [] }) => overrides),
    checks: parts.flatMap(({ checks = [] }) => checks),
  };
}

/** A variable has one value for all tools of a job. The values may be secret, so they are not told. */
function checkAgreement(variables: readonly Variable[]): void {
  each(
    Map.groupBy(variables, ({ name }) => name),
    ([name, same]) => {
      if (new Set(same.map(({ value }) => value)).size < 2) return;
      fail(
        `Input tools names tools that need the variable ${name} for different things; use this action once for each of them, in jobs of their own.`,
      );
    },
  );
}
