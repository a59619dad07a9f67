/** Summaries of repeated measurements. Medians, because a shared machine disturbs single rounds, and always to the worse. */

/** The middle value, or the mean of the two in the middle. Throws a RangeError for an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("the median of no values");
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  const high = sorted[upper]!;
  return sorted.length % 2 === 1 ? high : (sorted[upper - 1]! + high) / 2;
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The rounds' own ratios `a[i] / b[i]`: the two measurements of a round are neighbours in time, so what disturbs the machine for longer than a
 * round cancels out. Rounds that one side lacks are left out.
 */
export function pairedRatios(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number[] {
  return a.flatMap((value, round) => {
    const other = b[round];
    return value === undefined || other === undefined ? [] : [value / other];
  });
}

/** The median of the {@link pairedRatios}; undefined when no pair remains. */
export function pairedRatio(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number | undefined {
  const ratios = pairedRatios(a, b);
  return ratios.length === 0 ? undefined : median(ratios);
}
