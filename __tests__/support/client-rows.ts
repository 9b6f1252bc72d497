/** The table of the clients as tests go through it: what can be configured by itself, and the variables of all. */
import { type Part, partOf, rowOf, TOOLS, type Tool } from '../../src/clients/table.ts';

/** The parts that are no clients. */
const PARTS = [...new Set(TOOLS.flatMap((tool) => rowOf(tool).parts))].filter(
  (part): part is Exclude<Part, Tool> => !(TOOLS as readonly string[]).includes(part),
);

/** Parts and clients, by their names. */
export const ROWS = [
  ...PARTS.map((part) => ({ name: part, ...partOf(part) })),
  ...TOOLS.map((tool) => ({ name: tool, ...rowOf(tool) })),
];

/** Whether a variable is meant by what a row declares: a name, in which `*` stands for letters, digits and `_`. */
export function declares(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '[A-Z0-9_]+')}$`).test(name);
}

/** All variables that rows declare, with that in the place of each `*`. */
export function variablesWith(filling: string): string[] {
  return ROWS.flatMap(({ variables }) => variables.map((name) => name.replaceAll('*', filling)));
}
