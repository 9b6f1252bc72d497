/** Times of a TOML file, written again as they were: JavaScript's dates know no microseconds. Pure text. */
import { TomlDate } from 'smol-toml';

/** Dates, times, and both, with an offset or without (TOML 1.0). */
const TIMES = new RegExp(
  [
    String.raw`\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?`,
    String.raw`\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?`,
  ].join('|'),
  'g',
);

/**
 * Gives each time of a file the text that the file has for it.
 * @param text the file that was read
 * @returns whether that is clear: of two texts in the same millisecond it is not
 */
export function keepTimes(times: readonly TomlDate[], text: string): boolean {
  const written = Map.groupBy(text.match(TIMES) ?? [], (time) => showOf(new TomlDate(time)));
  return times.every((time) => {
    const [first, ...others] = new Set((written.get(showOf(time)) ?? []).map(normalize));
    if (first !== undefined) time.toISOString = () => first;
    return others.length === 0;
  });
}

/** To the millisecond. */
function showOf(time: TomlDate): string {
  return time.isValid() ? time.toISOString() : '';
}

/** Two texts that say the same are one. */
function normalize(time: string): string {
  return time
    .toUpperCase()
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+(?!\d)/, '$1')
    .replace(/\.(?!\d)/, '');
}
