/** The syntax tree of a file of TypeScript, without its types. */
import { stripTypeScriptTypes } from 'node:module';
import { type FormatOptions, minify_sync } from 'terser';

/** A node of an ESTree. */
export interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** @param source TypeScript that Node.js runs as it is */
export function parse(source: string): Node {
  // The types of terser leave out `spidermonkey`, the form of the tree, and `ast`, which has it.
  const format = { spidermonkey: true, code: false } as FormatOptions;
  const options = { module: true, compress: false, mangle: false, format };
  return (minify_sync(stripTypeScriptTypes(source), options) as unknown as { readonly ast: Node }).ast;
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
