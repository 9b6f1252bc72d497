/** Makes a bundle start faster: V8 compiles at once what runs at every start. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A coverage report of V8, as far as it matters here. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly Range[] }[];
  }[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/**
 * Puts parentheses around the function of each module that runs at the start of a bundle, and changes nothing else. V8
 * parses most functions twice: to find their end, and again when something calls them. It compiles a function in
 * parentheses at once. ncc writes such parentheses, but terser drops them.
 *
 * @param file a bundle that stops by itself where it finds no inputs; rewritten in place
 */
export function markEagerModules(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    spawnSync(process.execPath, [file], { env: { NODE_V8_COVERAGE: folder }, stdio: 'ignore' });
    const [report = ''] = readdirSync(folder);
    const { result } = JSON.parse(readFileSync(join(folder, report), 'utf8')) as Coverage;
    let code = readFileSync(file, 'utf8');
    const modules = (result.find(({ url }) => url === pathToFileURL(file).href)?.functions ?? [])
      .flatMap(({ ranges }) => ranges.slice(0, 1))
      .filter(
        ({ count, startOffset }) =>
          count > 0 && /[{,][0-9]+:$/.test(code.slice(Math.max(0, startOffset - 12), startOffset)),
      )
      .sort((a, b) => b.startOffset - a.startOffset);
    for (const { startOffset: start, endOffset: end } of modules) {
      code = `${code.slice(0, start)}(${code.slice(start, end)})${code.slice(end)}`;
    }
    writeFileSync(file, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
