import type { ActionDefinition } from './action-yml.ts';
import type { StepLog } from './step-log.ts';

/** The step's `with:` first, in its order and spelling, then the defaults of what it leaves out. */
export function resolveInputs(definition: ActionDefinition, given: Record<string, string>): Map<string, string> {
  const inputs = new Map(Object.entries(given));
  const known = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  for (const [name, input] of definition.inputs) if (!known.has(name.toLowerCase())) inputs.set(name, input.default);
  return inputs;
}

/** INPUT_ variables: only spaces change; a hyphen stays a hyphen. */
export function inputVariables(inputs: Map<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...inputs].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** The runner's warnings about `with:`; none of them stops the step, not even a missing required input. */
export function warnAboutInputs(
  definition: ActionDefinition,
  given: Record<string, string>,
  uses: string,
  log: StepLog,
): void {
  if (definition.hasPre) log.issue('warning', `\`pre\` execution is not supported for local action from '${uses}'`);
  const declared = new Map([...definition.inputs].map(([name, input]) => [name.toLowerCase(), input]));
  for (const name of Object.keys(given)) {
    const message = declared.get(name.toLowerCase())?.deprecationMessage;
    if (message !== undefined) log.issue('warning', `Input '${name}' has been deprecated with message: ${message}`);
  }
  const unexpected = Object.keys(given).filter((name) => !declared.has(name.toLowerCase()));
  if (unexpected.length === 0) return;
  const valid = [...definition.inputs.keys()].join("', '");
  log.issue('warning', `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid}']`);
}
