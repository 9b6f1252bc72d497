/** What a run changes on the machine, as plain data: the clients make it, apply.ts carries it out. Pure. */
import type { IndexServer } from '../formats/pypirc-section.ts';
import type { Disk } from '../machine/disk.ts';
import { each, fail } from '../messages/problems.ts';
import type { Remarks } from '../messages/remarks.ts';

/** A file of ours in the private folder. */
export interface PrivateFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A variable for the later steps. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** The value with the same effect as no variable at all, if the empty one has another: GitHub cannot unset one. */
  readonly neutral?: string;
  /** Whether the value is a token or holds one. */
  readonly secret?: boolean;
}

/** What a program said. */
export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A question to a client whether it sees what was written: one quick command that changes nothing and needs no network.
 */
export interface Check {
  readonly program: string;
  readonly args: readonly string[];
  /** Whether it reads files of the workspace and runs nothing of them, so that its own variables may name some. */
  readonly readsWorkspace?: boolean;
  /**
   * @param read gives a file that the output names
   * @returns a sentence for everything that keeps the client from seeing it
   */
  readonly judge: (output: Output, read: Disk['read']) => readonly string[];
}

/**
 * What is said of a client that fails where it is asked. What it printed may hold a token, so it is not shown.
 * @param when what it had not done yet, after a space; empty where nothing is known of it
 */
export function describeExit(command: string, exitCode: number, when = ''): string {
  return `${command} failed${when} (exit code ${exitCode}); run it in a step to see why.`;
}

/** Everything that the clients need. */
export interface Changes extends Remarks {
  readonly files: readonly PrivateFile[];
  readonly variables: readonly Variable[];
  readonly indexServers: readonly IndexServer[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** Settings of this machine that override ours: each a warning or, with `preflight`, a failure. */
  readonly overrides: readonly string[];
  readonly checks: readonly Check[];
}

/**
 * The changes of all clients together.
 * @throws {Problems} for each variable that two of them need for different things
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
        `Input tools names tools that need different values of the variable ${name}; give each of them a job of its ` +
          'own.',
      );
    },
  );
}
