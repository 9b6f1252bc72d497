/** Makes a bundle start faster: V8 compiles at once what usual steps call. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyNode, type FunctionDeclaration, type Node, parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import MagicString from 'magic-string';

/** A coverage report of V8, as far as it matters here. */
interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly CoveredFunction[] }[];
}

/** The first range of a function is the whole of it. */
interface CoveredFunction {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

/** A declaration, and where the body starts that holds it. */
interface Declared {
  readonly declaration: FunctionDeclaration;
  readonly start: number;
}

/**
 * Puts parentheses around each function that usual steps call. V8 reads most functions twice: to find their end, and
 * again when something calls them. It compiles a function in parentheses at once.
 *
 * A declaration cannot stand in parentheses. It becomes the value of a variable where its body starts, before anything
 * in it runs, so it is there as early as before. Methods stay as they are: for V8 they begin at their names, and no
 * expression does.
 *
 * @param folder of an entry, whose files are rewritten in place
 * @param run runs it as usual steps do, with these variables beside its own
 */
export async function markEagerFunctions(
  folder: string,
  run: (variables: Record<string, string>) => Promise<void>,
): Promise<void> {
  const reports = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    await run({ NODE_V8_COVERAGE: reports });
    const results = readdirSync(reports).flatMap(
      (name) => (JSON.parse(readFileSync(join(reports, name), 'utf8')) as Coverage).result,
    );
    for (const name of readdirSync(folder).filter((file) => file.endsWith('index.js'))) {
      const file = join(folder, name);
      const { href } = pathToFileURL(file);
      const functions = results.filter(({ url }) => url === href).flatMap((result) => result.functions);
      writeFileSync(file, markFunctions(readFileSync(file, 'utf8'), functions));
    }
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/** The text with the functions marked that were called in any of the runs. */
export function markFunctions(text: string, functions: readonly CoveredFunction[]): string {
  const called = new Set(
    functions
      .flatMap(({ ranges }) => ranges.slice(0, 1))
      .filter(({ count }) => count > 0)
      .map(({ startOffset, endOffset }) => `${startOffset} ${endOffset}`),
  );
  const { expressions, declarations } = functionsOf(text);
  const isCalled = ({ start, end }: Node) => called.has(`${start} ${end}`);
  const code = new MagicString(text);
  for (const { start, end } of expressions.filter(isCalled)) code.appendRight(start, '(').prependLeft(end, ')');
  for (const { declaration, start } of declarations.filter((each) => isCalled(each.declaration))) {
    moveDeclaration(code, declaration, start);
  }
  return code.toString();
}

/** The variable gives the function its name; a name of its own would hide one that is assigned later. */
function moveDeclaration(code: MagicString, { start, end, id }: FunctionDeclaration, to: number): void {
  code.appendRight(start, `;var ${id.name}=(`).prependLeft(end, ');').remove(id.start, id.end).move(start, end, to);
}

function functionsOf(text: string): { expressions: Node[]; declarations: Declared[] } {
  const expressions: Node[] = [];
  const declarations: Declared[] = [];
  ancestor(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), {
    Function(node, _, path) {
      const [outer, parent] = path.slice(-3) as AnyNode[];
      if (node.type === 'FunctionDeclaration') {
        const start = outer && parent && bodyStart(parent, outer);
        if (start !== undefined) declarations.push({ declaration: node as FunctionDeclaration, start });
      } else expressions.push(node);
    },
  });
  return { expressions, declarations };
}

/** Where the first statement of a function may stand, if the holder is the body of the parent. */
function bodyStart(holder: AnyNode, parent: AnyNode): number | undefined {
  if (holder.type !== 'BlockStatement' || !('body' in parent) || parent.body !== holder) return undefined;
  if (!/^(?:Function|Arrow)/.test(parent.type)) return undefined;
  const directive = holder.body.findLast((statement) => 'directive' in statement && statement.directive !== undefined);
  return directive?.end ?? holder.start + 1;
}
