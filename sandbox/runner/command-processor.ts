import { COMMANDS, type CommandEffects, ECHOED_INSTEAD } from './commands.ts';
import { ignoreCase, toUpperInvariant, trim } from './dotnet-text.ts';
import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

export type { CommandEffects } from './commands.ts';

/** Takes the lines of one step's output, one by one. */
export type CommandProcessor = {
  /**
   * Carries out the command in the line. False: there is none (or commands are stopped), so the line is plain text.
   * Throws for a stop token that the runner refuses: it fails the step at once, and hears nothing more of its process.
   */
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
    const name = ignoreCase(token);
    const refused = name === '' || registered.has(name) || name === 'pause-logging';
    if (refused && !isTrue(effects.readEnv('ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS'))) {
      throw new Error(STOP_TOKEN_REFUSED);
    }
    stopToken = name;
    registered.add(name);
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
    if (data === '') throw new Error("Value cannot be null. (Parameter 'value')");
    const value = toUpperInvariant(trim(data));
    if (value !== 'ON' && value !== 'OFF') {
      throw new Error(`Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${data}'.`);
    }
    echo = value === 'ON';
  };

  return {
    process(line) {
      const command = parseCommand(line, registered);
      if (command === undefined) return false;
      const name = ignoreCase(command.name);
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
  "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command. For " +
  'more information see: https://docs.github.com/actions/learn-github-actions/workflow-commands-for-github-actions' +
  '#example-stopping-and-starting-workflow-commands or opt into insecure command execution by setting the ' +
  '`ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS` environment variable to `true`.';

function isTrue(value: string | undefined): boolean {
  return ['1', 'true', '$true'].includes(value?.toLowerCase() ?? '');
}
