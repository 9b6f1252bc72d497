import { node24Path } from '../programs/node24-path.mjs';
import { inputVariables, resolveInputs, warnAboutInputs } from './action-inputs.ts';
import { readActionYml } from './action-yml.ts';
import type { JobContext } from './job-context.ts';
import type { EnvContext } from './job-environment.ts';
import { NamedValues } from './named-values.ts';
import type { Step } from './step.ts';
import type { StepLog } from './step-log.ts';

/** A `uses:` step as a workflow describes it; `uses` is what it names the action. */
export type ActionStep = {
  id: string;
  folder: string;
  uses: string;
  with: Record<string, string>;
  env: Record<string, string>;
};

/** Reads the action; gives its main, and its post with what main will have saved when it is asked for. */
export async function describeAction(
  job: JobContext,
  { id, folder, uses, with: given, env }: ActionStep,
): Promise<{ main: Step; post?: () => Step }> {
  const definition = await readActionYml(folder);
  const { main, post } = definition;
  const name = `Run ${uses}`;
  const inputs = resolveInputs(definition, given);
  const actionEnv = { ...inputVariables(inputs), ...job.runtime };
  const common = { id, env, state: new NamedValues() };
  const introduceMain = (log: StepLog, context: EnvContext): void => {
    warnAboutInputs(definition, given, uses, log);
    log.write(`##[group]${name}`);
    writeBlock(log, 'with:', inputs, (value) => value !== '');
    writeBlock(log, 'env:', context);
    log.write('##[endgroup]');
  };
  const introducePost = (log: StepLog): void => {
    warnAboutInputs(definition, given, uses, log);
    log.write('Post job cleanup.');
  };
  const describePost = (script: string): Step => ({
    ...common,
    name: `Post ${name}`,
    process: { file: node24Path(), args: [script] },
    actionEnv: { ...stateVariables(common.state), ...actionEnv },
    intro: introducePost,
  });
  return {
    main: { ...common, name, process: { file: node24Path(), args: [main] }, actionEnv, intro: introduceMain },
    ...(post === undefined ? {} : { post: () => describePost(post) }),
  };
}

/** The title stands also above a block whose values are all left out. */
export function writeBlock(
  log: StepLog,
  title: string,
  entries: ReadonlyMap<string, string>,
  shows = (_: string) => true,
): void {
  if (entries.size > 0) log.write(title);
  for (const [name, value] of entries) if (shows(value)) log.write(`  ${name}: ${value}`);
}

/** STATE_ variables of a post. */
function stateVariables(state: NamedValues): Record<string, string> {
  return Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value]));
}
