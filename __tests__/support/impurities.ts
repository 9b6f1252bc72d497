/** What a module reaches beside its parameters, found in its syntax tree: what a pure module must not. */
import { isNode, type Node, parse, visit } from './syntax-tree.ts';

/** What a module does. */
export interface Reach {
  /** Globals, clocks, chance, and what is imported from packages that read or change something. */
  readonly impurities: readonly string[];
  /** The modules that it imports code from, as they are written; types do not count. */
  readonly modules: readonly string[];
}

/** Globals that read or change something outside the program, or wait. */
const GLOBALS = [
  ...['process', 'globalThis', 'console', 'performance', 'fetch', 'crypto', 'navigator', 'require', 'eval'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'AbortSignal', 'WebSocket', 'EventSource', 'BroadcastChannel'],
];

/**
 * Packages that compute, or of which some names do: `resolve` and `relative` of `node:path` read the working folder.
 */
const PACKAGES: Readonly<Record<string, 'all' | readonly string[]>> = {
  'node:buffer': 'all',
  'node:crypto': ['createHash'],
  'node:path': ['basename', 'dirname', 'extname', 'isAbsolute', 'join', 'posix', 'sep', 'win32'],
  ini: 'all',
  leven: 'all',
  'smol-toml': 'all',
};

/** @param source TypeScript */
export function reachOf(source: string): Reach {
  const impurities = new Set<string>();
  const modules = new Set<string>();
  visit(parse(source), (node, parent) => {
    for (const { from, name } of importsIn(node)) {
      if (from.startsWith('.')) modules.add(from);
      else if (!isPure(from, name)) impurities.add(name === '' ? from : `${name} of ${from}`);
    }
    const { type, name } = node;
    if (type !== 'Identifier' || typeof name !== 'string' || isMereName(node, parent)) return;
    if (GLOBALS.includes(name) || (name === 'Date' && readsClock(node, parent))) impurities.add(name);
    if (name === 'Math' && [undefined, 'random'].includes(memberOf(node, parent))) impurities.add('Math.random');
    // The same name serves as a variable, for what stands in `[global]`.
    if (name === 'global' && memberOf(node, parent) !== undefined) impurities.add(name);
  });
  return { impurities: [...impurities], modules: [...modules] };
}

/** The names that a statement or expression imports; an empty one for the whole module, or nothing of it. */
function importsIn({ type, source, specifiers = [] }: Node): { readonly from: string; readonly name: string }[] {
  if (!isNode(source) || !/^(?:Import|Export)/.test(type)) return [];
  const from = typeof source['value'] === 'string' ? source['value'] : 'a computed module';
  const names = (specifiers as Node[]).map((one) => one['imported'] ?? one['local']);
  const named = type === 'ImportDeclaration' && names.length > 0;
  return named ? names.map((one) => ({ from, name: nameOf(one) })) : [{ from, name: '' }];
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node['name'] === 'string' ? node['name'] : '';
}

function isPure(from: string, name: string): boolean {
  const names = PACKAGES[from] ?? [];
  return names === 'all' || names.includes(name);
}

/** Whether it only names a part of something: `x.process`, `{ process: 1 }`, and what an import calls its names. */
function isMereName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (/^(?:Import|Export)/.test(parent.type)) return true;
  return !parent['computed'] && (parent['property'] === node || (parent['key'] === node && parent['value'] !== node));
}

/** NAME of `it.NAME`. */
function memberOf(node: Node, parent: Node | undefined): string | undefined {
  if (parent?.type !== 'MemberExpression' || parent['object'] !== node || parent['computed']) return undefined;
  return nameOf(parent['property']);
}

/** Anything but `new Date(time)`, `Date.parse`, `Date.UTC` and `instanceof Date`. */
function readsClock(node: Node, parent: Node | undefined): boolean {
  if (['parse', 'UTC'].includes(memberOf(node, parent) ?? '')) return false;
  if (parent?.type === 'BinaryExpression') return parent['operator'] !== 'instanceof';
  return parent?.type !== 'NewExpression' || (parent['arguments'] as Node[]).length === 0;
}
