import fc from 'fast-check';

/** Units of UTF-16 that are no character: half a surrogate pair each. */
const [FIRST_HALF, HALVES] = [0xd800, 0x800];

/**
 * Any character of Unicode, as a unit of `fc.string`. The unit `binary` of fast-check (4.10) is the same, but first
 * makes a map of all characters: a second of each file that uses it, and a hundred megabytes.
 */
export const anyCharacter = fc
  .nat({ max: 0x10ffff - HALVES })
  .map((number) => String.fromCodePoint(number < FIRST_HALF ? number : number + HALVES));
