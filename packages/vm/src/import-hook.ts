/**
 * A resolve hook that puts another module in the place of the entry, and does so once; everything else resolves as ever.
 *
 * The entry is replaced when it is resolved, before Node looks at its extension: on Node 20 it may be a `.ts` file, which Node could not load.
 */

interface ResolveContext {
  readonly parentURL?: string | undefined;
}

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}

/** The hook; `onReplaced` is called when its work is done. `replacement` is the URL of an ES module. */
export function replaceEntry<R>(
  replacement: string,
  onReplaced: () => void = () => {},
): (specifier: string, context: ResolveContext, next: (specifier: string, context: ResolveContext) => R) => R | Resolved {
  let replaced = false;
  return (specifier, context, next) => {
    // Only the entry has no parent: what other --import options name is resolved from the working directory.
    if (replaced || context.parentURL !== undefined) return next(specifier, context);
    replaced = true;
    onReplaced();
    return { url: replacement, format: "module", shortCircuit: true };
  };
}

let hook: ReturnType<typeof replaceEntry<Promise<Resolved>>>;

/** Called by Node on the thread of its hooks, with what was given to `module.register`. */
export function initialize(replacement: string): void {
  hook = replaceEntry(replacement);
}

/** Node's name for the hook. */
export function resolve(
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => Promise<Resolved>,
): Promise<Resolved> | Resolved {
  return hook(specifier, context, next);
}
