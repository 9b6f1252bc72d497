/** Marks by which a value is known again without being kept. Pure. */

/**
 * A mark to know a value by: 64 bits in hexadecimal, from which nobody gets a token back. They guard against chance,
 * and nothing is gained by forging one, so they need not be those of SHA-256: `node:crypto` takes a sixth of post's
 * time to load.
 */
export function markOf(value: string): string {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
  }
  return [one, other].map((bits) => (bits >>> 0).toString(16).padStart(8, '0')).join('');
}
