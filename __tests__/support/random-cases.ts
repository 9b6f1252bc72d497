/**
 * How many random cases a test tries. The fast loop, which runs often, tries a fifth of them.
 * @param count how many `npm test` tries
 */
export function randomCases(count: number): number {
  return process.env['FEWER_CASES'] === undefined ? count : Math.ceil(count / 5);
}
