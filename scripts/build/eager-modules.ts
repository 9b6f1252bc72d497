/** Makes a bundle start faster: what runs at every start is compiled at once, and not looked over first. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The part of a V8 coverage report that is of use here. */
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
 * Puts parentheses around the function of each module that runs when the bundle is started. V8 parses a function twice,
 * once to find its end and once when it is called, unless it stands in parentheses: then it is compiled at once. ncc
 * writes them, and its minifier drops them. They change nothing else.
 * @param file a bundle that stops by itself where it finds no inputs; it is rewritten in place
 * @returns how many modules that were
 */
export function markEagerModules(file: string): number {
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
    return modules.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
