/** Names that nobody can guess before they are made. */
import { randomBytes } from 'node:crypto';

/** Hexadecimal digits, each of four bits of chance that only the system knows. */
export function secretDigits(count: number): string {
  return randomBytes(count / 2).toString('hex');
}
