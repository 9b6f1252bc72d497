/** What a client would be given, for people: no token, and no name that only one run has. Pure. */
import type { Changes, PrivateFile } from './changes.ts';
import { LIST } from './earlier-use.ts';
import type { Tool } from './table.ts';

/** What a run would do for one tool. */
export interface ClientPlan {
  readonly tool: Tool;
  readonly files: readonly PlannedFile[];
  /** What later steps would see. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  /** The sections of ~/.pypirc. */
  readonly indexServers: readonly { readonly name: string; readonly url: string }[];
}

/** A file that would be written. */
export interface PlannedFile {
  readonly path: string;
  /** What this action says in it, with `***` for a token. */
  readonly text: string;
  /** Whether settings of the user's are carried over into it. */
  readonly carriesOver: boolean;
}

/** What differs from run to run, or is none of a reader's business. */
export interface Hidden {
  /** The private folder. */
  readonly folder: string;
  /** Its 32 digits. */
  readonly run: string;
  /** Finds what stands for a token. */
  readonly token: RegExp;
}

/** What stands for the private folder. */
export const FOLDER = '$RUNNER_TEMP/codeartifact-keyring-*';

/**
 * @param changes what the tool needs on this machine
 * @param ours the same where the user has no files
 */
export function planOf(tool: Tool, changes: Changes, ours: Changes, hidden: Hidden): ClientPlan {
  const hide = (text: string) => hideIn(text, hidden);
  return {
    tool,
    files: changes.files.filter(isRead).map(({ name, bytes }) => {
      const own = ours.files.find((file) => file.name === name);
      return {
        path: `${FOLDER}/${name}`,
        text: own === undefined ? '' : hide(own.bytes.toString()),
        carriesOver: own === undefined || !own.bytes.equals(bytes),
      };
    }),
    variables: changes.variables.map(({ name, value, secret }) => ({
      name: hide(name),
      // With a token there may be secrets of the user's, as in Renovate's rules.
      value: secret ? '***' : hide(value),
    })),
    indexServers: changes.indexServers.map(({ name, url }) => ({ name, url })),
  };
}

/** Whether it is there for a client, and not for a later step of ours. */
function isRead({ name }: PrivateFile): boolean {
  return name !== LIST;
}

/** The path of a file in the private folder is written with a slash on every system. */
function hideIn(text: string, { folder, run, token }: Hidden): string {
  return text
    .replaceAll(token, '***')
    .replaceAll(`${folder}\\`, `${FOLDER}/`)
    .replaceAll(folder, FOLDER)
    .replaceAll(run, '*')
    .replaceAll(run.toUpperCase(), '*');
}

/** The plan of a client in lines. */
export function describeClient({ files, variables, indexServers }: ClientPlan): string[] {
  const written = files.flatMap(({ path, text, carriesOver }) => [
    `writes ${path}${carriesOver ? ', with settings of your own beside' : ''}:`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  const added = indexServers.map(({ name, url }) => `adds [${name}] to ~/.pypirc: ${url}`);
  const set = variables.map(({ name, value }) => `sets ${name}=${value}`);
  return [...written, ...added, ...set];
}
