/** Tests that start programs need the package as it is published. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of a built file of this package; throws where the package was not built. */
export function dist(name: string): string {
  const path = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} does not exist: build the package first (pnpm run build)`);
  return path;
}
