/** The error for suspending where a native frame is in the way. */
import { AgnerError } from "@agner/scheduler/errors";

/**
 * The `AGNER_NATIVE_FRAME` error for a built-in that must park and may not (`S.nat > 0`).
 *
 * @param what The call, as the user wrote it: `"receive()"`.
 * @example if (S.nat !== 0) throw nativeFrameError("receive()");
 */
export function nativeFrameError(what: string): AgnerError {
  const error = new AgnerError("AGNER_NATIVE_FRAME", "");
  const native = nativeCaller(error.stack ?? "");
  error.message =
    `${what} was called below ${native.name === undefined ? "a native frame" : `the native function ${native.name}`}` +
    `${native.place === undefined ? "" : ` (called at ${native.place})`}, which cannot be suspended. ` +
    "Collect what the callback finds and do this after the native call, or write the loop out";
  Object.assign(error, { native: native.name, place: native.place });
  return error;
}

/** The innermost frame that is not JavaScript of the process, and the place that called it. */
function nativeCaller(stack: string): { name?: string; place?: string } {
  const lines = stack.split("\n").filter((l) => /^\s+at /.test(l));
  for (let i = 0; i < lines.length; i++) {
    const m = /^\s+at (?:async )?(.+?) \((<anonymous>|native.*|node:internal.*)\)$/.exec(lines[i]!);
    if (m === null || /^(Reflect\.(apply|construct)|new Promise)$/.test(m[1]!) === false) {
      if (m === null) continue;
    }
    if (m![1] === "Reflect.apply" || m![1] === "Reflect.construct") continue;
    const place = lines.slice(i + 1).map((l) => /\(?((?:file:|\/|[A-Za-z]:|[\w@.-]+[/.])[^()]*:\d+:\d+)\)?$/.exec(l)?.[1]).find((p) => p !== undefined && !/\/compiler\/(?:src|dist)\/runtime\//.test(p));
    return { name: m![1]!, ...(place === undefined ? {} : { place }) };
  }
  return {};
}
