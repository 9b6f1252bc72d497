/**
 * How many random cases a test tries. The fast loop, which runs often, tries a fifth of them.
 * @param count how many `npm test` tries
 */
export function randomCases(count: number): number {
  return process.env['FEWER_CASES'] === undefined ? count : Math.ceil(count / 5);
}

/**
 * How long a text is that would take minutes if a step were not linear. The fast loop makes it a quarter as long, and
 * the minutes seconds.
 * @param count how many characters `npm test` takes
 */
export function hostileLength(count: number): number {
  return process.env['FEWER_CASES'] === undefined ? count : count / 4;
}
