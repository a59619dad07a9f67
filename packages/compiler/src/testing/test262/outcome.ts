/** How a run ended, as it is compared. */

export interface Outcome {
  readonly phase: "early" | "runtime" | "passed";
  readonly name: string;
  readonly message: string;
  /** The code of an error of Agner's own. */
  readonly code?: string | undefined;
}

export const PASSED: Outcome = { phase: "passed", name: "", message: "" };

export function failed(phase: "early" | "runtime", error: unknown): Outcome {
  try {
    if ((typeof error !== "object" && typeof error !== "function") || error === null)
      return { phase, name: typeof error, message: String(error) };
    const { name, constructor, message, code } = error as {
      name?: unknown;
      constructor?: Function;
      message?: unknown;
      code?: unknown;
    };
    return {
      phase,
      name: String(name ?? constructor?.name),
      message: String(message),
      code: typeof code === "string" ? code : undefined,
    };
  } catch {
    return { phase, name: "unknown", message: "an error that cannot be read" };
  }
}

/** What the standard calls a SyntaxError and Agner tells with a code, a place and advice. */
const LOADING = new Set(["AGNER_COMPILE", "AGNER_NO_EXPORT"]);

export function isLoading({ code }: Outcome): boolean {
  return code !== undefined && LOADING.has(code);
}

/** Whether the compiled run ended as the plain one did. Of an early error the constructor counts, of a later one its message too. */
export function same(plain: Outcome, compiled: Outcome): boolean {
  if (isLoading(compiled)) return plain.phase === "early" && plain.name === "SyntaxError";
  if (plain.phase !== compiled.phase) return false;
  if (plain.phase === "early") return plain.name === compiled.name;
  return plain.name === compiled.name && plain.message === compiled.message;
}

export function shown(o: Outcome): string {
  return o.phase === "passed" ? "passed" : `${o.phase === "early" ? "early " : ""}${o.name}: ${o.message}`;
}
