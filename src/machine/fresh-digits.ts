/** Names that no other process makes up at the same moment. */

/**
 * Hexadecimal digits for the name of a file or a lock, each of four random bits. They are no secret ({@link
 * secretDigits} gives those), since `node:crypto` takes a sixth of post's time to load.
 */
export function freshDigits(count: number): string {
  return Array.from({ length: count }, () => Math.floor(Math.random() * 16).toString(16)).join('');
}
