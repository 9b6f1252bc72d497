/** Advice is said once, however many sentences share it. Pure. */

/** Characters; shorter advice is as short as a reference to it. */
const SHORTEST = 40;

/**
 * Cuts what stands behind the last `; ` of a sentence where an earlier one says it already.
 * @param refer what stands in its place; given the number of the earlier sentence, counted from 1
 */
export function withoutRepeats(sentences: readonly string[], refer: (earlier: number) => string): string[] {
  const first = new Map<string, number>();
  return sentences.map((sentence, index) => {
    const end = sentence.lastIndexOf('; ');
    const advice = sentence.slice(end + 2);
    if (end < 0 || advice.length < SHORTEST) return sentence;
    const earlier = first.get(advice);
    if (earlier === undefined) first.set(advice, index + 1);
    return earlier === undefined ? sentence : `${sentence.slice(0, end)}${refer(earlier)}`;
  });
}
