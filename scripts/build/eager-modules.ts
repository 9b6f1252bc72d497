/** Makes a bundle start faster: V8 compiles at once what runs at every start. */
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
 * Puts parentheses around the function of each module that runs in usual steps, and changes nothing else. V8 parses
 * most functions twice: to find their end, and again when something calls them. It compiles a function in parentheses
 * at once. ncc writes such parentheses, but terser drops them.
 *
 * @param folder of an entry, whose files are rewritten in place
 * @param run runs it as usual steps do, with these variables beside its own
 */
export async function markEagerModules(
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
      writeFileSync(file, markModules(readFileSync(file, 'utf8'), functions));
    }
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/** Marks the modules of a file that ran in any of the runs. */
function markModules(text: string, functions: Coverage['result'][number]['functions']): string {
  const ran = functions
    .flatMap(({ ranges }) => ranges.slice(0, 1))
    .filter(
      ({ count, startOffset }) =>
        count > 0 && /[{,][0-9]+:$/.test(text.slice(Math.max(0, startOffset - 12), startOffset)),
    );
  const ends = new Map(ran.map(({ startOffset, endOffset }) => [startOffset, endOffset]));
  return [...ends]
    .sort(([one], [other]) => other - one)
    .reduce((code, [start, end]) => `${code.slice(0, start)}(${code.slice(start, end)})${code.slice(end)}`, text);
}
