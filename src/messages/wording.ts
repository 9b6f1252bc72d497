/** Words that messages share. */

/** `a`, `a and b`, or `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
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
