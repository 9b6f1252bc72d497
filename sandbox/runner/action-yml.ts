import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ignoreCase } from './dotnet-text.ts';

/** What a runner needs of a JavaScript action's `action.yml`. */
export type ActionDefinition = {
  /** Declared inputs by name, in the file's order. */
  inputs: Map<string, DeclaredInput>;
  /** Names of the declared outputs. */
  outputs: string[];
  /** Absolute paths of the scripts. */
  main: string;
  post?: string;
  hasPre: boolean;
};

/** `default` is '' where the file gives none: the runner sets the variable all the same, and ignores `required`. */
export type DeclaredInput = { default: string; required: boolean; deprecationMessage?: string };

/**
 * Reads `action.yml` (or `action.yaml`) of a JavaScript action.
 * Throws for another kind of action, and for what this runner does not evaluate: expressions and `post-if`.
 */
export async function readActionYml(folder: string): Promise<ActionDefinition> {
  const text = await readFile(join(folder, 'action.yml'), 'utf8').catch(() =>
    readFile(join(folder, 'action.yaml'), 'utf8'),
  );
  const root = mapping(parse(text));
  const runs = mapping(root['runs']);
  const using = ignoreCase(scalar(runs['using']));
  if (using !== 'node20' && using !== 'node24') throw new Error(`This runner has no runtime for 'using: ${using}'.`);
  const main = scalar(runs['main']);
  if (main === '') throw new Error(`The action in ${folder} names no main script under 'runs'.`);
  const condition = scalar(runs['post-if']);
  if (condition !== '' && condition !== 'always()') throw new Error("This runner evaluates no 'post-if' but always().");
  const post = scalar(runs['post']);
  const inputs = Object.entries(mapping(root['inputs'])).map(
    ([name, input]) => [name, readInput(name, input)] as const,
  );
  return {
    inputs: new Map(inputs),
    outputs: Object.keys(mapping(root['outputs'])),
    main: join(folder, main),
    ...(post === '' ? {} : { post: join(folder, post) }),
    hasPre: scalar(runs['pre']) !== '',
  };
}

function readInput(name: string, value: unknown): DeclaredInput {
  const input = mapping(value);
  const fallback = scalar(input['default']);
  if (fallback.includes('$' + '{{')) throw new Error(`The default of input '${name}' is an expression: not evaluated.`);
  const deprecation = scalar(input['deprecationMessage']);
  return {
    default: fallback,
    required: scalar(input['required']) === 'true',
    ...(deprecation === '' ? {} : { deprecationMessage: deprecation }),
  };
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A scalar as the runner turns it into a string: null and a missing key become ''. */
function scalar(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
