/** The clients that can be configured. Adding one: a file beside this one, and a line in the table. */

import type { Credentials } from '../inputs.ts';
import { type Changes, joinChanges } from './changes.ts';
import type { Client, Setup } from './client.ts';
import { env } from './env.ts';
import { flit } from './flit.ts';
import { hatch } from './hatch.ts';
import { indexServers } from './index-servers.ts';
import { netrc } from './netrc.ts';
import { pdm } from './pdm.ts';
import { pip } from './pip.ts';
import { pipenv } from './pipenv.ts';
import { poetry } from './poetry.ts';
import { twine } from './twine.ts';
import { uv, uvIndexes } from './uv.ts';

/**
 * What each tool needs. flit installs with pip, hatch with pip and uv; `.pypirc` is where twine, hatch and flit find what
 * they upload with.
 */
const CLIENTS = {
  pip: [pip, netrc],
  twine: [indexServers, twine],
  uv: [netrc, uvIndexes, uv],
  poetry: [netrc, poetry],
  pdm: [netrc, pdm],
  hatch: [pip, netrc, uvIndexes, indexServers, hatch],
  flit: [pip, netrc, indexServers, flit],
  pipenv: [netrc, pipenv],
  env: [env],
} satisfies Record<string, readonly Client[]>;

/** A word of the input `tools`. */
export type Tool = keyof typeof CLIENTS;

export const TOOLS = Object.keys(CLIENTS) as Tool[];

/**
 * @returns what all the tools need together
 * @throws {Problems} when the user's files cannot be carried over, or two tools need one variable for different things
 */
export function planChanges(tools: readonly Tool[], setup: Setup): Changes {
  return joinChanges([...clientsOf(tools, setup.credentials)].map((client) => client(setup)));
}

/** The tools that look for packages in all indexes at once and take the highest version. */
export function mergingTools(tools: readonly Tool[]): Tool[] {
  return tools.filter((tool) => clientsOf([tool], 'url').has(pip) || tool === 'pdm');
}

/** Whether a tool uploads to `publish-to` where nothing else is named; poetry names its own. */
export function hasDefaultUpload(tools: readonly Tool[]): boolean {
  return tools.some((tool) => ['twine', 'uv', 'pdm', 'hatch', 'flit'].includes(tool));
}

/** Whether a tool needs index servers in ~/.pypirc. */
export function needsPypirc(tools: readonly Tool[]): boolean {
  return clientsOf(tools, 'netrc').has(indexServers);
}

function clientsOf(tools: readonly Tool[], credentials: Credentials): Set<Client> {
  const ofTool = (tool: Tool): readonly Client[] => (tool === 'pip' && credentials === 'url' ? [pip] : CLIENTS[tool]);
  return new Set(tools.flatMap(ofTool));
}
