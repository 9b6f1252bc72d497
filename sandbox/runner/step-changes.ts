import type { CommandEffects } from './commands.ts';
import type { JobContext } from './job-context.ts';
import { NamedValues } from './named-values.ts';

/** What a step changes for the steps after it. */
export type StepChanges = Pick<CommandEffects, 'setOutput' | 'setEnv' | 'addPath'>;

/** Changes that count at once. An empty name is refused in the runner's words. */
export function changeAtOnce(job: JobContext, id: string): StepChanges {
  return {
    setOutput(name, value) {
      requireName(name);
      // A workflow cannot name the outputs of a step whose id GitHub made up.
      if (id.startsWith('__')) return;
      const outputs = job.outputs.get(id) ?? new NamedValues();
      job.outputs.set(id, outputs.set(name, value));
    },
    setEnv(name, value) {
      requireName(name);
      job.environment.exported.set(name, value);
    },
    addPath: job.environment.addPath,
  };
}

/** Changes of a background step: they count when it was waited for, and again each time that it is waited for again. */
export function changeWhenAwaited(now: StepChanges): StepChanges & { apply(): void } {
  const [outputs, variables] = [new Map<string, string>(), new NamedValues()];
  const paths: string[] = [];
  return {
    setOutput: (name, value) => outputs.set(name, value),
    setEnv: (name, value) => variables.set(name, value),
    addPath: (path) => paths.push(path),
    apply() {
      for (const [name, value] of outputs) now.setOutput(name, value);
      for (const [name, value] of variables) now.setEnv(name, value);
      for (const path of paths) now.addPath(path);
    },
  };
}

function requireName(name: string): void {
  if (name === '') throw new Error("Value cannot be null. (Parameter 'name')");
}
