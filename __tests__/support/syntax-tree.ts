/** The syntax tree of a file of TypeScript, without its types. */
import { stripTypeScriptTypes } from 'node:module';
import { parse as parseJavaScript } from 'acorn';

/** A node of an ESTree. */
export interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** @param source TypeScript that Node.js runs as it is */
export function parse(source: string): Node {
  const tree = parseJavaScript(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' });
  return tree as unknown as Node;
}

/** Shows a node and all below it, each with the one that it is a part of. */
export function visit(node: Node, see: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  see(node, parent);
  for (const part of Object.values(node).flat()) if (isNode(part)) visit(part, see, node);
}

/** Whether it is a node, and no name, sign or missing part. */
export function isNode(value: unknown): value is Node {
  return typeof (value as Partial<Node> | null)?.type === 'string';
}
