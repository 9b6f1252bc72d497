/** The variables of a client that preflight starts. Pure but for the disk that it is handed. */
import type { Check, Variable } from '../clients/changes.ts';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { isOutside, pathsOf } from './outside.ts';
import { hasUserinfo } from './userinfo.ts';

/**
 * What this action has from the runner and no client needs: inputs, state, ways to ask GitHub for tokens, the files by
 * which a step sets variables and outputs for others; and the credentials of AWS.
 */
const OF_THE_STEP = /^(?:(?:INPUT|STATE|ACTIONS|AWS)_|GITHUB_(?!ACTIONS$))/i;

/** Names of secrets of others. */
const SECRET = /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|CREDENTIAL|_AUTH(?:_|$)|_KEY(?:_|$)|_PAT$/i;

/** Lists of places from which programs and libraries are loaded; a relative one is a place of the workspace. */
const PLACES = /^(?:PATH|PYTHONPATH|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_\w+)$/i;

/**
 * The variables that later steps will have, without those that this client does not need, and without any place of the
 * workspace: a module, a plugin, a cache or a program there would run in this step.
 */
export function childEnvironment(
  { program, readsWorkspace }: Pick<Check, 'program' | 'readsWorkspace'>,
  variables: readonly Variable[],
  machine: Machine,
  disk: Disk,
): Record<string, string> {
  const secrets = variables.filter(({ secret }) => secret).map(({ name }) => name);
  const ours = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  const isOwn = (name: string) => name.toUpperCase().startsWith(`${program.toUpperCase()}_`);
  return Object.fromEntries(
    Object.entries({ ...machine.environment, ...ours }).flatMap(([name, value]): [string, string][] => {
      if (value === undefined || secrets.includes(name) || OF_THE_STEP.test(name)) return [];
      // No client makes a call here, so none needs a proxy.
      if (!isOwn(name) && (SECRET.test(name) || hasUserinfo(value))) return [];
      const left = readsWorkspace && isOwn(name) ? value : withoutWorkspace(name, value, machine, disk);
      return left === undefined ? [] : [[name, left]];
    }),
  );
}

/** A list without its places in the workspace; any other value as it is, or undefined where it has one. */
function withoutWorkspace(name: string, value: string, machine: Machine, disk: Disk): string | undefined {
  const { delimiter, isAbsolute } = pathsOf(machine);
  if (PLACES.test(name)) {
    const separator = name.toUpperCase() === 'LD_PRELOAD' ? /[: ]/ : delimiter;
    return value
      .split(separator)
      .filter((place) => isOutside(place, machine, disk))
      .join(delimiter);
  }
  const named = value.split(delimiter).filter((place) => isAbsolute(place));
  const isThere = mentions(value, machine.workspace) || named.some((place) => !isOutside(place, machine, disk));
  return isThere ? undefined : value;
}

/** Whether a text has the folder in it, as in an option: `--home=/work/repo/x`; `/work/repository` is another. */
function mentions(text: string, folder: string): boolean {
  return text
    .split(folder)
    .slice(1)
    .some((rest) => !/^[\w.-]/.test(rest));
}
