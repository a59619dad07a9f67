/** The script of a module image. */
import vm from "node:vm";
import { AgnerError } from "@agner/scheduler/errors";
import type { ModuleImage } from "./image.ts";

/** Runs it, which makes the module's factory and nothing else. With `debugging`, V8 is told of the source map. */
export function runScript(image: ModuleImage, debugging: boolean): unknown {
  try {
    return scriptOf(image, debugging).runInThisContext();
  } catch (cause) {
    throw new AgnerError(
      "AGNER_COMPILE",
      `the compiled form of ${image.url} is not valid JavaScript: ${(cause as Error).message}; this is a defect of the compiler`,
      { cause },
    );
  }
}

function scriptOf(image: ModuleImage, debugging: boolean): vm.Script {
  const { code, script: filename, codeCache } = image;
  if (debugging) {
    const url = `data:application/json;base64,${Buffer.from(image.map).toString("base64")}`;
    return new vm.Script(`${code}\n//# sourceMappingURL=${url}`, { filename });
  }
  return new vm.Script(code, codeCache === undefined ? { filename } : { filename, cachedData: codeCache });
}
