/** A job summary as a person reads it, for a terminal: GitHub shows the same text as a page. */

/** Characters in a line that still fit beside each other. */
const WIDTH = 120;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * Lays a job summary out as plain text: tables in columns, or row by row where they are too wide; folded parts with
 * their titles alone, as they are until somebody opens them.
 *
 * @param summary Markdown with the HTML that `@actions/core` writes
 */
export function summaryText(summary: string): string {
  return summary
    .replace(/<details>\s*<summary>(.*?)<\/summary>.*?<\/details>/gs, (_, title: string) => `\n▸ ${plain(title)}\n`)
    .replace(/<table>(.*?)<\/table>/gs, (_, rows: string) => `\n${tableText(rows)}\n`)
    .replace(/<h(\d)>(.*?)<\/h\1>/gs, (_, __, title: string) => `\n${plain(title)}\n`)
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line.trimEnd() : plain(line)))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function tableText(rows: string): string {
  const cells = [...rows.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.split(/<br\s*\/?>/).map(plain)),
  );
  const [heading = [], ...body] = cells;
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => widest(row[column] ?? []))));
  const fits = widths.reduce((sum, width) => sum + width + 2, 2) <= WIDTH;
  return fits
    ? cells.map((row) => columns(row, widths)).join('\n')
    : body.map((row) => record(heading, row)).join('\n\n');
}

/** A row whose cells stand beside each other, each of one line or more. */
function columns(row: readonly string[][], widths: readonly number[]): string {
  const height = Math.max(...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    `  ${row.map((cell, column) => (cell[line] ?? '').padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  ).join('\n');
}

/** A row whose cells stand below each other: the first one, then the others with the names of their columns. */
function record(heading: readonly string[][], [first = [], ...rest]: readonly string[][]): string {
  const names = heading.slice(1).map((cell) => cell.join(' '));
  const width = widest(names);
  return [
    ...first.map((line, index) => `  ${index === 0 ? '' : '  '}${line}`),
    ...rest.map((cell, index) => `    ${(names[index] ?? '').padEnd(width)}  ${cell.join(', ')}`),
  ].join('\n');
}

function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => line.length));
}

/** Text without tags and escapes. */
function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|(\w+));/g, (entity, number: string | undefined, name: string) =>
      number === undefined ? (ENTITIES[name] ?? entity) : String.fromCodePoint(Number(number)),
    )
    .trim();
}
