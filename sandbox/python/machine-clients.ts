import { pythonCommand } from '../programs/python-command.ts';
import { runProgram } from '../programs/run-program.ts';
import { environmentAt } from './environments.ts';

/** What a machine has without the public PyPI. */
export type MachineClients =
  | {
      available: true;
      /** Folder of the programs of the new environment, pip among them. */
      bin: string;
      python: string;
      /** Such as `pip 23.2.1`. */
      pip: string;
      /** Whether there is a twine on the PATH. */
      hasTwine: boolean;
    }
  | { available: false; reason: string };

/**
 * Makes a virtual environment with the pip that comes with Python, which takes no network, and looks for the machine's
 * own twine.
 *
 * @param folder the new environment's
 */
export async function machineClients(folder: string): Promise<MachineClients> {
  const base = await pythonCommand();
  if (!base.available) return base;
  const venv = await runProgram(base.command, ['-m', 'venv', folder]);
  const { bin, python, program } = environmentAt(folder);
  const version = venv.status === 0 ? await runProgram(program('pip'), ['--version']) : undefined;
  if (version?.status !== 0) {
    const [reason = 'it says nothing'] = venv.stderr.trim().split('\n').slice(-1);
    return { available: false, reason: `Python ${base.version} brings no pip for a virtual environment: ${reason}` };
  }
  const twine = await runProgram('twine', ['--version']).catch(() => undefined);
  const pip = version.stdout.split(' ').slice(0, 2).join(' ');
  return { available: true, bin, python, pip, hasTwine: twine?.status === 0 };
}
