import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

/** What commands do to a step and its job; a processor calls it in the order of the lines. */
export type CommandEffects = {
  /** Shows a line in the log. */
  write(line: string): void;
  /** Shows a line of the debug log, when that is on. */
  debug(text: string): void;
  issue(level: 'error' | 'warning' | 'notice', message: string, properties?: Map<string, string>): void;
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

/** Takes the lines of one step's output, one by one. */
export type CommandProcessor = {
  /** Carries out the command in the line. False: there is none (or commands are stopped), so the line is plain text. */
  process(line: string): boolean;
};

/**
 * A processor for one step, as actions/runner v2.336.0 has it (ActionCommandManager): `stop-commands` lasts until its
 * token or the end of the step; a command that cannot be carried out is an error in the log and fails the step.
 * @param echoByDefault shows commands as they are carried out, as step debug logging does
 */
export function createCommandProcessor(effects: CommandEffects, echoByDefault: boolean): CommandProcessor {
  const registered = new Set(['stop-commands', 'echo', ...COMMANDS.keys()]);
  let stopToken: string | undefined;
  let echo = echoByDefault;

  const stop = (line: string, token: string): void => {
    const refused = token === '' || registered.has(token.toLowerCase()) || token.toLowerCase() === 'pause-logging';
    if (refused && !isTrue(effects.readEnv('ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS'))) {
      effects.issue('error', STOP_TOKEN_REFUSED);
      effects.fail();
      return;
    }
    stopToken = token.toLowerCase();
    registered.add(stopToken);
    if (token.length > 6) effects.addSecret(token);
    effects.write(line);
  };

  const resume = (line: string, token: string): boolean => {
    if (stopToken === '' || token !== stopToken) return false;
    effects.write(line);
    registered.delete(token);
    stopToken = undefined;
    return true;
  };

  const setEcho = ({ data }: WorkflowCommand): void => {
    const value = data.trim().toLowerCase();
    if (value !== 'on' && value !== 'off') {
      throw new Error(`Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${data}'.`);
    }
    echo = value === 'on';
  };

  return {
    process(line) {
      const command = parseCommand(line, registered);
      if (command === undefined) return false;
      const name = command.name.toLowerCase();
      if (stopToken !== undefined) return resume(line, name);
      if (name === 'stop-commands') {
        stop(line, command.data);
        return true;
      }
      const shown = ECHOED_INSTEAD.get(name) ?? line;
      if (echo && shown !== '') effects.write(shown);
      try {
        if (name === 'echo') setEcho(command);
        else COMMANDS.get(name)?.(command, effects);
      } catch (error) {
        effects.issue('error', `Unable to process command '${ECHOED_INSTEAD.has(name) ? name : line}' successfully.`);
        effects.issue('error', error instanceof Error ? error.message : String(error));
        effects.fail();
      }
      return true;
    },
  };
}

const STOP_TOKEN_REFUSED =
  'The token of stop-commands must not be empty, pause-logging or the name of another workflow command.';

/** Commands whose line is never echoed, and what is shown in its place. */
const ECHOED_INSTEAD = new Map([
  ['add-mask', '::add-mask::***'],
  ['debug', ''],
  ['warning', ''],
  ['error', ''],
  ['notice', ''],
]);

const COMMANDS = new Map<string, (command: WorkflowCommand, effects: CommandEffects) => void>([
  ['add-mask', addMask],
  ['error', ({ data, properties }, effects) => effects.issue('error', data, properties)],
  ['warning', ({ data, properties }, effects) => effects.issue('warning', data, properties)],
  ['notice', ({ data, properties }, effects) => effects.issue('notice', data, properties)],
  ['debug', ({ data }, effects) => effects.debug(data)],
  ['group', ({ data }, effects) => effects.write(`##[group]${data}`)],
  ['endgroup', (_, effects) => effects.write('##[endgroup]')],
  ['set-output', (command, effects) => deprecated(command, effects, effects.setOutput)],
  ['save-state', (command, effects) => deprecated(command, effects, effects.saveState)],
  ['set-env', setEnv],
  ['add-path', addPath],
  // Problem matchers are not modelled: the line is taken, and nothing done.
  ['add-matcher', () => undefined],
  ['remove-matcher', () => undefined],
]);

function addMask({ data }: WorkflowCommand, effects: CommandEffects): void {
  if (data.trim() !== '') effects.addMask(data);
  else effects.issue('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
}

/** set-output and save-state still work on GitHub's runner, with a warning. */
function deprecated(
  command: WorkflowCommand,
  effects: CommandEffects,
  carryOut: (name: string, value: string) => void,
): void {
  const name = command.name.toLowerCase();
  effects.issue('warning', `The \`${name}\` command is deprecated. Use environment files instead.`);
  carryOut(requireName(command), command.data);
}

function setEnv(command: WorkflowCommand, effects: CommandEffects): void {
  refuseUnlessAllowed('set-env', effects);
  const name = requireName(command);
  if (name.toUpperCase() !== 'NODE_OPTIONS') effects.setEnv(name, command.data);
  else effects.issue('error', "Can't update NODE_OPTIONS environment variable using ::set-env:: command.");
}

function addPath(command: WorkflowCommand, effects: CommandEffects): void {
  refuseUnlessAllowed('add-path', effects);
  if (command.data === '') throw new Error("Value cannot be null. (Parameter 'path')");
  effects.addPath(command.data);
}

function requireName(command: WorkflowCommand): string {
  for (const [key, value] of command.properties) if (key.toLowerCase() === 'name') return value;
  throw new Error(`Required field 'name' is missing in ##[${command.name.toLowerCase()}] command.`);
}

/** set-env and add-path let any output write variables, so they are off since 2020. */
function refuseUnlessAllowed(name: string, effects: CommandEffects): void {
  if (effects.readEnv('ACTIONS_ALLOW_UNSECURE_COMMANDS')?.trim().toLowerCase() === 'true') return;
  throw new Error(`The \`${name}\` command is disabled. Use environment files instead.`);
}

function isTrue(value: string | undefined): boolean {
  return ['1', 'true', '$true'].includes(value?.toLowerCase() ?? '');
}
