import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { placeAnnotation } from './annotation-place.ts';
import { toUpperInvariant, trim } from './dotnet-text.ts';
import type { Annotation } from './step-log.ts';
import type { WorkflowCommand } from './workflow-commands.ts';

/** What commands do to a step and its job; a processor calls it in the order of the lines. */
export type CommandEffects = {
  /** GITHUB_WORKSPACE and GITHUB_REPOSITORY. */
  readonly workspace: string;
  readonly repository: string;
  /** Shows a line in the log. */
  write(line: string): void;
  /** Shows a line of the debug log, when that is on. */
  debug(text: string): void;
  issue(level: Annotation['level'], message: string, properties?: Map<string, string>): void;
  /** Marks the step as failed, whatever its exit code. */
  fail(): void;
  /** Registers one secret. */
  addSecret(value: string): void;
  /** Registers one secret, and each of its lines. */
  addMask(data: string): void;
  setOutput(name: string, value: string): void;
  saveState(name: string, value: string): void;
  setEnv(name: string, value: string): void;
  addPath(path: string): void;
  /** A variable of the step's env context: two of them allow what is refused by default. */
  readEnv(name: string): string | undefined;
};

type CarryOut = (command: WorkflowCommand, effects: CommandEffects) => void;

/** Commands whose line is never echoed, and what is shown in its place. */
export const ECHOED_INSTEAD = new Map([
  ['add-mask', '::add-mask::***'],
  ['debug', ''],
  ['warning', ''],
  ['error', ''],
  ['notice', ''],
]);

/** What each command does, but for the two that change how the next lines are read. Throws the runner's words. */
export const COMMANDS = new Map<string, CarryOut>([
  ['add-mask', addMask],
  ['error', annotate('error')],
  ['warning', annotate('warning')],
  ['notice', annotate('notice')],
  ['debug', ({ data }, effects) => effects.debug(data)],
  ['group', ({ data }, effects) => effects.write(`##[group]${data}`)],
  ['endgroup', (_, effects) => effects.write('##[endgroup]')],
  ['set-output', (command, effects) => deprecated(command, effects, effects.setOutput)],
  ['save-state', (command, effects) => deprecated(command, effects, effects.saveState)],
  ['set-env', setEnv],
  ['add-path', addPath],
  ['add-matcher', addMatcher],
  ['remove-matcher', removeMatcher],
]);

function addMask({ data }: WorkflowCommand, effects: CommandEffects): void {
  if (trim(data) !== '') effects.addMask(data);
  else effects.issue('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
}

function annotate(level: Annotation['level']): CarryOut {
  return ({ data, properties }, effects) => effects.issue(level, data, placeAnnotation(properties, effects));
}

/** set-output and save-state still work on GitHub's runner, with a warning. */
function deprecated(
  command: WorkflowCommand,
  effects: CommandEffects,
  carryOut: (name: string, value: string) => void,
): void {
  effects.issue(
    'warning',
    `The \`${command.name.toLowerCase()}\` command is deprecated and will be disabled soon. Please upgrade to using ` +
      'Environment Files. For more information see: ' +
      'https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/',
  );
  carryOut(requireName(command), command.data);
}

function setEnv(command: WorkflowCommand, effects: CommandEffects): void {
  refuseUnlessAllowed('set-env', effects);
  const name = requireName(command);
  if (toUpperInvariant(name) !== 'NODE_OPTIONS') effects.setEnv(name, command.data);
  else effects.issue('error', "Can't update NODE_OPTIONS environment variable using ::set-env:: command.");
}

function addPath(command: WorkflowCommand, effects: CommandEffects): void {
  refuseUnlessAllowed('add-path', effects);
  if (command.data === '') throw new Error("Value cannot be null. (Parameter 'path')");
  effects.addPath(command.data);
}

function requireName(command: WorkflowCommand): string {
  const name = command.properties.get('name') ?? '';
  if (name === '') throw new Error(`Required field 'name' is missing in ##[${command.name.toLowerCase()}] command.`);
  return name;
}

/** set-env and add-path let any output write variables, so they are off since 2020. */
function refuseUnlessAllowed(name: string, effects: CommandEffects): void {
  if (effects.readEnv('ACTIONS_ALLOW_UNSECURE_COMMANDS')?.trim().toLowerCase() === 'true') return;
  throw new Error(
    `The \`${name}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command ` +
      'execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`. For more ' +
      'information see: ' +
      'https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/',
  );
}

/** What a problem matcher does is not modelled: its file is only looked for. */
function addMatcher({ data }: WorkflowCommand, effects: CommandEffects): void {
  if (data === '') effects.issue('warning', 'File path must be specified.');
  else requireFile(data, effects);
}

function removeMatcher({ data, properties }: WorkflowCommand, effects: CommandEffects): void {
  const byOwner = (properties.get('owner') ?? '') !== '';
  if (byOwner !== (data !== '')) {
    if (!byOwner) requireFile(data, effects);
    return;
  }
  const message = byOwner
    ? 'Either specify an owner name or a file path in ##[remove-matcher] command. Both values cannot be set.'
    : 'Either an owner name or a file path must be specified in ##[remove-matcher] command.';
  effects.issue('warning', message);
}

function requireFile(name: string, { workspace }: CommandEffects): void {
  const path = resolve(workspace, name);
  if (!existsSync(path)) throw new Error(`Could not find file '${path}'.`);
}
