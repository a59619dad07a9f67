/**
 * What a bundle takes in: exactly the modules that the code server would compile. What Node loads stays outside, as does everything of Agner, which is there once for a VM.
 */
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import { addNamedBy, forgetPackages, installedRoot, NamedPackages } from "../code/packages.ts";
import { kindOf, resolveUrl } from "../code/resolve.ts";

/** Whether an import is left as it is, to be resolved from the bundle when that is loaded. */
export class BundledImports {
  readonly #named = new NamedPackages();

  constructor() {
    forgetPackages();
  }

  /** Takes the packages that the app with the module in `file` has compiled. */
  addEntry(file: string): void {
    addNamedBy(pathToFileURL(file).href, this.#named);
  }

  /** Whether a specifier leads outside whatever it resolves to. */
  isAlwaysOutside(specifier: string): boolean {
    return specifier.startsWith("@agner/") || isBuiltin(specifier);
  }

  /** Whether Node loads what is in `path`; only installed packages are left outside, since other paths do not survive a move. */
  isOutside(specifier: string, path: string): boolean {
    const root = installedRoot(path);
    if (root === undefined || /^[./]/.test(specifier)) return false;
    return kindOf(pathToFileURL(path).href, specifier, { type: "json" }, this.#named) === "native";
  }

  /**
   * What is left outside of the bundle in the folder `out` must be found from there.
   *
   * @throws AgnerError `AGNER_BUNDLE_IMPORT`
   */
  checkReachable(specifier: string, importer: string, out: string): void {
    const from = resolveUrl(specifier, pathToFileURL(importer).href);
    let found: string | undefined;
    try {
      found = resolveUrl(specifier, pathToFileURL(join(out, "bundle.js")).href);
    } catch {
      found = undefined;
    }
    if (found === from) return;
    throw new AgnerError(
      "AGNER_BUNDLE_IMPORT",
      `${JSON.stringify(specifier)} is loaded by Node, and so not bundled; but ${found === undefined ? `it is not found from ${out}` : `from ${out} it leads to ${found} instead of ${from}`}: ` +
        "write the bundle to a folder of the app, add the package to the app's own dependencies, or name it in agner.compile, and it is bundled",
    );
  }
}
