/** The texts of a file of TypeScript: what its messages are made of. */
import { isNode, type Node, parse, visit } from './syntax-tree.ts';

/** Stands in a text for what is put in at run time. */
export const HOLE = '\u25a1';

/**
 * All texts, whole: what `+` joins is one.
 * @param holeFor what stands in a text for an expression: a {@link HOLE} unless given
 */
export function textsOf(source: string, holeFor: (node: unknown) => string = () => HOLE): string[] {
  const texts: string[] = [];
  visit(parse(source), (node, parent) => {
    const text = isText(node) && !(parent && isJoin(parent) && isText(parent)) ? fold(node, holeFor) : '';
    if (text !== '') texts.push(text);
  });
  return texts;
}

function isJoin({ type, operator }: Node): boolean {
  return type === 'BinaryExpression' && operator === '+';
}

function isText(node: Node): boolean {
  if (isJoin(node)) return [node['left'], node['right']].some((side) => isNode(side) && isText(side));
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node['value'] === 'string');
}

function fold(node: unknown, holeFor: (node: unknown) => string): string {
  if (!isNode(node) || !isText(node)) return holeFor(node);
  if (isJoin(node)) return fold(node['left'], holeFor) + fold(node['right'], holeFor);
  if (node.type === 'Literal') return String(node['value']);
  const parts = (node['quasis'] as Node[]).map(({ value }) => (value as { readonly cooked: string }).cooked);
  const holes = (node['expressions'] as Node[]).map(holeFor);
  return parts.map((part, index) => part + (holes[index] ?? '')).join('');
}
