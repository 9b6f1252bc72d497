/** The recipes of the documents, as steps that a test can follow: what a test did is what a reader is told to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { ACTION, type StagedJob } from './stage.ts';

type Variables = Record<string, string>;

/** A step of a workflow, with its expressions. */
export interface RecipeStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Variables;
  readonly env?: Variables;
}

/** The fenced blocks of a section, by language, in their order. */
export type Blocks = Readonly<Record<string, readonly string[]>>;

/** @throws where the document has no such section, or no blocks in it */
export function readSection(file: string, heading: string): Blocks {
  const found: Record<string, string[]> = {};
  let current = '';
  // A block, or a heading outside of blocks.
  for (const [, language, content, title] of readFileSync(join(ACTION, file), 'utf8').matchAll(
    /^```(\S+).*\n([\s\S]*?)^```$|^(#+ .*)$/gm,
  )) {
    if (title !== undefined) current = title;
    else if (current === heading) (found[language ?? ''] ??= []).push(content ?? '');
  }
  if (Object.keys(found).length === 0) throw new Error(`${file} has no blocks under "${heading}".`);
  return found;
}

/** The steps of a block: of a list of steps, or of `steps:`. */
export function readSteps(yaml: string | undefined): RecipeStep[] {
  const content = parse(yaml ?? '');
  const steps = Array.isArray(content) ? content : content?.steps;
  if (!Array.isArray(steps)) throw new Error('The block has no steps.');
  return steps;
}

/** What came of a step. */
export type Followed = Pick<StepResult, 'outcome' | 'outputs' | 'log' | 'rawLog'>;

/** What stands for an action of others: what it does with its inputs and variables. */
export type Others = Readonly<Record<string, (inputs: Variables, env: Variables) => Promise<Followed>>>;

/**
 * Takes the steps one after the other: ours by `dist/`, `run` by the shell, those of others by what stands for them.
 * `actions/checkout` and what sets programs up is passed over; the test has done that.
 * @param outputs of steps that were taken before, by their ids
 * @throws for an action that nothing stands for
 */
export async function follow(
  job: StagedJob,
  steps: readonly RecipeStep[],
  { others = {}, outputs = {} }: { others?: Others; outputs?: Record<string, Variables> } = {},
): Promise<Followed[]> {
  const known = { ...outputs };
  const results: Followed[] = [];
  for (const step of steps) {
    const [inputs, env] = [evaluate(step.with, known), evaluate(step.env, known)];
    const name = step.uses?.replace(/@.*$/, '') ?? '';
    if (/^actions\/checkout$|\/setup-/.test(name)) continue;
    const result: Followed | undefined =
      name === 'codeartifact-keyring/action'
        ? await job.action(inputs, { env })
        : step.run === undefined
          ? await others[name]?.(inputs, env)
          : await job.run(step.run, { env });
    if (!result) throw new Error(`Nothing stands for ${step.uses}.`);
    if (step.id !== undefined) known[step.id] = result.outputs;
    results.push(result);
  }
  return results;
}

const OUTPUT = String.raw`steps\.(?<step>[\w-]+)\.outputs\.(?<output>[\w-]+)`;
const EXPRESSION = new RegExp(
  String.raw`\$\{\{ (?:${OUTPUT}|fromJSON\(${OUTPUT}\)\[(?<index>\d+)\]\.(?<key>\w+)) \}\}`,
  'g',
);

/** @throws for an expression of another form, and for an output that is empty or not there */
function evaluate(values: Variables | undefined, outputs: Record<string, Variables>): Variables {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, text]) => {
      const value = String(text).replace(EXPRESSION, (...parts) => {
        const { step = '', output = '', index, key = '' } = parts.at(-1) as Variables;
        const found = outputs[step]?.[output];
        const result = index === undefined ? found : JSON.parse(found ?? '')[Number(index)]?.[key];
        if (!result) throw new Error(`${parts[0]} is empty.`);
        return result;
      });
      if (value.includes('${{')) throw new Error(`${name}: ${value} has an expression of an unknown form.`);
      return [name, value];
    }),
  );
}
