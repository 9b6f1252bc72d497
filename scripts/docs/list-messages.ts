/** Writes docs/messages.md, the table of all that the action can say, from the texts of src/: `list-messages.ts`. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { textsOf } from '../../__tests__/support/said-by-source.ts';
import { isNode, type Node } from '../../__tests__/support/syntax-tree.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGE = new URL('docs/messages.md', ROOT);

/** Texts of several words that nobody is told: what others say, what is written to files, programs, patterns. */
const NO_MESSAGES: readonly RegExp[] = [
  /^(?:No artifacts found|Missing required option|socket hang up|Invalid response from STS)$/,
  /^Could not load credentials from any$/,
  /^A keyringrc\.cfg with mistakes has no sections\.$|cannot name a value\.$|^No row of /,
  /^AWS did not let the job assume the role\.$/,
  /worker_threads|^# In the place of|^machine |^\n| = name=| = mode=|^\(\?|^<|^X-/,
];

/** @returns the page, in Markdown, for the files of src/: their paths in it and their texts */
export function listMessages(files: readonly { readonly path: string; readonly text: string }[]): string {
  const rows = files.flatMap(({ path, text }) =>
    [...new Set(messagesOf(text))].map((message) => `| ${asCode(message)} | \`${path}\` |`),
  );
  return [
    '# Messages\n',
    '<!-- Made from src/ by `npm run document`; do not edit. -->\n',
    'All that the action can say, and the phrases that its messages are put together from, by the file of\n' +
      '`src/` that says it. CAPITALS stand for what differs.\n\n' +
      'What to do about each: [troubleshooting](troubleshooting.md).\n',
    ['| message | file |', '|---|---|', ...rows, ''].join('\n'),
  ].join('\n');
}

/** The files of src/. */
export function readSources(): { readonly path: string; readonly text: string }[] {
  return globSync('src/**/*.ts', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => ({ path: path.slice('src/'.length), text: readFileSync(new URL(path, ROOT), 'utf8') }));
}

/** The sentences and phrases of a file, in the order in which they stand; what is put in as CAPITALS. */
export function messagesOf(source: string): string[] {
  return textsOf(source, (node) => (isNode(node) ? nameOf(node) : '...'))
    .map((text) => text.trim())
    .filter((text) => {
      const words = text.split(/\s+/).filter((word) => /[a-z]/.test(word));
      return words.length >= 3 && !NO_MESSAGES.some((pattern) => pattern.test(text));
    });
}

/** Functions that only change the form of what they are given. */
const FORMS = [
  'joinWords',
  'joinFirst',
  'aliasesOf',
  'quoteWords',
  'describeError',
  'withFullStop',
  'seconds',
  'quote',
];

/** What an expression is called, in capitals; dots for one that has no name. */
function nameOf(node: Node): string {
  const { callee, arguments: given, property, object } = node as Record<string, unknown>;
  if (node.type === 'Identifier') return inCapitals(String(node['name']));
  if (node.type === 'ChainExpression') return nameOf(node['expression'] as Node);
  if (node.type === 'MemberExpression')
    return isNode(property) && property.type === 'Identifier' ? nameOf(property) : '...';
  if (node.type !== 'CallExpression' || !isNode(callee)) return '...';
  const [first] = given as Node[];
  const name = String(callee['name'] ?? (callee['property'] as Node | undefined)?.['name'] ?? '');
  if (first && (name === 'quoted' || name === 'stringify')) return `"${nameOf(first)}"`;
  if (first && FORMS.includes(name)) return nameOf(first);
  if (['join', 'toISOString', 'trim'].includes(name) && isNode(callee['object']))
    return nameOf(callee['object'] as Node);
  return isNode(object) ? nameOf(object) : '...';
}

function inCapitals(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/** A text of one line as code, whatever backticks are in it. */
function asCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}

if (import.meta.main) writeFileSync(PAGE, listMessages(readSources()));
