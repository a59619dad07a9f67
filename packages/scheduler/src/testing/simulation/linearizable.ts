/**
 * Whether what several threads saw of one object could have happened one operation after another, each at some moment between its beginning
 * and its end. Source: J. M. Wing, C. Gong, "Testing and Verifying Concurrent Objects" (1993), with the states that were tried remembered
 * (G. Lowe, "Testing for Linearizability", 2017).
 */

/** An operation that has ended, or not: then it may have happened or not. */
export interface Operation<S> {
  readonly began: number;
  readonly ended: number;
  /** The state after it, if it may happen in this one with the result that it had; undefined if not. */
  readonly apply: (state: S) => S | undefined;
  readonly what: string;
}

/** Whether there is such an order. At most 31 operations. */
export function isLinearizable<S extends string | number>(operations: readonly Operation<S>[], initial: S): boolean {
  const tried = new Set<string>();
  const all = operations.length;
  let needed = 0;
  for (let i = 0; i < all; i++) if (operations[i]!.ended !== Infinity) needed |= 1 << i;
  const search = (done: number, state: S): boolean => {
    if ((done & needed) === needed) return true;
    const key = `${done}/${state}`;
    if (tried.has(key)) return false;
    tried.add(key);
    let firstEnd = Infinity;
    for (let i = 0; i < all; i++) if ((done & (1 << i)) === 0) firstEnd = Math.min(firstEnd, operations[i]!.ended);
    for (let i = 0; i < all; i++) {
      if ((done & (1 << i)) !== 0 || operations[i]!.began > firstEnd) continue;
      const next = operations[i]!.apply(state);
      if (next !== undefined && search(done | (1 << i), next)) return true;
    }
    return false;
  };
  return search(0, initial);
}
