/** The machine that a step runs on. The one file that reads the process: its variables, its home, its system. */
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { fail } from '../messages/problems.ts';

/** The variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a run has to know of its machine; read once, and handed to every stage that needs it. */
export interface Machine {
  readonly environment: Environment;
  /** The folder that `~` stands for; empty where the system names none. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The folder of the checkout, as an absolute path. */
  readonly workspace: string;
}

/** Reads the machine of this process. Never throws. */
export function readMachine(): Machine {
  return {
    environment: process.env,
    home: readHome(),
    platform: process.platform,
    workspace: resolve(process.env['GITHUB_WORKSPACE'] || '.'),
  };
}

/** A user id without HOME and without an entry in /etc/passwd, as containers have it, makes `homedir` throw. */
function readHome(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/**
 * The AWS SDK asks the system for the home by itself, and fails without one; and what is beside a home that is no
 * absolute path lies in the workspace, where a checkout may have put it.
 * @throws {Problems} for such a home
 */
export function checkHome({ home, platform }: Pick<Machine, 'home' | 'platform'>): void {
  if (isAbsolute(home)) return;
  const name = homeVariable({ platform });
  fail(`The variable ${name} names no absolute path, so nothing says where the files of this user are; set ${name}.`);
}

/** The variable that says where `~` is, to Python (`os.path.expanduser`) and to Node.js. */
export function homeVariable({ platform }: Pick<Machine, 'platform'>): 'HOME' | 'USERPROFILE' {
  return platform === 'win32' ? 'USERPROFILE' : 'HOME';
}
