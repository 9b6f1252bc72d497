/** Words that messages share. */
import { closestMatch } from 'leven';

/** Characters of a value that a message repeats at most. */
const MOST_QUOTED = 100;

/**
 * A value or a name in quotes, single ones if it has double ones. Never for what may be a secret. Of a long one the
 * first words, each as a whole, since the runner's masks do not hide a half of a secret that somebody gave in the wrong
 * place.
 */
export function quoted(text: string): string {
  if (text.length <= MOST_QUOTED) return inQuotes(text);
  const words = text.slice(0, MOST_QUOTED + 1).replace(/\S+$/, '');
  return `${inQuotes(`${words}...`)} (${text.length} characters)`;
}

/** As JSON writes it, where single quotes would not do. */
function inQuotes(text: string): string {
  return /^[^'\\\p{C}]*"[^'\\\p{C}]*$/u.test(text) ? `'${text}'` : JSON.stringify(text);
}

/**
 * What somebody may have meant: the nearest of the words that are known, if no more than two letters differ, or a
 * third of them.
 * @returns a question that follows what is wrong, such as `; did you mean "twine"?`; empty where no word is near
 */
export function didYouMean(text: string, known: readonly string[]): string {
  const lower = text.toLowerCase();
  const near = closestMatch(lower, known, { maxDistance: Math.max(lower.length < 4 ? 1 : 2, lower.length / 3) });
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** Words to choose from, as in `"a" or "b"`. */
export function quoteWords(words: readonly string[]): string {
  const all = words.map((word) => `"${word}"`);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/** `a`, `a and b`, or `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The first words of a list that may be long, and how many more there are. */
export function joinFirst(words: readonly string[], most = 12): string {
  if (words.length <= most) return joinWords(words);
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
}

/** A number with its noun: `1 repository`, `2 repositories`. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** Ends a sentence that others wrote; an empty text stays empty. */
export function withFullStop(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}

/** The code of an error of the system (`EACCES`), or its message where it has none. */
export function describeError(error: unknown): string {
  const { code, message } = Object(error) as { readonly code?: string; readonly message?: string };
  return code ?? message ?? String(error);
}
