/** Ratios of two commands' times that are measured in pairs, so that a busy machine disturbs both sides alike. */

/** The ratios of a comparison, and the times behind them. */
export interface Comparison {
  /** Median of the pairs' ratios, left to right. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
  /** Number of pairs. */
  readonly n: number;
  /** Medians, in milliseconds. */
  readonly left: number;
  readonly right: number;
}

/** When to stop: after so many pairs, or sooner, after the pair in which the moment (`performance.now()`) passes. */
export interface Limit {
  readonly pairs: number;
  readonly until: number;
}

/** Runs left, right, left, right ...; each gives its time in milliseconds. There is at least one pair. */
export async function compare(
  left: () => Promise<number>,
  right: () => Promise<number>,
  limit: Limit,
): Promise<Comparison> {
  const pairs: [number, number][] = [];
  do pairs.push([await left(), await right()]);
  while (pairs.length < limit.pairs && performance.now() < limit.until);
  return summarise(pairs);
}

export function summarise(pairs: readonly (readonly [number, number])[]): Comparison {
  const ratios = pairs.map(([left, right]) => left / right);
  return {
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    n: pairs.length,
    left: median(pairs.map(([left]) => left)),
    right: median(pairs.map(([, right]) => right)),
  };
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
  return (low + high) / 2;
}
