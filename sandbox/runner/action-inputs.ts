import type { ActionDefinition } from './action-yml.ts';
import { ignoreCase, toUpperInvariant } from './dotnet-text.ts';
import type { StepLog } from './step-log.ts';

/** The step's `with:` first, in its order and spelling, then the defaults of what it leaves out. */
export function resolveInputs(definition: ActionDefinition, given: Record<string, string>): Map<string, string> {
  const inputs = new Map(Object.entries(given));
  const known = new Set(Object.keys(given).map(ignoreCase));
  for (const [name, input] of definition.inputs) if (!known.has(ignoreCase(name))) inputs.set(name, input.default);
  return inputs;
}

/** INPUT_ variables: only spaces change; a hyphen stays a hyphen. */
export function inputVariables(inputs: Map<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...inputs].map(([name, value]) => [`INPUT_${toUpperInvariant(name.replaceAll(' ', '_'))}`, value]),
  );
}

/**
 * The runner's warnings about `with:`, the same before main and before post. None of them stops the step, not even a
 * missing required input; and a deprecated one is only known in the spelling of action.yml.
 */
export function warnAboutInputs(
  definition: ActionDefinition,
  given: Record<string, string>,
  uses: string,
  log: StepLog,
): void {
  if (definition.hasPre) log.issue('warning', `\`pre\` execution is not supported for local action from '${uses}'`);
  for (const name of Object.keys(given)) {
    const message = definition.inputs.get(name)?.deprecationMessage;
    if (message !== undefined) log.issue('warning', `Input '${name}' has been deprecated with message: ${message}`);
  }
  const declared = new Set([...definition.inputs.keys()].map(ignoreCase));
  const unexpected = Object.keys(given).filter((name) => !declared.has(ignoreCase(name)));
  if (unexpected.length === 0) return;
  const valid = [...definition.inputs.keys()].join("', '");
  log.issue('warning', `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid}']`);
}
