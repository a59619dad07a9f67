/** HOT PATH. Leaves of a literal that is sent as it is made. */

/** A copier of leaves; `path` (JSON) is where the leaf stands in the message, for the error that refuses it. */
export function leafCopier(copy: (value: unknown) => unknown): (value: unknown, path: string) => unknown {
  return (value, path) => {
    if ((typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") || value === null) return value;
    try {
      return copy(value);
    } catch (e) {
      // Refused: the error names the place in the whole message if it is found there.
      copy(inPlace(value, JSON.parse(path) as (string | number)[]));
      throw e;
    }
  };
}

function inPlace(value: unknown, path: (string | number)[]): unknown {
  return path.reduceRight<unknown>((inner, key) => {
    const container: Record<string | number, unknown> = typeof key === "number" ? ([] as never) : {};
    container[key] = inner;
    return container;
  }, value);
}
