import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeText } from './byte-order-mark.ts';
import type { CommandEffects } from './command-processor.ts';
import { isBlockedVariable, readPairs, readPaths } from './file-commands.ts';
import type { Masker } from './masker.ts';
import { maskSummary } from './step-summary.ts';

/** The file commands of one step: fresh empty files, and the variables that name them. */
export type StepFiles = {
  variables: Record<string, string>;
  /** Reads what the step wrote and carries it out, in the runner's order; gives the masked summary, '' without one. */
  process(effects: CommandEffects, masker: Masker): Promise<string>;
};

const FILES = {
  path: 'add_path_',
  env: 'set_env_',
  step_summary: 'step_summary_',
  state: 'save_state_',
  output: 'set_output_',
  artifacts: 'artifacts_',
  artifacts_list: 'artifacts_list_',
} as const;
type FileCommand = keyof typeof FILES;

/** Their files are made for every step; what is in them is not read here. */
const NOT_MODELLED: readonly FileCommand[] = ['artifacts', 'artifacts_list'];

/** Makes the files in a folder. Like the runner's, they stay there until RUNNER_TEMP is emptied at the job's end. */
export async function createFileCommands(folder: string): Promise<StepFiles> {
  await mkdir(folder, { recursive: true });
  const suffix = randomUUID();
  const paths = new Map(
    (Object.keys(FILES) as FileCommand[]).map((name) => [name, join(folder, FILES[name] + suffix)]),
  );
  for (const path of paths.values()) await writeFile(path, '');
  return {
    variables: Object.fromEntries([...paths].map(([name, path]) => [`GITHUB_${name.toUpperCase()}`, path])),
    async process(effects, masker) {
      let summary = '';
      for (const [name, path] of paths) {
        if (NOT_MODELLED.includes(name)) continue;
        try {
          const bytes = await readStepFile(name, path);
          if (name === 'step_summary') summary = carryOutSummary(bytes, effects, masker);
          else carryOut(name, decodeText(bytes), effects);
        } catch (error) {
          effects.issue('error', `Unable to process file command '${name}' successfully.`);
          effects.issue('error', error instanceof Error ? error.message : String(error));
          effects.fail();
        }
      }
      return summary;
    },
  };
}

/** A step may delete its files, or put folders in their places: for two of them that is the same to the runner. */
async function readStepFile(name: FileCommand, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || (code === 'EISDIR' && (name === 'path' || name === 'step_summary')))
      return Buffer.alloc(0);
    throw code === 'EISDIR' ? new Error(`Access to the path '${path}' is denied.`) : error;
  }
}

function carryOut(command: FileCommand, text: string, effects: CommandEffects): void {
  if (command === 'path') {
    for (const path of readPaths(text)) effects.addPath(path);
    return;
  }
  for (const [name, value] of readPairs(text)) {
    if (command === 'env') carryOutVariable(name, value, effects);
    else if (command === 'state') {
      effects.saveState(name, value);
      effects.debug(`Save intra-action state ${name} = ${value}`);
    } else {
      effects.setOutput(name, value);
      effects.debug(`Set output ${name} = ${value}`);
    }
  }
}

/** A refused name is an error in the log, but the step does not fail for it. */
function carryOutVariable(name: string, value: string, effects: CommandEffects): void {
  if (isBlockedVariable(name)) {
    effects.issue('error', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    return;
  }
  effects.setEnv(name, value);
  effects.debug(`${name}='${value}'`);
}

/** A summary that cannot be uploaded is an error in the log, but the step does not fail for it. */
function carryOutSummary(bytes: Buffer, effects: CommandEffects, masker: Masker): string {
  try {
    return maskSummary(bytes, masker);
  } catch (error) {
    effects.issue('error', error instanceof Error ? error.message : String(error));
    return '';
  }
}
