/** What the rows of the table declare, of a tool with all that it needs, and of all together. Pure. */
import { type Part, partOf, ROWS, rowOf, TOOLS, type Tool, type Traits } from './table.ts';

/** The rows of a tool and of all that it needs, each once, in the order in which they are configured. */
export function rowsOf(tool: Tool): Traits[] {
  const rows = new Set<Traits>();
  const add = (row: Traits) => {
    for (const part of row.parts) add(partOf(part));
    rows.add(row);
  };
  add(rowOf(tool));
  return [...rows];
}

/** The tools that need a part. */
export function toolsWith(part: Part, tools: readonly Tool[] = TOOLS): Tool[] {
  return tools.filter((tool) => rowsOf(tool).includes(partOf(part)));
}

/** The names of all files that clients have in the private folder. */
export const PRIVATE_FILES: readonly string[] = ROWS.flatMap(({ files }) => files);

/** Those of the tools that set a variable, by themselves or by a part. */
export function toolsThatSet(variable: string, tools: readonly Tool[]): Tool[] {
  return tools.filter((tool) => patternOf(rowsOf(tool).flatMap(({ variables }) => variables)).test(variable));
}

/** Whether a variable is one that a client sets. */
export function isOurVariable(name: string): boolean {
  return OUR_VARIABLES.test(name);
}

const OUR_VARIABLES = patternOf(ROWS.flatMap(({ variables }) => variables));

/** What the names of variables are like: `*` stands for letters, digits and `_`. */
export function patternOf(variables: readonly string[]): RegExp {
  return new RegExp(`^(?:${variables.join('|').replaceAll('*', '[A-Z0-9_]+')})$`);
}
