/** The recipes of the documents, as steps that a test can follow: what a test did is what a reader is told to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fullAccess } from '../../sandbox/aws/world.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { argvDuring } from './argv.ts';
import { placesOf } from './leaks.ts';
import { type ManagedStage, setManagedStage } from './managed-project.ts';
import { type AvailableClients, pathOf } from './python-clients.ts';
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
  const text = readFileSync(join(ACTION, file), 'utf8');
  let current = '';
  // A block, or a heading outside of blocks.
  const blocks = [...text.matchAll(/^```(\S+).*\n([\s\S]*?)^```$|^(#+ .*)$/gm)].flatMap(
    ([, language = '', content = '', title]) => {
      if (title !== undefined) current = title;
      return title === undefined && current === heading ? [{ language, content }] : [];
    },
  );
  if (blocks.length === 0) throw new Error(`${file} has no blocks under "${heading}".`);
  const languages = Map.groupBy(blocks, ({ language }) => language);
  return Object.fromEntries([...languages].map(([language, all]) => [language, all.map(({ content }) => content)]));
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

/** What came of a recipe. */
export interface Outcome {
  readonly last: Followed;
  /** The last step's. */
  readonly log: string;
  /** This action's. */
  readonly outputs: Variables;
  /**
   * Where the token shows: the last step's log, an argument of a process, a file of the workspace or of another folder.
   */
  readonly leaks: readonly string[];
}

/** A job in which recipes are followed. */
export interface RecipeJob extends StagedJob {
  /** @param folders others to look for the token in, beside the workspace */
  follow(steps: readonly RecipeStep[], others?: Others, folders?: readonly string[]): Promise<Outcome>;
}

/** A stage on which the role of the recipes can be assumed. */
export interface RecipeStage extends ManagedStage {
  /** A job with `id-token: write`, which has the clients on its PATH, and before them what is in the given folders. */
  startRecipeJob(...folders: string[]): Promise<RecipeJob>;
}

/** As {@link setManagedStage}; the recipes name its account, its repositories and the role `ci`. */
export async function setRecipeStage(clients: AvailableClients): Promise<RecipeStage> {
  const stage = await setManagedStage(clients);
  stage.standIn.world.roles.push({
    arn: 'arn:aws:iam::111122223333:role/ci',
    trust: [{ subject: '*', audience: 'sts.amazonaws.com' }],
    allow: fullAccess(stage.acme),
  });
  const { requestUrl: url, requestToken: token } = stage.standIn.oidc;
  const startRecipeJob = async (...programs: string[]): Promise<RecipeJob> => {
    const machine = { PATH: pathOf(clients, ...programs), AWS_EC2_METADATA_DISABLED: 'true' };
    const job = await stage.startJob({ idToken: { url, token }, machine });
    return Object.assign(job, {
      async follow(steps: readonly RecipeStep[], others: Others = {}, folders: readonly string[] = []) {
        const { result, argv } = await argvDuring(() => follow(job, steps, { others }));
        return judge(result, argv, [job.workspace, ...folders]);
      },
    });
  };
  return Object.assign(stage, { startRecipeJob });
}

function judge(results: readonly Followed[], argv: readonly string[], folders: readonly string[]): Outcome {
  const { outputs } = results.find((step) => step.outputs['token']) ?? { outputs: {} as Variables };
  const secret = outputs['token'];
  const last = results.at(-1);
  if (!secret || !last) throw new Error(results.map(({ log }) => log.join('\n')).join('\n'));
  return {
    last,
    log: last.log.join('\n'),
    outputs,
    leaks: placesOf([secret], { log: last.rawLog, argv, folders }),
  };
}

/**
 * Takes the steps one after the other: ours by `dist/`, `run` by the shell, those of others by what stands for them.
 * `actions/checkout` and what sets programs up is passed over; the test has done that.
 * @throws for an action that nothing stands for
 */
async function follow(
  job: StagedJob,
  steps: readonly RecipeStep[],
  { others }: { others: Others },
): Promise<Followed[]> {
  const known: Record<string, Variables> = {};
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
